"""Building, loading, freezing and counting; with timm's smallest network where B2 is not needed."""

import math
import pickle

import pytest
import timm
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

from fer_course.model import network as room
from fer_course.model.features import pooled_features
from fer_course.model.network import (
    build_model,
    check_network,
    count_parameters,
    freeze_backbone,
    multiply_adds,
    training_mode,
    unfreeze_all_but_batch_norms,
)
from fer_course.model.weights import SHIPPED, check_shipped, load_weights, metadata_of, save_weights
from fer_course.training.batches import standardise
from fer_course.training.recipes import QUICK

TINY = "test_efficientnet"


def tiny(weights=None, **options):
    return build_model(weights, backbone=TINY, **options)


def inputs(n=4, size=32):
    return standardise(torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0)))


def same(model, other):
    return all(
        torch.equal(a, b)
        for a, b in zip(model.state_dict().values(), other.state_dict().values(), strict=True)
    )


def test_a_model_takes_one_channel_and_gives_seven_logits():
    model = tiny()
    assert not model.training
    assert model(inputs()).shape == (4, 7)


def test_the_head_starts_at_zero_so_that_the_first_loss_is_ln_7():
    logits = tiny()(inputs(7))
    assert torch.equal(logits, torch.zeros(7, 7))
    assert F.cross_entropy(logits, torch.arange(7)).item() == pytest.approx(math.log(7))


def test_the_same_seed_builds_the_same_model_and_leaves_torchs_generator_alone():
    before = torch.random.get_rng_state()
    assert same(tiny(seed=3), tiny(seed=3)) and not same(tiny(seed=3), tiny(seed=4))
    assert torch.equal(before, torch.random.get_rng_state())


def test_efficientnet_b2_has_the_layers_that_the_notebooks_open():
    model = build_model(None)
    assert len(model.blocks) == 7 and model.num_features == 1408
    assert count_parameters(model) == 7_710_281
    x = model.bn1(model.conv_stem(torch.zeros(1, 1, 64, 64)))
    assert x.shape[2] == 32
    sizes = [(x := stage(x)).shape[2] for stage in model.blocks]
    assert sizes == [32, 16, 8, 4, 4, 2, 2]


def test_dropout_is_as_asked_for():
    for rate in (0.0, 0.5):
        model = training_mode(freeze_backbone(tiny(dropout=rate)))
        nn.init.ones_(model.get_classifier().weight)
        torch.manual_seed(0)
        assert torch.equal(model(inputs()), model(inputs())) == (rate == 0)


def test_drop_path_passes_blocks_by_in_training_alone():
    plain, model = (build_model(None, dropout=0.0, drop_path=rate) for rate in (0.0, 0.9))
    for each in (plain, model):
        nn.init.ones_(each.get_classifier().weight)
    once = plain(inputs())
    assert torch.equal(model(inputs()), once)
    for each in (plain, model):
        training_mode(freeze_backbone(each))  # frozen: batch norms that learn would change the result as well
    torch.manual_seed(0)
    assert torch.equal(plain(inputs()), once) and not torch.equal(model(inputs()), model(inputs()))


def test_drop_path_is_refused_where_there_is_no_residual_block():
    with (
        pytest.raises(ValueError, match=r"Expected drop_path=0 for vgg11, .* found 0\.1"),
        torch.device("meta"),
    ):
        build_model(None, backbone="vgg11", drop_path=0.1)


def test_an_unknown_backbone_is_refused():
    with pytest.raises(ValueError, match=r"that timm .* knows, found 'efficientnet_b99'"):
        build_model(None, backbone="efficientnet_b99")


def test_a_saved_model_is_loaded_again_exactly_with_its_head_and_metadata(tmp_path):
    model = tiny(seed=1)
    nn.init.normal_(model.get_classifier().weight)
    save_weights(model, tmp_path / "w.safetensors", epoch=3, note="text")
    assert same(tiny(tmp_path / "w.safetensors"), model)
    assert load_weights(tiny(), tmp_path / "w.safetensors") == {"epoch": "3", "note": "text"}


def test_half_precision_takes_half_the_room_and_is_loaded_as_float32(tmp_path):
    model = tiny(seed=1)
    save_weights(model, tmp_path / "half.safetensors", half=True)
    save_weights(model, tmp_path / "whole.safetensors")
    half, whole = ((tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "whole"))
    assert half < 0.6 * whole
    loaded = tiny(tmp_path / "half.safetensors")
    assert torch.equal(loaded.conv_stem.weight, model.conv_stem.weight.half().float())


