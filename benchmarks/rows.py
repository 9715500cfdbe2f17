"""The rows of the benchmark; ``benchmarks/bench.py`` runs them."""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, count, islice, repeat
from pathlib import Path

import numpy as np
import torch
import torch._inductor.config

from benchmarks.depthwise import quick_gradients
from benchmarks.latency import batches, deployment, latency
from benchmarks.measure import ROOT, cores, in_turns, ratio, spread
from benchmarks.networks import lightweight, networks
from benchmarks.usual import past_the_store, usual_loader, write_folder
from fer_course.faces import Faces
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets
from fer_course.training.batches import Batches
from fer_course.training.fit import fit
from fer_course.training.loop import Trainer, accelerator_for
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import QUICK, QUICK_PHOTOGRAPHS

BYTES_PER_IMAGE = {128: 105e6, 260: 455e6}
"""What one image of a training step moves through a GPU's memory at least, in bf16 and ideally fused, by size.

The sizes of a rehearsal, whose results are not kept, are not among them.
"""


class Timed:
    """The course's own trainer in stage 2, from random weights, on whatever batches it is given."""

    def __init__(
        self, recipe: Recipe, faces: Faces, device: str, *, channels_last=True, in_place=False, fused=True
    ):
        model = build_model(None, backbone=recipe.backbone, dropout=recipe.dropout)
        layout = torch.channels_last if channels_last else torch.contiguous_format
        model.to(memory_format=layout)
        for module in model.modules():
            if isinstance(module, torch.nn.SiLU):
                module.inplace = in_place
        recipe = recipe.but(tune_batch_norms=False)
        self.trainer = Trainer(model, recipe, faces, accelerator_for(recipe, device))
        self.trainer.start("tune", fused=fused)

    def rate(self, batches, steps: int) -> float:
        """Train on some batches and return images a second."""
        device = self.trainer.accelerator.device
        some = (
            (x.to(device, non_blocking=True), y.to(device, non_blocking=True))
            for x, y in islice(batches, steps)
        )
        return self.trainer.train(some, lambda step: 1e-5)["images_per_second"]


def forever(batches: Batches):
    """Yield the batches of one epoch after another."""
    return chain.from_iterable(batches.epoch(number) for number in count())


def feed(plan) -> dict:
    """Feed efficiency: the real loop against the same step on one fixed batch."""
    faces, found = draw_puppets(plan.faces), {}
    for size in plan.sizes:
        recipe = QUICK.but(image_size=size, batch_size=plan.batch_size)
        timed = Timed(recipe, faces, plan.device)
        batches = timed.trainer.batches
        fixed, stream = next(iter(batches.epoch(0))), forever(batches)
        rates = in_turns(
            {
                "real": lambda: timed.rate(stream, plan.steps),  # noqa: B023 (used within the turn)
                "fixed": lambda: timed.rate(repeat(fixed), plan.steps),  # noqa: B023
            },
            plan.windows,
        )
        found[str(size)] = {name: spread(values) for name, values in rates.items()}
        found[str(size)]["efficiency"] = ratio(rates["real"], rates["fixed"])
    return {"batch_size": plan.batch_size, "windows": plan.windows, "sizes": found}


def usual(plan) -> dict:
    """Against ImageFolder, PIL transforms and a DataLoader: the same training, and the input pipelines alone."""
    faces, found = draw_puppets(plan.faces), {"training": {}, "pipelines": {}}
    with tempfile.TemporaryDirectory() as folder:
        write_folder(faces, folder)
        for size in plan.sizes:
            recipe = QUICK.but(image_size=size, batch_size=plan.batch_size)
            timed = Timed(recipe, faces, plan.device)
            ours = forever(timed.trainer.batches)
            loader = usual_loader(folder, size, plan.batch_size)
            theirs = chain.from_iterable(loader for _ in count())
            rates = in_turns(
                {
                    "course": lambda: timed.rate(ours, plan.steps),  # noqa: B023
                    "usual": lambda: timed.rate(past_the_store(theirs, loader), plan.steps),  # noqa: B023
                },
                plan.windows,
            )
            found["training"][str(size)] = compared(rates)
        for size in plan.sizes if plan.rehearsal else (64, 128, 260):
            batches = Batches(faces, size, plan.batch_size, recipe.augmentation, device=plan.device)
            loader = usual_loader(folder, size, plan.batch_size)
            rates = in_turns(
                {
                    "course": lambda: input_rate(batches.epoch(0), plan.device),  # noqa: B023
                    "usual": lambda: input_rate(loader, plan.device),  # noqa: B023
                },
                plan.windows,
            )
            found["pipelines"][str(size)] = compared(rates)
    return {"batch_size": plan.batch_size, "windows": plan.windows, "workers": cores()} | found


