"""Building, freezing and counting; with timm's smallest network where B2 is not needed."""

import math

import pytest
import timm
import torch
import torch.nn.functional as F
from networks import inputs, same, tiny_model
from torch import nn

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
from fer_course.training.recipes import QUICK


def test_a_model_takes_one_channel_and_gives_seven_logits():
    model = tiny_model()
    assert not model.training
    assert model(inputs()).shape == (4, 7)


def test_the_head_starts_at_zero_so_that_the_first_loss_is_ln_7():
    logits = tiny_model()(inputs(7))
    assert torch.equal(logits, torch.zeros(7, 7))
    assert F.cross_entropy(logits, torch.arange(7)).item() == pytest.approx(math.log(7))


def test_the_same_seed_builds_the_same_model_and_leaves_torchs_generator_alone():
    before = torch.random.get_rng_state()
    assert same(tiny_model(seed=3), tiny_model(seed=3)) and not same(tiny_model(seed=3), tiny_model(seed=4))
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
        model = training_mode(freeze_backbone(tiny_model(dropout=rate)))
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


def test_imagenet_without_a_network_names_the_three_alternatives(monkeypatch):
    create = timm.create_model

    def offline(name, pretrained=False, **options):
        if pretrained:
            raise OSError("no route to host")
        return create(name, **options)

    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(ValueError) as caught:
        tiny_model("imagenet")
    for way_out in ('weights="puppets"', "weights=None", "path of a .safetensors file"):
        assert way_out in str(caught.value)
    assert "OSError" in str(caught.value) and caught.value.__suppress_context__


def test_the_shipped_start_brings_no_head():
    model = build_model("puppets")
    assert not model.get_classifier().weight.any()
    assert pooled_features(model, inputs(1, 64)).isfinite().all()


def test_frozen_only_the_head_trains():
    model = freeze_backbone(tiny_model())
    trains = [name for name, p in model.named_parameters() if p.requires_grad]
    assert trains == ["classifier.weight", "classifier.bias"]
    assert count_parameters(model, trainable_only=True) == 7 * model.num_features + 7


def test_unfrozen_everything_but_the_batch_norms_trains():
    model = unfreeze_all_but_batch_norms(freeze_backbone(tiny_model()))
    norms = {id(p) for m in model.modules() if isinstance(m, nn.BatchNorm2d) for p in m.parameters()}
    assert norms
    assert all(p.requires_grad == (id(p) not in norms) for p in model.parameters())


@pytest.mark.parametrize("freeze", [freeze_backbone, unfreeze_all_but_batch_norms])
def test_frozen_batch_norms_keep_their_statistics_in_training_mode(freeze):
    model = training_mode(freeze(tiny_model(dropout=0.5)))
    before = {name: b.clone() for name, b in model.named_buffers()}
    model(inputs())
    assert model.training
    assert all(torch.equal(before[name], b) for name, b in model.named_buffers())


def test_training_mode_lets_a_batch_norm_that_trains_go_on():
    model = training_mode(tiny_model())
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


def test_a_backbone_may_be_named_with_the_tag_of_its_weights():
    model = build_model(None, backbone="test_efficientnet.r160_in1k")
    assert model.default_cfg["architecture"] == "test_efficientnet"
