"""Heat maps: by hand and by the library, of networks that see one region or nothing, and what is refused."""

import numpy as np
import pytest
import timm
import torch
import torchvision
from networks import tiny_model, with_random_head
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare
from fer_course.model.network import build_model, freeze_backbone
from fer_course.puppets.draw import draw_puppets
from fer_course.saliency.maps import METHODS, explain, find_layer
from fer_course.saliency.scores import energy_inside

SIZE = 64
HAPPY = EXPRESSIONS.index("happy")


class OneRegion(nn.Module):
    """A network that sees nothing outside one region of the picture."""

    def __init__(self, rows=slice(8, 24), columns=slice(32, 56)):
        super().__init__()
        self.register_buffer("window", torch.zeros(SIZE, SIZE))
        self.window[rows, columns] = 1
        self.conv = nn.Conv2d(1, 4, 1, bias=False)
        self.head = nn.Linear(4, 7)
        nn.init.constant_(self.conv.weight, 0.5)
        nn.init.constant_(self.head.weight, 0.1)
        nn.init.zeros_(self.head.bias)
        nn.init.constant_(self.head.weight[HAPPY].detach(), 1.0)

    def forward(self, inputs):
        return self.head(self.conv(inputs.abs() * self.window).relu().mean((2, 3)))


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(5, seed=0)


@pytest.fixture(scope="module")
def b2():
    """EfficientNet-B2 with random weights, its head too."""
    return with_random_head(build_model(None))


@pytest.mark.parametrize("method", [name for name in METHODS if name != "eigencam"])
def test_a_network_that_looks_at_one_region_only_is_found_out(faces, method):
    model = OneRegion()
    found = explain(model, faces, size=SIZE, method=method, layer=model.conv)
    masks = np.repeat(model.window.numpy()[None].astype(bool), len(faces), 0)
    assert (energy_inside(found.maps, masks) >= 0.9).all()
    assert found.predicted.tolist() == found.explained.tolist() == [HAPPY] * len(faces)