def compared(rates) -> dict:
    """Return the spread of both, and of how many times the usual rate the course's is."""
    return {name: spread(values) for name, values in rates.items()} | {
        "times": ratio(rates["course"], rates["usual"])
    }


def input_rate(batches, device: str) -> float:
    """Return the images a second of an input pipeline that nobody waits for."""
    began, images = time.perf_counter(), 0
    for inputs, _ in batches:
        images += len(inputs.to(device, non_blocking=True))
    if device == "cuda":
        torch.cuda.synchronize()
    return images / (time.perf_counter() - began)


def ladder(plan) -> dict:
    """One change a rung, each against the rung before."""
    size, n, faces = plan.sizes[0], plan.batch_size, draw_puppets(plan.faces)
    recipe = QUICK.but(image_size=size, batch_size=n, mixed_precision="no")
    best = recipe.but(mixed_precision="auto")
    compile_seconds = None
    with tempfile.TemporaryDirectory() as folder:
        write_folder(faces, folder)
        loader = usual_loader(folder, size, n)
        one_by_one = Batches(faces, size, n, recipe.augmentation, device=plan.device)
        plain = Timed(recipe, faces, plan.device, channels_last=False, in_place=True, fused=False)
        last = Timed(recipe, faces, plan.device, in_place=True, fused=False)
        usual = chain.from_iterable(loader for _ in count())
        rungs = {
            "PIL transforms, DataLoader": (plain, usual),
            "data on the device, images changed one by one": (plain, resampled_thrice(one_by_one)),
            "one warp for the whole batch": (plain, forever(one_by_one)),
            "channels last": (last, forever(one_by_one)),
        }
        if plan.device == "cuda":
            mixed = Timed(best, faces, plan.device, in_place=True, fused=False)
            rungs["mixed precision"] = (mixed, forever(one_by_one))
        kept = Timed(best, faces, plan.device, fused=False)
        rungs["SiLU not in place"] = (kept, forever(one_by_one))
        fused = Timed(best, faces, plan.device)
        rungs["fused AdamW"] = (fused, forever(one_by_one))
        large = Batches(faces, size, plan.large_batch, recipe.augmentation, device=plan.device)
        rungs[f"batches of {plan.large_batch} instead of {n}"] = (fused, forever(large))
        if plan.compile:
            # What an earlier run compiled is not taken over.
            torch._inductor.config.force_disable_caches = True
            compiled = Timed(best.but(batch_size=plan.large_batch, compile=True), faces, plan.device)
            compile_seconds = compiled.trainer.compile_seconds
            rungs["torch.compile"] = (compiled, forever(large))
        turns = {name: lambda t=t, b=b: t.rate(b, plan.steps) for name, (t, b) in rungs.items()}
        turns["PIL transforms, DataLoader"] = lambda: plain.rate(past_the_store(usual, loader), plan.steps)
        rates = in_turns(turns, plan.windows)
    names = list(rates)
    found = [{"rung": name, "images_per_second": spread(rates[name])} for name in names]
    for k in range(1, len(names)):
        found[k]["times"] = ratio(rates[names[k]], rates[names[k - 1]])
    return {"size": size, "windows": plan.windows, "compile_seconds": compile_seconds, "rungs": found}


def resampled_thrice(batches: Batches):
    """Yield batches from data on the device that torchvision changes image by image: flip, then warp, then resize."""
    from torchvision.transforms.v2 import functional as T

    while True:
        for start in range(0, len(batches) * batches.batch_size, batches.batch_size):
            images = batches.images[start : start + batches.batch_size]
            angles = np.random.default_rng(start).uniform(-10, 10, len(images))
            changed = [
                T.resize(T.affine(T.hflip(image), angle, [2, 2], 1.05, [3.0, 0.0]), [batches.size] * 2)
                for image, angle in zip(images, angles, strict=True)
            ]
            inputs = (torch.stack(changed).float() / 255 - 0.5) / 0.25
            yield inputs, batches.labels[start : start + batches.batch_size]


