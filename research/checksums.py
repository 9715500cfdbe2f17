"""Write the SHA-256 of the shipped weights, which are compared with it on loading: python -m research.checksums

To be run after a file in fer_course/weights/ was made anew.
"""

import hashlib

from fer_course.files import atomic_write
from fer_course.model.weights import WEIGHTS


def renew(folder=WEIGHTS):
    """Write ``SHA256SUMS`` beside the weights, as ``sha256sum`` would."""
    files = sorted(folder.glob("*.safetensors"))
    with atomic_write(folder / "SHA256SUMS", "w") as file:
        for path in files:
            file.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


if __name__ == "__main__":
    renew()