class Constant(nn.Module):
    """A network that says the same whatever it sees."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 1)

    def forward(self, inputs):
        self.conv(inputs)
        return torch.eye(7)[torch.full((len(inputs),), HAPPY)]


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_model_gives_a_flat_map_and_a_plain_message(faces, method):
    model = build_model(None)  # its head starts at zero
    if method == "eigencam":  # asks no gradient, and shows the layer whatever the score
        assert explain(model, faces, size=SIZE, method=method).note == ""
        return
    with pytest.warns(
        UserWarning, match="5 of 5 maps are 0 everywhere. In 5 the score does not change with blocks.2"
    ):
        found = explain(model, faces, size=SIZE, method=method)
    assert found.maps.shape == (5, SIZE, SIZE) and not found.maps.any()
    assert "its gradient is 0" in found.note


def test_a_score_that_does_not_depend_on_the_input_gives_the_same_message(faces):
    model = Constant()
    with pytest.warns(UserWarning, match="5 of 5 maps are 0 everywhere"):
        found = explain(model, faces, size=SIZE, layer=model.conv)
    assert not found.maps.any() and found.predicted.tolist() == [HAPPY] * 5


def test_a_map_with_nothing_in_favour_of_the_label_says_so_without_a_warning(faces, recwarn):
    model = OneRegion()
    with torch.no_grad():
        model.head.weight[0] = -1.0
    found = explain(model, faces, size=SIZE, target=0, layer=model.conv)
    assert (
        found.note
        == "5 of 5 maps are 0 everywhere. In 5 no cell of conv speaks for the label more than another."
    )
    assert explain(model, faces, size=SIZE, layer=model.conv).note == "" and not recwarn.list


def test_a_layer_that_the_model_cuts_off_from_its_input_is_explained_all_the_same(faces):
    model = OneRegion()
    expected = explain(model, faces, size=SIZE, layer=model.conv).maps
    model.conv.register_forward_hook(lambda _, __, output: output.detach())
    np.testing.assert_array_equal(explain(model, faces, size=SIZE, layer=model.conv).maps, expected)


def test_a_layer_that_the_model_leaves_out_is_said(faces):
    model = OneRegion()
    model.spare = nn.Conv2d(1, 1, 1)
    with pytest.raises(ValueError, match="found one that it leaves out"):
        explain(model, faces, size=SIZE, layer="spare")


def test_half_precision_and_autocast_give_almost_the_same_maps(b2, faces):
    expected = explain(b2, faces, size=SIZE)
    with torch.autocast("cpu", torch.bfloat16):
        under_autocast = explain(b2, faces, size=SIZE)
    np.testing.assert_array_equal(under_autocast.maps, expected.maps)
    model = OneRegion()
    found = explain(model.bfloat16(), faces, size=SIZE, layer=model.conv)
    assert found.maps.dtype == np.float32 and found.predicted.tolist() == [HAPPY] * 5
    exact = explain(OneRegion(), faces, size=SIZE, layer="conv").maps
    np.testing.assert_allclose(found.maps, exact, atol=0.03)


def test_it_works_where_gradients_are_switched_off(b2, faces):
    expected = explain(b2, faces, size=SIZE).maps
    with torch.inference_mode():
        np.testing.assert_array_equal(explain(b2, faces, size=SIZE).maps, expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_a_gpu_gives_the_same_maps(b2, faces):
    expected = explain(b2, faces, size=SIZE).maps
    try:
        np.testing.assert_allclose(explain(b2.cuda(), faces, size=SIZE).maps, expected, atol=1e-2)
    finally:
        b2.cpu()


def test_a_frozen_model_gives_the_same_maps(b2, faces):
    expected = explain(b2, faces, size=SIZE).maps
    flags = [p.requires_grad for p in b2.parameters()]
    try:
        freeze_backbone(b2).requires_grad_(False)
        np.testing.assert_array_equal(explain(b2, faces, size=SIZE).maps, expected)
    finally:
        for parameter, flag in zip(b2.parameters(), flags, strict=True):
            parameter.requires_grad_(flag)
    assert expected.any()


@pytest.mark.filterwarnings("ignore:5 of 5 maps")
def test_the_model_is_left_as_it_was(faces):
    model = freeze_backbone(build_model(None)).train()
    model.blocks.eval()
    model.classifier.weight.grad = torch.ones_like(model.classifier.weight)

    def state():
        modes = [m.training for m in model.modules()]
        flags = [p.requires_grad for p in model.parameters()]
        gradients = [None if p.grad is None else p.grad.sum().item() for p in model.parameters()]
        hooks = [len(m._forward_hooks) + len(m._backward_hooks) for m in model.modules()]
        numbers = [v.double().sum().item() for v in model.state_dict().values()]
        return modes, flags, gradients, hooks, numbers

    before = state()
    explain(model, faces, size=SIZE)
    assert state() == before
    with pytest.raises(ValueError, match="gives maps"):
        explain(model, faces, size=SIZE, layer="classifier")
    assert state() == before


def by_hand(model, faces):
    """Return the inputs, the layer's feature maps and the gradient of the logit for happy with respect to them."""
    inputs = prepare(faces.images[:1], SIZE).requires_grad_()
    kept = []
    hook = find_layer(model, SIZE)[1].register_forward_hook(lambda *given: kept.append(given[-1]))
    score = model(inputs)[0, HAPPY]
    hook.remove()
    return inputs, kept[0], torch.autograd.grad(score, kept[0])[0]


def test_grad_cam_by_hand_is_the_library_s(b2, faces):
    inputs, features, gradient = by_hand(b2, faces)
    heat = (gradient.mean((2, 3), keepdim=True) * features).sum(1, keepdim=True).relu()

    def stretch(values):
        values = values - values.min()
        return values / (values.max() + 1e-7)

    heat = stretch(nn.functional.interpolate(stretch(heat), size=(SIZE, SIZE), mode="bilinear"))
    found = explain(b2, inputs.detach(), target="happy")
    np.testing.assert_allclose(found.maps[0], heat[0, 0].detach().numpy(), atol=1e-4)
    assert found.explained.tolist() == [HAPPY]
    np.testing.assert_allclose(found.logits, b2(inputs).detach().numpy(), atol=1e-4)


