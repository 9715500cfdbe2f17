"""What most people feed a network with: a folder of image files, PIL transforms, and worker processes."""

from itertools import islice
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from benchmarks.measure import cores
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS


def write_folder(faces: Faces, folder):
    """Write faces as Kaggle's FER-2013 has them: a folder for each expression, a JPEG file for each face."""
    for name in EXPRESSIONS:
        (Path(folder) / name).mkdir()
    for number, (image, label) in enumerate(zip(faces.images, faces.labels, strict=True)):
        Image.fromarray(image).save(Path(folder) / EXPRESSIONS[label] / f"{number}.jpg")


def usual_loader(folder, size: int, batch_size: int) -> DataLoader:
    """Return a loader with a worker for each core; labels are numbered by folder name, which a benchmark may ignore."""
    smooth = transforms.InterpolationMode.BILINEAR
    changes = transforms.Compose(
        [
            transforms.Grayscale(),
            transforms.Resize((size, size)),
            transforms.RandomHorizontalFlip(),
            transforms.RandomAffine(
                10,
                translate=(0.08, 0.08),
                scale=(0.9, 1.1),
                shear=5,
                interpolation=smooth,
            ),
            transforms.ColorJitter(brightness=0.3),
            transforms.ToTensor(),
            transforms.Normalize(0.5, 0.25),
        ]
    )
    return DataLoader(
        ImageFolder(folder, changes),
        batch_size,
        shuffle=True,
        drop_last=True,
        num_workers=cores(),
        persistent_workers=True,
        pin_memory=torch.cuda.is_available(),
    )


def past_the_store(batches, loader: DataLoader):
    """Leave out what the workers have made ready while nobody waited for it; the batches after it take their time."""
    for _ in islice(batches, loader.prefetch_factor * loader.num_workers):
        pass
    return batches