def test_weights_without_a_head_leave_it_at_zero(tmp_path):
    save_weights(tiny(seed=1), tmp_path / "w.safetensors", head=False)
    assert not any(name.startswith("classifier") for name in load_file(tmp_path / "w.safetensors"))
    assert not tiny(tmp_path / "w.safetensors").get_classifier().weight.any()


def test_a_head_of_another_size_is_left_out(tmp_path):
    other = timm.create_model(TINY, in_chans=1, num_classes=10)
    save_file(other.state_dict(), tmp_path / "ten.safetensors")
    model = tiny(tmp_path / "ten.safetensors")
    assert not model.get_classifier().weight.any()
    assert torch.equal(model.conv_stem.weight, other.conv_stem.weight)


def test_a_first_layer_for_three_channels_is_summed_into_one(tmp_path):
    other = timm.create_model(TINY, in_chans=3, num_classes=7).eval()
    save_file(other.state_dict(), tmp_path / "colour.safetensors")
    model = tiny(tmp_path / "colour.safetensors")
    assert torch.allclose(model.conv_stem.weight, other.conv_stem.weight.sum(1, keepdim=True))
    grey = inputs(2)
    assert torch.allclose(model(grey), other(grey.repeat(1, 3, 1, 1)), atol=1e-5)


def test_weights_of_another_backbone_are_refused(tmp_path):
    save_file(timm.create_model("test_resnet", in_chans=1).state_dict(), tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match=f"Expected weights of {TINY}, found others in .*other.safetensors"):
        tiny(tmp_path / "other.safetensors")


def test_a_pickle_is_refused_without_being_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    (tmp_path / "w.pt").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(
        ValueError, match=r"Expected a .safetensors file, found something else in .*w.pt; pickled"
    ):
        tiny(tmp_path / "w.pt")
    assert not (tmp_path / "sprung").exists()


def test_an_empty_or_truncated_file_is_refused(tmp_path):
    save_weights(tiny(), tmp_path / "w.safetensors")
    content = (tmp_path / "w.safetensors").read_bytes()
    for part in (b"", content[:5000], content[:-10]):
        (tmp_path / "part.safetensors").write_bytes(part)
        with pytest.raises(ValueError, match=r"found something else in .*part.safetensors"):
            tiny(tmp_path / "part.safetensors")


def test_a_missing_file_names_what_else_there_is(tmp_path):
    with pytest.raises(
        FileNotFoundError,
        match=r'no such file; use weights="puppets" or "fer2013".*weights=None.*path of a',
    ):
        tiny(tmp_path / "nothing.safetensors")


def test_imagenet_without_a_network_names_the_three_alternatives(monkeypatch):
    create = timm.create_model

    def offline(name, pretrained=False, **options):
        if pretrained:
            raise OSError("no route to host")
        return create(name, **options)

    monkeypatch.setattr(room.timm, "create_model", offline)
    with pytest.raises(ValueError) as caught:
        tiny("imagenet")
    for way_out in ('weights="puppets"', "weights=None", "path of a .safetensors file"):
        assert way_out in str(caught.value)
    assert "OSError" in str(caught.value) and caught.value.__suppress_context__


def test_everything_shipped_is_small_has_a_model_card_and_is_as_it_was_shipped():
    for path in SHIPPED.values():
        assert path.stat().st_size <= 16 * 2**20
        assert path.with_suffix(".md").is_file()
        check_shipped(path)


def test_shipped_weights_that_were_changed_are_refused_by_name_and_taken_by_path(tmp_path, monkeypatch):
    (tmp_path / "SHA256SUMS").write_bytes((room.WEIGHTS / "SHA256SUMS").read_bytes())
    other = tmp_path / "puppets.safetensors"
    save_weights(tiny(seed=5), other)
    monkeypatch.setattr(room, "WEIGHTS", tmp_path)
    monkeypatch.setitem(room.SHIPPED, "puppets", other)
    with pytest.raises(
        ValueError, match=r"Expected puppets.safetensors as it was shipped .*found another file"
    ):
        tiny("puppets")
    assert same(tiny(other), tiny(seed=5))