def test_hirescam_and_layercam_by_hand_are_the_library_s(b2, faces):
    inputs, features, gradient = by_hand(b2, faces)
    expected = {
        "hirescam": (gradient * features).sum(1).relu(),
        "layercam": (gradient.relu() * features).sum(1).relu(),
    }
    for method, heat in expected.items():
        found = explain(b2, inputs.detach(), target="happy", method=method).maps[0]
        heat = nn.functional.interpolate(heat[:, None], size=(SIZE, SIZE), mode="bilinear")[0, 0]
        assert np.corrcoef(found.ravel(), heat.detach().numpy().ravel())[0, 1] > 0.999, method


@pytest.mark.parametrize(
    ("backbone", "layer", "options"),
    [
        ("resnet18", "bn1", {}),
        ("resnet18", "layer2", {}),
        ("vgg11", "features.6", {}),
        ("swin_tiny_patch4_window7_224", "layers.1", {"img_size": SIZE}),
        ("tf_efficientnet_b2", "blocks.2.0.bn1", {}),
    ],
)
@pytest.mark.parametrize("method", ["gradcam", "hirescam"])
def test_inner_layers_of_other_families_by_hand(faces, backbone, layer, options, method):
    torch.manual_seed(0)
    model = timm.create_model(backbone, in_chans=1, num_classes=7, **options).eval()
    kept = []

    def keep(_, __, output):
        # What follows may work in place: on a copy.
        kept.append(output.detach().clone().requires_grad_())
        return kept[0].clone()

    inputs = prepare(faces, SIZE)
    hook = dict(model.named_modules())[layer].register_forward_hook(keep)
    score = model(inputs)[:, HAPPY].sum()
    hook.remove()
    features, (gradient,) = kept[0].detach(), torch.autograd.grad(score, kept[0])
    if backbone.startswith("swin"):
        features, gradient = features.permute(0, 3, 1, 2), gradient.permute(0, 3, 1, 2)
    weights = gradient.mean((2, 3), keepdim=True) if method == "gradcam" else gradient
    heat = (weights * features).sum(1).relu()
    heat = nn.functional.interpolate(heat[:, None], size=(SIZE, SIZE), mode="bilinear")[:, 0].numpy()
    assert heat.any()
    found = explain(model, faces, size=SIZE, target=HAPPY, layer=layer, method=method).maps
    for ours, theirs in zip(heat, found, strict=True):
        assert not ours.any() or np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("stored", [lambda f: f, lambda f: f.images, lambda f: torch.from_numpy(f.images)])
def test_stored_images_are_prepared_at_the_size_of_the_model_whatever_holds_them(faces, stored):
    model = with_random_head(tiny_model())
    model.trained_size = 48
    found = explain(model, stored(faces))
    assert found.maps.shape == (5, 48, 48)
    np.testing.assert_allclose(found.logits, predict(model, faces), atol=1e-5)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (
            torch.zeros(2, 48, 48),
            "Expected stored images as uint8, or a tensor from prepare, found torch.float32",
        ),
        (torch.zeros(2, 1, 48, 48, dtype=torch.int64), "found torch.int64"),
        (torch.zeros(2, 1, 32, 32), "Expected a size that fits the prepared images, 32 px, found 64"),
        (torch.zeros(2, 48, 48, 3, dtype=torch.uint8), r"found uint8 of shape \(2, 48, 48, 3\)"),
    ],
)
def test_tensors_that_are_neither_stored_images_nor_prepared_are_refused(b2, images, said):
    with pytest.raises(ValueError, match=said):
        explain(b2, images, size=64)


