"""The command line: which commands there are, and nothing that a bare machine lacks."""

import os
import subprocess
import sys

import pytest
from repository import ROOT

from fer_course.__main__ import COMMANDS, main, parser


@pytest.mark.parametrize("command", COMMANDS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_command_has_its_help(command, capsys):
    name = command.__name__.rpartition(".")[2]
    with pytest.raises(SystemExit) as stopped:
        main([name, "--help"])
    assert stopped.value.code == 0 and f"fer_course {name}" in capsys.readouterr().out
    assert name in parser().format_help()


def test_a_word_that_is_no_command_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["trian"])
    assert stopped.value.code == 2 and "trian" in capsys.readouterr().err


def test_it_needs_neither_jupyter_nor_matplotlib():
    absent = ["matplotlib", "IPython", "ipywidgets", "pytorch_grad_cam"]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({absent}))"
    code = (
        f"{blocked}; from fer_course.__main__ import main; sys.exit(main(['train', '--set', 'image_size=8']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 2
    assert done.stderr.startswith("fer_course: Expected image_size")
