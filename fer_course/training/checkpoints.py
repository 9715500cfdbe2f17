"""A run's folder: every finished epoch on disk, so that an interrupted run can be resumed."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import torch
from accelerate import Accelerator
from safetensors import safe_open
from torch import nn

from fer_course.faces import Faces
from fer_course.files import atomic_write
from fer_course.model.weights import metadata_of, save_tensors, save_weights
from fer_course.training.recipe import Recipe


def fingerprint(*several: Faces) -> str:
    """Return a text that changes with any image or label of the given faces."""
    digest = hashlib.sha256()
    for faces in several:
        digest.update(faces.images.tobytes())
        digest.update(faces.labels.tobytes())
    return digest.hexdigest()[:16]


def epochs_done(folder: Path) -> int:
    """Return how many epochs of a run its folder holds; 0 if it holds none, or a file that ``Checkpoint`` refuses."""
    try:
        return len(json.loads(metadata_of(folder / "last.safetensors")["rows"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 0


def _rows(text: str, path: Path) -> list[dict]:
    """Return the epochs that a file's header tells of."""
    try:
        rows = json.loads(text)
        if all({"stage", "val_accuracy", "epoch"} <= row.keys() for row in rows):
            return rows
    except (TypeError, AttributeError, ValueError, RecursionError):
        pass
    raise ValueError(
        f"Expected the epochs of a run in the header of {path}, found something else; copy it again, or choose another "
        "folder."
    )


