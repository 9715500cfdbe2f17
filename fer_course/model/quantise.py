"""Static int8: an ONNX file whose convolutions and last layer compute with whole numbers from -128 to 255.

Each number of a layer, which has 32 bits, becomes one of 8 bits times a scale. For weights the scale is known, one for
each channel of the output. For what flows between the layers it is not: it is found on some faces (calibration), and is
then *static*. The file has a quarter of the size. Whether it is faster depends on the processor.
"""

import contextlib
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from fer_course.files import atomic_write
from fer_course.model.inputs import stored_images
from fer_course.model.onnx import INSTALL, OnnxNetwork

LAYERS = ("Conv", "Gemm")
"""Kinds of node that become int8: convolutions and linear layers. All else stays in float32, standardisation too."""

BATCH = 8
"""Faces that are run at once to see which values a layer gives."""


def quantise(path: str | Path, faces, out: str | Path, *, weight_bits: int = 7) -> float:
    """Write the int8 version of an ONNX file, calibrated on some faces.

    Parameters
    ----------
    path : str or Path
        Written by ``export_onnx``, in float32. It is left as it was.
    faces : Faces or ndarray of uint8, shape (N, 48, 48)
        Training faces on which the scales are chosen; 64 are enough. Faces on which the file is to be judged are not
        for this.
    out : str or Path
        Ends in ``.onnx``. A file that is there already is replaced, once the new one is whole.
    weight_bits : {7, 8}
        How many of a weight's 8 bits are used. 8 is for processors with VNNI instructions only; see the notes.

    Returns
    -------
    float
        The share of these faces for which both files name the same label. Measure accuracy on other faces.

    Raises
    ------
    FileNotFoundError
        If there is no file to begin with.
    ValueError
        If that file was not written by ``export_onnx`` or is int8 already, the faces are none or of another shape, or
        ``out`` has another ending or is the same file, or the bits are neither 7 nor 8.
    ImportError
        If onnx or onnxruntime is not installed.

    Notes
    -----
    Post-training quantisation with QDQ nodes, per channel (Jacob et al., *Quantization and Training of Neural Networks
    for Efficient Integer-Arithmetic-Only Inference*, CVPR 2018; Krishnamoorthi, arXiv:1806.08342). A processor with
    AVX2 but without VNNI instructions adds two products in 16 bits. With weights of 8 bits that sum can overflow, and
    is cut off: the same file names other labels there than on another machine. With 7 bits it cannot.
    ``docs/real_time.md`` has what that costs.
    """
    images, path, out = stored_images(faces), Path(path), Path(out)
    if not len(images):
        raise ValueError("Expected faces to calibrate on, found none; pass 64 faces of course.train, say.")
    if out.suffix.lower() != ".onnx":
        raise ValueError(f"Expected a path that ends in .onnx, found {out}.")
    if out.resolve() == path.resolve():
        raise ValueError(
            f"Expected another path for the int8 file, found {path} twice; choose a second name."
        )
    if weight_bits not in (7, 8):
        raise ValueError(f"Expected 7 or 8 bits for a weight, found {weight_bits!r}.")
    before = OnnxNetwork(path)
    if "precision" in before.metadata:
        raise ValueError(
            f"Expected a file in float32, found one of {before.metadata['precision']} in {path}; quantise what "
            "export_onnx wrote."
        )
    metadata = before.metadata | {
        "precision": "int8",
        "weight_bits": str(weight_bits),
        "calibrated_on": f"{len(images)} faces",
    }
    data = _as_int8(path, images, metadata, weight_bits)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / out.name
        whole.write_bytes(data)
        after = OnnxNetwork(whole)
        same = [after(part).argmax(1) == before(part).argmax(1) for part in _parts(images)]
    with atomic_write(out) as file:
        file.write(data)
    return float(np.concatenate(same).mean())


def _as_int8(path: Path, images: np.ndarray, metadata: dict[str, str], weight_bits: int) -> bytes:
    """Return the bytes of an int8 file."""
    try:
        import onnx
        from onnxruntime import quantization
    except ImportError as error:
        raise ImportError(f"Quantising needs the package {error.name}: {INSTALL}.") from None

    class Calibration(quantization.CalibrationDataReader):
        def __init__(self):
            self.parts = _parts(images)

        def get_next(self):
            part = next(self.parts, None)
            return None if part is None else {"faces": part}

    with tempfile.TemporaryDirectory() as folder, _quiet():
        made = Path(folder) / "int8.onnx"
        quantization.quantize_static(
            path,
            made,
            Calibration(),
            quant_format=quantization.QuantFormat.QDQ,
            op_types_to_quantize=list(LAYERS),
            per_channel=True,
            reduce_range=weight_bits == 7,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            calibrate_method=quantization.CalibrationMethod.MinMax,
            # Of each batch the lowest and the highest value, and then their mean: one odd face of 64 does not widen
            # the steps of all.
            extra_options={"CalibMovingAverage": True},
        )
        model = onnx.load(made)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, metadata)
    return model.SerializeToString()


def _parts(images: np.ndarray) -> Iterator[np.ndarray]:
    return (np.ascontiguousarray(images[start : start + BATCH]) for start in range(0, len(images), BATCH))


@contextmanager
def _quiet():
    """Keep the tool's notes, which are for its developers, from a learner's screen."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
