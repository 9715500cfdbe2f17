"""Files of weights are saved, loaded and refused."""

import pickle
from functools import partial

import numpy as np
import pytest
import timm
import torch
from networks import TINY, inputs, same, tiny_model, with_random_head
from safetensors.torch import load_file, save_file
from torch import nn

from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, check_shipped, load_weights, metadata_of, save_weights


def test_a_saved_model_is_loaded_again_exactly_with_its_head_and_metadata(tmp_path):
    model = tiny_model(seed=1)
    nn.init.normal_(model.get_classifier().weight)
    save_weights(model, tmp_path / "w.safetensors", epoch=3, note="text")
    assert same(tiny_model(tmp_path / "w.safetensors"), model)
    assert load_weights(tiny_model(), tmp_path / "w.safetensors") == {"epoch": "3", "note": "text"}


def test_half_precision_takes_half_the_room_and_is_loaded_as_float32(tmp_path):
    model = tiny_model(seed=1)
    save_weights(model, tmp_path / "half.safetensors", half=True)
    save_weights(model, tmp_path / "whole.safetensors")
    half, whole = ((tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "whole"))
    assert half < 0.6 * whole
    loaded = tiny_model(tmp_path / "half.safetensors")
    assert torch.equal(loaded.conv_stem.weight, model.conv_stem.weight.half().float())


def test_weights_without_a_head_leave_it_at_zero(tmp_path):
    save_weights(tiny_model(seed=1), tmp_path / "w.safetensors", head=False)
    assert not any(name.startswith("classifier") for name in load_file(tmp_path / "w.safetensors"))
    assert not tiny_model(tmp_path / "w.safetensors").get_classifier().weight.any()


def test_a_head_of_another_size_is_left_out(tmp_path):
    other = timm.create_model(TINY, in_chans=1, num_classes=10)
    save_file(other.state_dict(), tmp_path / "ten.safetensors")
    model = tiny_model(tmp_path / "ten.safetensors")
    assert not model.get_classifier().weight.any()
    assert torch.equal(model.conv_stem.weight, other.conv_stem.weight)


def test_a_first_layer_for_three_channels_is_summed_into_one(tmp_path):
    other = timm.create_model(TINY, in_chans=3, num_classes=7).eval()
    save_file(other.state_dict(), tmp_path / "colour.safetensors")
    model = tiny_model(tmp_path / "colour.safetensors")
    assert torch.allclose(model.conv_stem.weight, other.conv_stem.weight.sum(1, keepdim=True))
    grey = inputs(2)
    assert torch.allclose(model(grey), other(grey.repeat(1, 3, 1, 1)), atol=1e-5)


def test_weights_of_another_backbone_are_refused(tmp_path):
    save_file(timm.create_model("test_resnet", in_chans=1).state_dict(), tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match=f"Expected weights of {TINY}, found others in .*other.safetensors"):
        tiny_model(tmp_path / "other.safetensors")


def test_a_pickle_is_refused_without_being_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    (tmp_path / "w.pt").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(
        ValueError, match=r"Expected a .safetensors file, found something else in .*w.pt; pickled"
    ):
        tiny_model(tmp_path / "w.pt")
    assert not (tmp_path / "sprung").exists()


def test_an_empty_or_truncated_file_is_refused(tmp_path):
    save_weights(tiny_model(), tmp_path / "w.safetensors")
    content = (tmp_path / "w.safetensors").read_bytes()
    for part in (b"", content[:5000], content[:-10]):
        (tmp_path / "part.safetensors").write_bytes(part)
        with pytest.raises(ValueError, match=r"found something else in .*part.safetensors"):
            tiny_model(tmp_path / "part.safetensors")


def test_a_missing_file_names_what_else_there_is(tmp_path):
    with pytest.raises(
        FileNotFoundError,
        match=r'no such file; use weights="puppets" or "fer2013".*weights=None.*path of a',
    ):
        tiny_model(tmp_path / "nothing.safetensors")


def test_everything_shipped_is_small_has_a_model_card_and_is_as_it_was_shipped():
    for path in SHIPPED.values():
        assert path.stat().st_size <= 16 * 2**20
        assert path.with_suffix(".md").is_file()
        check_shipped(path)


def test_shipped_weights_that_were_changed_are_refused_by_name_and_taken_by_path(tmp_path, monkeypatch):
    other = tmp_path / "puppets.safetensors"
    save_weights(tiny_model(seed=5), other)
    monkeypatch.setitem(SHIPPED, "puppets", other)
    with pytest.raises(
        ValueError, match=r"Expected puppets.safetensors as it was shipped .*found another file"
    ):
        tiny_model("puppets")
    assert same(tiny_model(other), tiny_model(seed=5))


def test_shipped_weights_that_are_missing_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(SHIPPED, "puppets", tmp_path / "puppets.safetensors")
    with pytest.raises(
        FileNotFoundError, match=r"puppets.safetensors, found no such file; install the package"
    ):
        tiny_model("puppets")


def test_the_header_of_a_file_can_be_read_without_a_model(tmp_path):
    save_weights(tiny_model(), tmp_path / "w.safetensors", recipe="none", epoch=3)
    assert metadata_of(tmp_path / "w.safetensors") == {"recipe": "none", "epoch": "3"}


def test_a_folder_and_a_runs_last_state_are_no_weights_and_it_is_said_where_these_are(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"found the folder .* best\.safetensors in it"):
        build_model(tmp_path)
    save_file({"model.conv_stem.weight": torch.zeros(1)}, tmp_path / "last.safetensors")
    with pytest.raises(ValueError, match=r"found a run's checkpoint.* in .*; take best\.safetensors or"):
        build_model(tmp_path / "last.safetensors")


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "_orig_mod.module."])
def test_weights_saved_inside_a_wrapper_by_other_tools_are_loaded(tmp_path, prefix):
    model = with_random_head(tiny_model(seed=1))
    state = {prefix + name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, tmp_path / "w.safetensors")
    assert same(tiny_model(tmp_path / "w.safetensors"), model)


@pytest.mark.parametrize("wrap", [nn.DataParallel, partial(torch.compile, backend="eager")])
def test_a_wrapped_model_is_saved_and_loaded_as_the_network_in_it(tmp_path, wrap):
    model = with_random_head(tiny_model(seed=1))
    save_weights(wrap(model), tmp_path / "w.safetensors")
    save_weights(wrap(model), tmp_path / "body.safetensors", head=False)
    assert set(load_file(tmp_path / "w.safetensors")) == set(model.state_dict())
    assert not any(name.startswith("classifier") for name in load_file(tmp_path / "body.safetensors"))
    other = tiny_model(seed=2)
    load_weights(wrap(other), tmp_path / "w.safetensors")
    assert same(other, model)


def test_numbers_of_numpy_and_torch_are_kept_in_the_header(tmp_path):
    numbers = {"accuracy": np.float32(0.5), "image_size": np.int64(96), "recall": torch.tensor([0.25, 1])}
    save_weights(tiny_model(), tmp_path / "w.safetensors", **numbers)
    assert metadata_of(tmp_path / "w.safetensors") == {
        "accuracy": "0.5",
        "image_size": "96",
        "recall": "[0.25, 1.0]",
    }


def test_a_model_in_channels_last_is_saved(tmp_path):
    model = tiny_model(seed=1).to(memory_format=torch.channels_last)
    assert not all(tensor.is_contiguous() for tensor in model.state_dict().values())
    save_weights(model, tmp_path / "w.safetensors")
    assert same(tiny_model(tmp_path / "w.safetensors"), model)
