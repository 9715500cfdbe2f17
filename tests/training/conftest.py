import pytest
from samples import noise_faces

from fer_course.data.splits import stratified_split


@pytest.fixture(scope="session")
def split():
    """Training and validation faces of noise: 140 and 20."""
    return stratified_split(noise_faces(160))