def test_a_network_inside_a_wrapper_is_explained_and_one_of_torchvision_names_its_layers(b2, faces):
    plain = explain(b2, faces, size=SIZE).maps
    for wrapped in (nn.DataParallel(b2), torch.compile(b2, backend="eager")):
        np.testing.assert_allclose(explain(wrapped, faces, size=SIZE).maps, plain, atol=1e-5)
    with pytest.raises(
        ValueError, match="Expected the name of a layer of the model, such as features or classifier"
    ):
        explain(torchvision.models.squeezenet1_1(), faces, size=SIZE)


def test_the_layer_follows_the_size_of_the_input(b2):
    found = {size: find_layer(b2, size)[0] for size in (32, 48, 64, 128, 255, 256, 260)}
    assert found == {
        32: "blocks.2",  # 4 by 4: none has more
        48: "blocks.2",
        64: "blocks.2",
        128: "blocks.4",
        255: "blocks.4",
        256: "bn2",
        260: "bn2",
    }


def test_layers_are_found_by_stride_by_name_and_as_modules(b2, faces):
    assert find_layer(b2, SIZE, "stride 8")[0] == "blocks.2"
    assert find_layer(b2, SIZE, "stride 16")[0] == "blocks.4"
    assert find_layer(b2, SIZE, "stride 32")[0] == "bn2"
    assert find_layer(b2, SIZE, "stride 4")[0] == "blocks.1"
    assert find_layer(b2, SIZE, "blocks.3")[1] is b2.blocks[3]
    assert find_layer(b2, SIZE, b2.blocks[3])[0] == "blocks.3"
    assert explain(b2, faces, size=SIZE).layer == "blocks.2, 8 × 8"
    assert explain(b2, faces, size=SIZE, layer="stride 32").layer == "bn2, 2 × 2"


def test_each_image_may_have_a_target_of_its_own_and_batches_change_nothing(b2, faces):
    found = explain(b2, faces, size=SIZE, target=[0, 1, 2, 3, 4], batch_size=2)
    assert found.explained.tolist() == [0, 1, 2, 3, 4]
    alone = explain(b2, faces[2], size=SIZE, target=2)
    np.testing.assert_allclose(found.maps[2], alone.maps[0], atol=1e-3)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "magic"}, "Expected a method from gradcam, .*found 'magic'"),
        ({"layer": "stride 4711"}, "Expected .*stride 16.*found 'stride 4711'"),
        ({"layer": ""}, "found ''"),
        ({"layer": nn.Linear(1, 1)}, "a layer of this model"),
        ({"layer": "classifier"}, r"a layer that gives maps, found classifier with \(5, 7\)"),
        ({"target": "bored"}, "Expected one of angry, .*found 'bored'"),
        ({"target": 7}, "a label from 0 to 6 .*found 7"),
        ({"target": -1}, "a label from 0 to 6"),
        ({"target": 1.5}, "a label from 0 to 6"),
        ({"target": [0, 1]}, "for each of 5 images"),
        ({"size": None}, "the model does not know it; pass size="),
    ],
)
def test_what_does_not_exist_is_said_in_a_sentence(b2, faces, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        explain(b2, faces, **{"size": SIZE} | options)


def test_a_network_that_gives_no_numbers_is_not_explained(faces):
    model = tiny_model()
    model.get_classifier().bias.data[2] = torch.nan
    with pytest.raises(ValueError, match=r"Expected logits, found no number \(NaN\) for 5 of 5 images"):
        explain(model, faces, size=SIZE, layer="blocks")


def test_a_label_that_the_model_does_not_have_is_said_in_a_sentence(faces):
    model = tiny_model()
    model.reset_classifier(3)
    with pytest.raises(ValueError, match="Expected a label of the model's 3, found 6"):
        explain(model, faces, size=SIZE, layer="blocks", target="neutral")


def test_no_images_are_said_in_a_sentence(b2, faces):
    with pytest.raises(ValueError, match="at least one image"):
        explain(b2, faces[:0], size=SIZE)
