"""The command ``export``: a trained network as an ONNX file."""

from pathlib import Path

from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.trained import metadata_of_network, open_network
from fer_course.puppets.draw import draw_puppets

FACES = 100
"""Puppets on which the file is held to PyTorch."""


def add(commands):
    """Add the command to those of the command line."""
    export = commands.add_parser("export", help="write a network as ONNX, for programs without PyTorch")
    export.add_argument(
        "--weights",
        default="fer2013",
        help="best.safetensors of a run, or fer2013 (default): the shipped model",
    )
    export.add_argument(
        "--save", type=Path, required=True, metavar="FILE.onnx", help="a file that is not there yet"
    )
    export.set_defaults(run=run)


def run(options):
    """Write the file, and say how near it is to PyTorch and how to run it."""
    if options.save.exists():
        raise ValueError(
            f"Expected a new file for --save, found {options.save}, which is there already; choose another."
        )
    model = open_network(options.weights)
    if isinstance(model, OnnxNetwork):
        raise ValueError(
            f"Expected weights of a run, found {options.weights}, which is an ONNX file already."
        )
    recipe = metadata_of_network(options.weights)["recipe"]
    difference = export_onnx(
        model, options.save, faces=draw_puppets(FACES), recipe=recipe, weights=Path(options.weights).name
    )
    print(
        f"Wrote {options.save}, {options.save.stat().st_size / 1e6:.1f} MB. On {FACES} puppets it names the labels "
        f"that PyTorch names; no logit differs by more than {difference:.1g}.\n"
        "It takes faces, uint8 of shape (N, 48, 48), and gives logits, float32 of shape (N, 7), in the order of its "
        "metadata's labels.\n"
        f"Measure it: python -m fer_course evaluate --weights {options.save}"
    )