def limit(plan) -> dict | None:
    """How near the training comes to what the memory's speed allows; on a GPU."""
    if plan.device != "cuda":
        return None
    source = torch.empty(2**30, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    faces, found = draw_puppets(plan.faces), {}
    for size in plan.sizes:
        recipe = QUICK.but(image_size=size, batch_size=plan.large_batch)
        timed = Timed(recipe, faces, plan.device)
        compiled = Timed(recipe.but(compile=plan.compile), faces, plan.device)
        stream = forever(timed.trainer.batches)
        rates = in_turns(
            {
                "copy": lambda: copy_speed(source, target),
                "eager": lambda: timed.rate(stream, plan.steps),  # noqa: B023
                "compiled": lambda: compiled.rate(stream, plan.steps),  # noqa: B023
            },
            plan.windows,
        )
        reachable = [speed / BYTES_PER_IMAGE.get(size, 1e6) for speed in rates["copy"]]
        found[str(size)] = {
            "copy_bytes_per_second": spread(rates["copy"]),
            "reachable": spread(reachable),
            "compile_seconds": compiled.trainer.compile_seconds,
        }
        for name in ("eager", "compiled"):
            measured = {"images_per_second": spread(rates[name]), "share": ratio(rates[name], reachable)}
            found[str(size)][name] = measured
    return {"batch_size": plan.large_batch, "windows": plan.windows, "sizes": found}


def copy_speed(source, target, times: int = 20) -> float:
    """Return bytes read and written a second by a large copy."""
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _ in range(times):
        target.copy_(source)
    torch.cuda.synchronize()
    return 2 * times * source.numel() / (time.perf_counter() - began)


def growth(plan) -> dict:
    """Time and memory against the number of images, and against the number of processes."""
    size, faces = plan.sizes[0], draw_puppets(plan.faces)
    recipe = QUICK.but(image_size=size, batch_size=plan.batch_size)
    timed = Timed(recipe, faces, plan.device)
    rungs, memory = {}, {}
    for times in plan.repeats:
        many = Faces.concatenate([faces] * times)
        before = held(plan.device)
        batches = Batches(many, size, plan.batch_size, recipe.augmentation, device=plan.device)
        memory[str(times)] = {"faces": len(many), "data_bytes": held(plan.device) - before}
        stream = forever(batches)
        rungs[str(times)] = lambda stream=stream: timed.rate(stream, plan.steps)
    rates = in_turns(rungs, plan.windows)
    images = {k: memory[k] | {"images_per_second": spread(v)} for k, v in rates.items()}
    devices = torch.cuda.device_count() if plan.device == "cuda" else 2
    processes = in_turns(
        {str(n): lambda n=n: launch(plan, n) for n in sharing(devices, plan.batch_size)},
        min(plan.windows, 5),
    )
    return {
        "size": size,
        "windows": plan.windows,
        "images": images,
        "processes": {n: spread(values) for n, values in processes.items()},
    }


def sharing(most: int, batch_size: int) -> list[int]:
    """Return the numbers of processes that can share a batch evenly."""
    return [n for n in range(1, most + 1) if batch_size % n == 0]


def held(device: str) -> int:
    """Return the bytes that this process holds, on the GPU or else in main memory."""
    if device == "cuda":
        torch.cuda.synchronize()
        return torch.cuda.memory_allocated()
    pages = int(
        Path("/proc/self/statm").read_text().split()[1]
    )  # Linux; elsewhere the row fails, and says so
    return pages * os.sysconf("SC_PAGE_SIZE")


def launch(plan, processes: int, environment=None) -> float:
    """Return the images a second of so many processes together, each started anew."""
    several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    command = [sys.executable, *(several if processes > 1 else []), "-m", "benchmarks.bench"]
    command += ["--one-rate", str(plan.sizes[0]), "--device", plan.device, "--steps", str(plan.steps)]
    command += ["--rehearse"] if plan.rehearsal else []
    threads = str(max(1, torch.get_num_threads() // processes))
    inherited = {n: value for n, value in os.environ.items() if not n.startswith(("MALLOC_", "OMP_"))}
    settings = inherited | {"OMP_NUM_THREADS": threads} | (environment or {})
    done = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{processes} processes ended with an error:\n{done.stderr[-1500:]}")
    return float(done.stdout.split()[-1])


def process_rate(size: int, plan) -> float:
    """Return the images a second of all processes together, measured in one of them."""
    # A GPU is through with 512 in two steps, and an epoch's beginning would be what is measured.
    faces = draw_puppets(plan.faces if plan.device == "cuda" else min(plan.faces, 512))
    recipe = QUICK.but(image_size=size, batch_size=plan.batch_size)
    timed = Timed(recipe, faces, plan.device)
    stream = forever(timed.trainer.batches)
    timed.rate(stream, plan.steps)  # a process that has just begun is slower
    return timed.rate(stream, 4 * plan.steps)


def allocator(plan) -> dict | None:
    """What glibc's settings for large memory do to training on a CPU."""
    if plan.device != "cpu" or not sys.platform.startswith("linux"):
        return None
    settings = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
    rates = in_turns(
        {"usual": lambda: launch(plan, 1), "kept": lambda: launch(plan, 1, settings)}, min(plan.windows, 5)
    )
    return {
        "settings": settings,
        "size": plan.sizes[0],
        "batch_size": plan.batch_size,
        "usual": spread(rates["usual"]),
        "kept": spread(rates["kept"]),
        "times": ratio(rates["kept"], rates["usual"]),
    }


def neighbours(plan) -> dict | None:
    """What two trainings at once do to each other on one machine, as two learners or two open notebooks do."""
    if plan.device != "cpu":
        return None
    brief, windows = replace(plan, steps=min(plan.steps, 2)), min(plan.windows, 5)

    def together(learners, settings):
        with ThreadPoolExecutor(learners) as pool:
            return sum(pool.map(lambda _: launch(brief, 1, settings), range(learners)))

    ways = {
        "threads wait busily": {"OMP_WAIT_POLICY": "active"},
        "threads sleep while they wait": {"OMP_WAIT_POLICY": "passive"},
        "one thread each": {"OMP_NUM_THREADS": "1"},
    }
    rates = in_turns(
        {(n, way): lambda n=n, way=way: together(n, ways[way]) for n in (1, 2) for way in ways}, windows
    )
    alone = rates[1, "threads wait busily"]
    return {
        "size": plan.sizes[0],
        "batch_size": plan.batch_size,
        "windows": windows,
        "rows": [
            {"at_once": n, "way": way, "images_per_second": spread(found), "times": ratio(found, alone)}
            for (n, way), found in rates.items()
        ],
    }


def precision(plan) -> dict | None:
    """What bfloat16 brings on a CPU, with torch's depthwise gradients and with those of ``quick_gradients``."""
    if plan.device != "cpu":
        return None
    amx = torch.cpu._is_amx_tile_supported()
    faces, found = draw_puppets(plan.faces), {}
    for size in plan.sizes if plan.rehearsal else (64, 128):
        recipe = QUICK.but(image_size=size, batch_size=plan.large_batch)
        batches = Batches(faces, size, plan.large_batch, recipe.augmentation, device="cpu")
        stream, turns = forever(batches), {}
        with ExitStack() as quick:
            for name, bits, detour in (
                ("float32", "no", False),
                ("bfloat16", "bf16", False),
                ("bfloat16, quick gradients", "bf16", True),
            ):
                timed = Timed(recipe.but(mixed_precision=bits), faces, "cpu")
                if detour:
                    quick.enter_context(quick_gradients(timed.trainer.model))
                turns[name] = lambda t=timed, b=stream: t.rate(b, min(plan.steps, 4))
            rates = in_turns(turns, min(plan.windows, 5))
        found[str(size)] = {
            name: {"images_per_second": spread(figures), "times": ratio(figures, rates["float32"])}
            for name, figures in rates.items()
        }
    return {"amx": amx, "batch_size": plan.large_batch, "sizes": found}


def accuracy(plan) -> dict | None:
    """Seconds of training until 68.78 % of PublicTest; on a GPU, with FER-2013 in FER_DATA."""
    data = os.environ.get("FER_DATA", "puppets")
    if plan.device != "cuda" or data == "puppets":
        return None
    from fer_course.data.load import load_faces

    faces = load_faces(data)
    recipe = QUICK_PHOTOGRAPHS.but(
        image_size=96,
        batch_size=256,
        tune_epochs=30,
        tune_lr=2e-3,
        head_epochs=1,
        limit=None,
        ema_decay=0.998,
        weight_cap=None,
        compile=plan.compile,
    )
    if plan.rehearsal:
        recipe = recipe.but(image_size=32, batch_size=plan.batch_size, limit=plan.faces, tune_epochs=1)
    run = fit(recipe, faces.of("Training"), faces.of("PublicTest"), device="cuda", progress=False)
    seconds = run.history["seconds"].cumsum()
    reached = run.history["val_accuracy"] >= 0.6878
    return {
        "recipe": json.loads(recipe.to_json()),
        "seconds": float(seconds[reached].iloc[0]) if reached.any() else None,
        "compile_seconds": float(run.history["compile_seconds"].sum()),
        "best": float(run.history["val_accuracy"].max()),
        "history": run.history.to_dict(orient="list"),
    }


ROWS = {
    "feed": feed,
    "usual": usual,
    "ladder": ladder,
    "allocator": allocator,
    "neighbours": neighbours,
    "precision": precision,
    "growth": growth,
    "networks": networks,
    "lightweight": lightweight,
    "latency": latency,
    "batches": batches,
    "deployment": deployment,
    "limit": limit,
    "accuracy": accuracy,
}
