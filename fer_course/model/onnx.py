"""A network as an ONNX file: written, checked against PyTorch, and run by ONNX Runtime.

The file takes faces as they are stored, grey values of 48×48 pixels; resizing and standardisation are inside, so that
whoever runs it cannot do them differently. ONNX is a common format of networks, ONNX Runtime the program that runs them
without PyTorch.
"""

import copy
import json
import logging
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fer_course.faces import SIZE
from fer_course.files import atomic_write
from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import standardise, stored_images
from fer_course.model.network import check_network, size_for
from fer_course.model.weights import unwrapped

OPSET = 20
"""Version of ONNX's operators that files are written with."""

TOLERANCE = 1e-4
"""How far a logit of the file may lie from PyTorch's."""

INSTALL = 'install it with  pip install "fer-course[deploy]"'


class FromStoredFaces(nn.Module):
    """What ``inputs.prepare`` does, and then a network: uint8 (N, 48, 48) to logits (N, 7).

    Parameters
    ----------
    model : nn.Module
        Takes float32 (N, 1, size, size).
    size : int
        Height and width of what the network is given, in pixels.
    """

    def __init__(self, model: nn.Module, size: int):
        super().__init__()
        self.model, self.size = model, size

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        """Return logits, float32 of shape (N, 7)."""
        pixels = faces[:, None].float() / 255
        shape = (self.size, self.size)
        return self.model(
            standardise(F.interpolate(pixels, size=shape, mode="bilinear", align_corners=False))
        )


class OnnxNetwork:
    """A network in an ONNX file, which ``predict`` takes as it takes one of PyTorch's.

    Parameters
    ----------
    path : str or Path
        Written by ``export_onnx``.
    threads : int, optional
        How many the computation may use; as many as there are cores, if not given.

    Attributes
    ----------
    path : Path
    size : int
        At which the network looks at a face, in pixels. What goes in has 48×48 pixels all the same.
    labels : tuple of str
        What its seven logits stand for.
    metadata : dict of str to str
        All that the file says about itself.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not an ONNX file, or none that ``export_onnx`` wrote.
    ImportError
        If ONNX Runtime is not installed.
    """

    def __init__(self, path: str | Path, threads: int | None = None):
        self.path = Path(path)
        if not self.path.is_file():
            raise FileNotFoundError(
                f"Expected an ONNX file in {self.path}, found no such file; write one with export_onnx(model, path) or "
                "python -m fer_course export."
            )
        self._session = _session(self.path.read_bytes(), self.path, threads)
        self.metadata = dict(self._session.get_modelmeta().custom_metadata_map)
        takes = [(one.name, one.type, one.shape[1:]) for one in self._session.get_inputs()]
        try:
            self.size = int(self.metadata["image_size"])
            self.labels = tuple(json.loads(self.metadata["labels"]))
        except (KeyError, ValueError, TypeError):
            self.size, self.labels = 0, ()
        if takes != [("faces", "tensor(uint8)", [SIZE, SIZE])] or self.labels != tuple(EXPRESSIONS):
            raise ValueError(
                f"Expected an ONNX file of the course, which takes faces as uint8 (N, {SIZE}, {SIZE}) and gives seven "
                f"logits, found another one in {self.path}; write one with python -m fer_course export."
            )

    def __call__(self, images) -> np.ndarray:
        """Return logits, float32 of shape (N, 7).

        Parameters
        ----------
        images : Faces, or ndarray of uint8, shape (N, 48, 48) or (48, 48)
        """
        return _logits(self._session, stored_images(images))

    def __repr__(self) -> str:
        return f"OnnxNetwork: {self.path.name}, looks at faces at {self.size} px"