class Checkpoint:
    """A run's folder. One file holds all that resuming takes, so that it cannot disagree with itself.

    Parameters
    ----------
    folder : path or None
        Without one, the best weights are kept in memory and nothing is written.
    recipe : Recipe
    data : str
        The fingerprint of the images.
    accelerator : Accelerator

    Attributes
    ----------
    rows : list of dict
        One for each finished epoch.
    soft_labels : tensor of float32, shape (N, 7), or None
        What a distilled run learns: computed once, kept with the run.

    Raises
    ------
    ValueError
        If the folder holds another run, or an incomplete one that cannot be resumed.
    """

    def __init__(self, folder, recipe: Recipe, data: str, accelerator: Accelerator):
        self.folder = Path(folder) if folder is not None else None
        self.recipe, self.data, self.accelerator = recipe, data, accelerator
        self.rows: list[dict] = []
        self.best = {}
        self.soft_labels: torch.Tensor | None = None
        if not self.folder:
            return
        if self.last.is_file():
            self._read()
        else:
            self._refuse_to_write_over()

    @property
    def last(self) -> Path:
        """The file with all that a run resumes from."""
        return self.folder / "last.safetensors"

    def check_writable(self):
        """Find out before hours of training whether an epoch can be saved.

        Raises
        ------
        ValueError
            If it cannot.
        """
        if not self.folder:
            return
        try:
            # In the way that an epoch is written: a file system may allow one way and not another.
            with atomic_write(self.folder / "writable") as file:
                file.write(b"")
            (self.folder / "writable").unlink()
        except OSError as error:
            raise ValueError(
                f"Expected a folder that can be written, found {self.folder} ({error.strerror}); choose another "
                "folder, or set FER_HOME to one of your own."
            ) from None

    def _refuse_to_write_over(self):
        names = ("recipe.json", "history.csv", "head.safetensors", "best.safetensors")
        found = [name for name in names if (self.folder / name).exists()]
        if found and not self._first_epoch_broke_off():
            raise ValueError(
                f"Expected a new folder, or a run with its last.safetensors, found {', '.join(found)} without it in "
                f"{self.folder}; choose another folder, or move these files away."
            )

    def _first_epoch_broke_off(self) -> bool:
        """Return whether the folder holds what an epoch 1 of this very run wrote before, say, the disk was full."""
        try:
            headers = [metadata_of(path) for path in self.folder.glob("*.safetensors")]
            recipes = [header["recipe"] for header in headers]
            if (self.folder / "recipe.json").exists():
                recipes.append((self.folder / "recipe.json").read_text(encoding="utf-8"))
            same = all(Recipe.from_json(text) == self.recipe for text in recipes)
            return bool(headers) and same and all(header["epoch"] == "1" for header in headers)
        except (KeyError, ValueError, OSError):
            return False

    def _read(self):
        try:
            metadata = metadata_of(self.last)
        except ValueError:
            metadata = {}
        if not {"recipe", "data", "rows", "scaler"} <= metadata.keys():
            raise ValueError(
                f"Expected the last epoch of a run in {self.last}, found a damaged file or another one; copy it again, "
                "choose another folder, or move this one away."
            )
        # A recipe written before the course knew all of today's numbers has the defaults of those that it lacks.
        found = {"recipe": Recipe.from_json(metadata["recipe"]), "data": metadata["data"]}
        for name, own in (("recipe", self.recipe), ("data", self.data)):
            if found[name] != own:
                what = "another recipe" if name == "recipe" else "other images or another split"
                raise ValueError(
                    f"Expected a new folder or the same run, found a run with {what} in {self.folder}; "
                    "choose another folder, or delete that one if you no longer need it."
                )
        self.rows = _rows(metadata["rows"], self.last)
        for stage in {row["stage"] for row in self.rows}:
            try:
                metadata_of(self._best_file(stage))
            except (FileNotFoundError, ValueError):
                raise ValueError(
                    f"Expected the best epoch of a run in {self._best_file(stage)}, found no file or a damaged one; "
                    "copy it again, or choose another folder."
                ) from None
        scaler = json.loads(metadata["scaler"])
        if scaler and self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(scaler)
        self.soft_labels = self.tensors("taught.").get("labels")

    def tensors(self, prefix: str) -> dict:
        """Return the tensors of ``last.safetensors`` whose names start with a prefix, without it."""
        with safe_open(self.last, framework="pt") as file:
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118 (not a dict)
            return {name.removeprefix(prefix): file.get_tensor(name) for name in names}

    def restore(self, trainer):
        """Give a trainer the moments of its optimizer and its EMA back, if the last epoch was of the same stage."""
        if not self.folder or not self.rows or self.rows[-1]["stage"] != trainer.stage:
            return
        optimizer, state = trainer.optimizer, {}
        for name, tensor in self.tensors("optimizer.").items():
            index, key = name.split(".")
            # A copy: what safetensors hands out holds the file open, and Windows replaces no open file.
            state.setdefault(int(index), {})[key] = tensor.clone()
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
        for parameter, kept in optimizer.state.items():
            # A fused optimizer walks through memory: moments must lie in it as their parameter does (channels last).
            kept.update({k: torch.empty_like(parameter).copy_(v) for k, v in kept.items() if v.dim()})
        if trainer.average is not None:
            tensors = self.tensors("average.")
            # In files of earlier versions.
            tensors.pop("n_averaged", None)
            trainer.average.load_state_dict(tensors)

    def hand_over(self, model: nn.Module, stage: str):
        """Give a model the EMA that a finished stage ended with.

        The next stage starts from the EMA, whether or not there was a break between the stages.
        """
        if self.folder and self.rows and self.rows[-1]["stage"] == stage:
            average = self.tensors("average.module.")
            model.load_state_dict(average or model.state_dict())

    def save(self, row: dict, trainer):
        """Keep an epoch: first the best weights, last the file that says the epoch is done.

        With an EMA of the weights, the EMA is what was validated and is kept as the best; training continues from the
        weights themselves.

        Parameters
        ----------
        row : dict
            The epoch's line of the history.
        trainer : Trainer
        """
        earlier = max((r["val_accuracy"] for r in self.rows if r["stage"] == row["stage"]), default=-1)
        better = row["val_accuracy"] > earlier
        rows = [*self.rows, row]
        if not self.folder:
            if better:
                state = trainer.judged.state_dict()
                self.best[row["stage"]] = {name: t.detach().cpu().clone() for name, t in state.items()}
        elif self.accelerator.is_main_process:
            if better:
                save_weights(
                    trainer.judged,
                    self._best_file(row["stage"]),
                    recipe=self.recipe.to_json(),
                    epoch=row["epoch"],
                    val_accuracy=row["val_accuracy"],
                )
            with atomic_write(self.folder / "recipe.json", "w") as file:
                file.write(self.recipe.to_json())
            with atomic_write(self.folder / "history.csv", "w") as file:
                pd.DataFrame(rows).to_csv(file, index=False)
            self._write_last(rows, trainer)
        # Only now: an interruption above leaves the epoch out, here as on disk.
        self.rows = rows
        self.accelerator.wait_for_everyone()

    def _write_last(self, rows: list[dict], trainer):
        tensors = {f"model.{name}": tensor for name, tensor in trainer.model.state_dict().items()}
        for index, moments in trainer.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{key}": torch.as_tensor(v) for key, v in moments.items()}
        if trainer.average is not None:
            tensors |= {f"average.{name}": t for name, t in trainer.average.state_dict().items()}
        if self.soft_labels is not None:
            tensors["taught.labels"] = self.soft_labels
        scaler = self.accelerator.scaler.state_dict() if self.accelerator.scaler else None
        metadata = {
            "recipe": self.recipe.to_json(),
            "data": self.data,
            "rows": json.dumps(rows),
            "scaler": json.dumps(scaler),
        }
        save_tensors({k: t.detach().contiguous().cpu() for k, t in tensors.items()}, self.last, metadata)

    def _best_file(self, stage: str) -> Path:
        return self.folder / ("head.safetensors" if stage == "head" else "best.safetensors")

    def best_state(self, stages) -> dict | None:
        """Return the weights of the best epoch of the last stage that trained, or None if no epoch did."""
        done = [stage for stage in stages if any(row["stage"] == stage for row in self.rows)]
        if not done:
            return None
        if not self.folder:
            return self.best[done[-1]]
        with safe_open(self._best_file(done[-1]), framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)

    def history(self, stages) -> pd.DataFrame:
        """Return the finished epochs of the given stages."""
        columns = [
            *("epoch", "stage", "learning_rate", "train_loss", "train_accuracy", "val_loss", "val_accuracy"),
            *("val_macro_recall", "images_per_second", "seconds", "compile_seconds"),
        ]
        return pd.DataFrame([row for row in self.rows if row["stage"] in stages], columns=columns)
