"""The benchmark's rows about other networks: what EfficientNet-B2 costs beside VGG16, ResNet-50 and small ones."""

import time

import torch

from benchmarks.measure import in_turns, ratio, spread
from fer_course.lessons.lab_two_recipes.twelve import SEVEN
from fer_course.model.network import build_model, count_parameters, multiply_adds

NETWORKS = ("tf_efficientnet_b2", "vgg16_bn", "resnet50")
"""The course's network, the paper's VGG16 (with batch norms, as it is trained today), and ResNet-50."""
LARGEST = 260
"""B2's own size, in pixels, and the paper's."""


def networks(plan) -> dict:
    """B2 beside the networks that the paper compares it with."""
    return beside(plan, NETWORKS, plan.sizes if plan.rehearsal else sorted({*plan.sizes, LARGEST}))


def lightweight(plan) -> dict:
    """B2 beside the seven networks of arXiv 2507.23315 (notebook 10)."""
    return beside(plan, (NETWORKS[0], *SEVEN.values()), plan.sizes)


def beside(plan, names, sizes) -> dict:
    """Parameters, multiply-adds, the time to label one face, and faces a second in a batch: weights play no part.

    Ratios are to the first of the names.
    """
    found = {}
    for size in sizes:
        models = {name: build_model(None, backbone=name).to(plan.device) for name in names}
        one = torch.randn(1, 1, size, size, device=plan.device)
        many = torch.randn(plan.batch_size, 1, size, size, device=plan.device)
        many = many.contiguous(memory_format=torch.channels_last)
        alone = in_turns({n: lambda m=m: seconds(m, one, plan) for n, m in models.items()}, plan.windows)  # noqa: B023
        batch = in_turns({n: lambda m=m: seconds(m, many, plan) for n, m in models.items()}, plan.windows)  # noqa: B023
        found[str(size)] = {
            name: {
                "parameters": count_parameters(model),
                "multiply_adds": multiply_adds(model, size),
                "milliseconds": spread([1000 * value for value in alone[name]]),
                "times": ratio(alone[name], alone[names[0]]),
                "images_per_second": spread([len(many) / value for value in batch[name]]),
            }
            for name, model in models.items()
        }
    return {"batch_size": plan.batch_size, "windows": plan.windows, "sizes": found}


def seconds(model, inputs, plan) -> float:
    """Return the mean seconds of a forward pass without gradients."""
    times = plan.steps if len(inputs) == 1 else 2
    gpu = plan.device == "cuda"
    kind = (
        torch.bfloat16 if gpu and torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    )
    with torch.inference_mode(), torch.autocast(plan.device, kind, enabled=gpu):
        began = time.perf_counter()
        for _ in range(times):
            model(inputs)
        if plan.device == "cuda":
            torch.cuda.synchronize()
    return (time.perf_counter() - began) / times