def export_onnx(
    model: nn.Module, path: str | Path, *, size: int | None = None, faces=None, **metadata
) -> float:
    """Write a network as an ONNX file, once it has given the same logits as PyTorch.

    Parameters
    ----------
    model : nn.Module
        From ``build_model`` or a run. It is left as it was.
    path : str or Path
        Ends in ``.onnx``. A file that is there already is replaced.
    size : int, optional
        Height and width of what the network is given, in pixels; the size that it was trained at, if not given.
    faces : Faces or ndarray of uint8, shape (N, 48, 48), optional
        On which the two are compared; 100 images of random grey values, if not given.
    **metadata : str
        Kept in the file beside ``labels`` and ``image_size``.

    Returns
    -------
    float
        The largest difference between a logit of the file and PyTorch's.

    Raises
    ------
    ValueError
        If the model is none, its size is not known, the path has another ending, or the file names another label for a
        face than PyTorch, or a logit differs by more than ``TOLERANCE``; then nothing is written.
    ImportError
        If onnx, onnxscript or onnxruntime is not installed, or PyTorch is older than 2.6.

    Notes
    -----
    Weights are stored as float32, batch norms are folded into the convolutions before them, and the batch is dynamic:
    the file takes any number of faces.
    """
    check_network(model)
    path, size = Path(path), size_for(model, size)
    if path.suffix.lower() != ".onnx":
        raise ValueError(f"Expected a path that ends in .onnx, found {path}.")
    if faces is None:
        faces = np.random.default_rng(0).integers(0, 256, (100, SIZE, SIZE), dtype=np.uint8)
    images = stored_images(faces)
    # A copy: the exporter runs the network where the files' users will, on a CPU and in evaluation mode.
    network = (
        FromStoredFaces(copy.deepcopy(unwrapped(model)).cpu().float(), size).eval().requires_grad_(False)
    )
    data = _serialised(network, {"labels": json.dumps(EXPRESSIONS), "image_size": str(size)} | metadata)
    found = _logits(_session(data, path), images)
    with torch.inference_mode():
        expected = np.concatenate(
            [network(part).numpy() for part in torch.from_numpy(np.array(images)).split(64)]
        )
    difference = float(abs(found - expected).max())
    changed = int((found.argmax(1) != expected.argmax(1)).sum())
    if changed or not difference <= TOLERANCE:
        raise ValueError(
            f"Expected the file to give PyTorch's logits within {TOLERANCE}, found differences up to {difference:.2g} "
            f"and {changed} other labels on {len(images):,} faces; nothing was written."
        )
    with atomic_write(path) as file:
        file.write(data)
    return difference


def _serialised(network: nn.Module, metadata: dict[str, str]) -> bytes:
    """Return an ONNX file's bytes for a network that takes stored faces."""
    with _named_if_missing():
        import onnx
        import onnxscript  # noqa: F401 (the exporter needs it)
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < (2, 6):
        raise ImportError(
            f"Exporting needs PyTorch 2.6 or newer, found {torch.__version__}; install a newer one."
        )
    with _quiet():
        program = torch.onnx.export(
            network,
            # Two faces: of one, the exporter would conclude that there is never more than one.
            (torch.zeros(2, SIZE, SIZE, dtype=torch.uint8),),
            input_names=["faces"],
            output_names=["logits"],
            dynamic_shapes={"faces": {0: torch.export.Dim("faces", min=1)}},
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    model = program.model_proto
    # The exporter notes for each node where in which source file it came from: paths of this machine.
    for part in (
        model.graph,
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.graph.output,
    ):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    return model.SerializeToString()


@contextmanager
def _quiet():
    """Keep the exporter's notes to its own developers from a learner's screen."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _named_if_missing():
    """Say in one sentence how to get a package that is imported in this block and is not there."""
    try:
        yield
    except ImportError as error:
        raise ImportError(f"ONNX files need the package {error.name}: {INSTALL}.") from None


def _session(data: bytes, path: Path, threads: int | None = None):
    """Return ONNX Runtime's session for the bytes of a file."""
    with _named_if_missing():
        import onnxruntime as runtime
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    if threads:
        options.intra_op_num_threads = threads
    try:
        return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime has a dozen classes of errors, none of them a ValueError.
    except Exception as error:
        raise ValueError(
            f"Expected an ONNX file, found something that ONNX Runtime cannot run in {path} ({type(error).__name__}); "
            "write one with python -m fer_course export."
        ) from None


def _logits(session, images: np.ndarray) -> np.ndarray:
    if not len(images):
        return np.zeros((0, len(EXPRESSIONS)), np.float32)
    return session.run(["logits"], {"faces": np.ascontiguousarray(images)})[0]
