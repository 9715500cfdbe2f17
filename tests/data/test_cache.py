"""The second load comes from the cache, and a broken cache does no harm."""

import numpy as np
import pytest
from fer2013 import LAYOUTS, Sample, cached, load, same, subset

from fer_course.data import layouts

pytestmark = subset


def test_the_second_load_comes_from_the_cache_and_is_the_same(sample, tmp_path, monkeypatch):
    root = sample.folder(tmp_path / "fer2013")
    first = load(root)
    assert len(cached(tmp_path)) == 1
    monkeypatch.setattr(layouts, "read_layout", None)
    assert same(first, load(root))


def test_nothing_is_written_into_the_source_folder(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    before = sorted(root.rglob("*"))
    load(root)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_source_that_changed_is_read_anew(sample, tmp_path, layout):
    path = tmp_path / LAYOUTS[layout]
    getattr(sample, layout)(path)
    load(path)
    getattr(Sample(seed=1), layout)(path)
    np.testing.assert_array_equal(load(path).images, Sample(seed=1).images)


def test_the_cache_can_lie_elsewhere_or_nowhere(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    load(file, cache=False)
    assert not cached(tmp_path)
    load(file, cache=tmp_path / "elsewhere")
    assert not cached(tmp_path) and len(list((tmp_path / "elsewhere").iterdir())) == 1


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_a_broken_cache_is_rebuilt_and_this_is_said(sample, tmp_path, capsys, damage):
    file = sample.csv(tmp_path / "fer2013.csv")
    first = load(file)
    (kept,) = cached(tmp_path)
    data = bytearray(kept.read_bytes())
    if damage == "flip":
        data[5000] ^= 0xFF
    kept.write_bytes({"cut": data[: len(data) // 2], "flip": data, "empty": b"", "text": b"hello"}[damage])
    assert same(first, load(file))
    assert f"{kept} is broken: the faces are loaded again" in capsys.readouterr().out
    load(file)
    assert "broken" not in capsys.readouterr().out


def test_a_cache_that_holds_code_is_never_run(sample, tmp_path, capsys):
    file = sample.csv(tmp_path / "fer2013.csv")
    load(file)
    (kept,) = cached(tmp_path)
    with kept.open("wb") as opened:
        np.savez(opened, images=np.array([{"an": "object"}], dtype=object))
    assert len(load(file)) == 14
    assert "broken" in capsys.readouterr().out


def test_a_full_disk_while_caching_leaves_the_old_cache_and_the_faces(sample, tmp_path, capsys):
    resource = pytest.importorskip("resource")
    old = sample.csv(tmp_path / "fer2013.csv")
    load(old)
    (kept,) = cached(tmp_path)
    content = kept.read_bytes()
    new = Sample(seed=1).csv(tmp_path / "icml_face_data.csv")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        faces = load(new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    np.testing.assert_array_equal(faces.images, Sample(seed=1).images)
    assert "could not be cached in" in capsys.readouterr().out
    assert cached(tmp_path) == [kept] and kept.read_bytes() == content


def test_a_cache_folder_that_is_a_file_is_said_and_does_no_harm(sample, tmp_path, capsys):
    (tmp_path / "note.txt").write_text("mine")
    assert len(load(sample.csv(tmp_path / "fer2013.csv"), cache=tmp_path / "note.txt")) == 14
    assert "could not be cached in" in capsys.readouterr().out
    assert (tmp_path / "note.txt").read_text() == "mine"