def test_shipped_weights_that_are_missing_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(room.SHIPPED, "puppets", tmp_path / "puppets.safetensors")
    with pytest.raises(
        FileNotFoundError, match=r"puppets.safetensors, found no such file; install the package"
    ):
        tiny("puppets")


def test_the_header_of_a_file_can_be_read_without_a_model(tmp_path):
    save_weights(tiny(), tmp_path / "w.safetensors", recipe="none", epoch=3)
    assert metadata_of(tmp_path / "w.safetensors") == {"recipe": "none", "epoch": "3"}


def test_the_shipped_start_brings_no_head():
    model = build_model("puppets")
    assert not model.get_classifier().weight.any()
    assert pooled_features(model, inputs(1, 64)).isfinite().all()


def test_frozen_only_the_head_trains():
    model = freeze_backbone(tiny())
    trains = [name for name, p in model.named_parameters() if p.requires_grad]
    assert trains == ["classifier.weight", "classifier.bias"]
    assert count_parameters(model, trainable_only=True) == 7 * model.num_features + 7


def test_unfrozen_everything_but_the_batch_norms_trains():
    model = unfreeze_all_but_batch_norms(freeze_backbone(tiny()))
    norms = {id(p) for m in model.modules() if isinstance(m, nn.BatchNorm2d) for p in m.parameters()}
    assert norms
    assert all(p.requires_grad == (id(p) not in norms) for p in model.parameters())


@pytest.mark.parametrize("freeze", [freeze_backbone, unfreeze_all_but_batch_norms])
def test_frozen_batch_norms_keep_their_statistics_in_training_mode(freeze):
    model = training_mode(freeze(tiny(dropout=0.5)))
    before = {name: b.clone() for name, b in model.named_buffers()}
    model(inputs())
    assert model.training
    assert all(torch.equal(before[name], b) for name, b in model.named_buffers())


def test_training_mode_lets_a_batch_norm_that_trains_go_on():
    model = training_mode(tiny())
    before = model.bn1.running_mean.clone()
    model(inputs())
    assert not torch.equal(before, model.bn1.running_mean)


def test_multiply_adds_are_those_of_a_count_by_hand():
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 5, padding=2, groups=4), nn.Flatten())
    net.append(nn.Linear(4 * 8 * 8, 7))
    assert multiply_adds(net, 8) == 9 * 1 * 4 * 64 + 25 * 4 * 64 + 4 * 64 * 7


def test_multiply_adds_leave_no_hook_behind_and_the_mode_as_it_was():
    net = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2)).train()
    multiply_adds(net, 4, channels=3)
    assert net.training and not net[0]._forward_hooks and torch.equal(net[1].running_mean, torch.zeros(2))


def test_multiply_adds_can_be_counted_without_memory():
    with torch.device("meta"):
        model = timm.create_model("tf_efficientnet_b2", in_chans=1, num_classes=7)
    assert multiply_adds(model, 224) == 650_339_952


def test_pooled_features_are_what_the_head_sees():
    model = tiny()
    nn.init.normal_(model.get_classifier().weight)
    x = inputs()
    assert torch.allclose(model.get_classifier()(pooled_features(model, x)), model(x), atol=1e-6)


def test_no_activation_overwrites_what_its_gradient_needs():
    model = build_model(None)
    assert not any(module.inplace for module in model.modules() if isinstance(module, nn.SiLU))


def test_a_recipe_in_the_place_of_weights_is_told_from_one():
    with pytest.raises(
        ValueError, match=r"Expected weights as a name, a path or None, found Recipe; .*recipe\.weights"
    ):
        build_model(QUICK)


def test_what_is_no_network_is_refused():
    check_network(nn.Identity())
    with pytest.raises(ValueError, match=r"Expected a network, found str; of a run, pass run\.model"):
        check_network("fer2013")


def test_a_folder_and_a_runs_last_state_are_no_weights_and_it_is_said_where_these_are(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"found the folder .* best\.safetensors in it"):
        build_model(tmp_path)
    save_file({"model.conv_stem.weight": torch.zeros(1)}, tmp_path / "last.safetensors")
    with pytest.raises(ValueError, match=r"all that a run goes on from in .*; take best\.safetensors or"):
        build_model(tmp_path / "last.safetensors")
