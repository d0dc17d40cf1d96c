"""Small studies that the eye can check, and a prefix laid out as SageMaker lays out /opt/ml."""

import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[3] / "model-container/training"))
torch.set_num_threads(1)  # tiny patches: a second thread only waits

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])  # NIfTI is RAS: the first two indices run to Left and Posterior, as BraTS's do


def ball(shape: tuple[int, ...], centre: tuple[float, ...], radius: float) -> np.ndarray:
    return sum((np.arange(n).reshape([-1 if a == b else 1 for b in range(len(shape))]) - c) ** 2
               for a, (n, c) in enumerate(zip(shape, centre))) <= radius**2


def make_study(folder: Path, name: str, seed: int, shape=(36, 40, 34)) -> dict:
    """A BraTS-style folder: brain ball, tumour of three nested balls (2 oedema, 1 necrosis, 4 enhancing)."""
    rng = np.random.default_rng(seed)
    middle = np.array(shape) / 2
    tumour = middle + rng.uniform(-3, 3, 3)
    labels = np.zeros(shape, np.uint8)
    for radius, label in ((9, 2), (6, 4), (3, 1)):
        labels[ball(shape, tuple(tumour), radius)] = label
    brain = ball(shape, tuple(middle), 15)
    (folder / name).mkdir(parents=True)
    for n, sequence in enumerate(("t1", "t1ce", "t2", "flair")):
        values = 100 + 10 * n + rng.normal(0, 5, shape) + 40 * (labels > 0) + 30 * (labels == 4)
        save(folder / name / f"{name}_{sequence}.nii.gz", (values * brain).astype(np.int16))
    save(folder / name / f"{name}_seg.nii.gz", labels)
    return {"labels": labels, "brain": brain}


def save(file: Path, array: np.ndarray, affine: np.ndarray = LPS) -> None:
    nib.save(nib.Nifti1Image(array, affine), file)


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """Three studies, the second held back; hyperparameters come from `tell`."""
    from make_dataset import make_dataset

    for n in range(3):
        make_study(tmp_path / "studies", f"Study_{n}", seed=n)
    made = tmp_path / "ml"
    make_dataset(made / "input/data/training", [tmp_path / "studies"], [1])
    return made


def tell(prefix: Path, **hyperparameters) -> None:
    """Small and quick unless told."""
    rank = int(hyperparameters.get("rank", 3))
    usual = {"rank": rank, "channels": "8,8,16", "patch": ",".join(["32"] * rank), "batch": 1, "steps": 3, "precision": "float32"}
    file = prefix / "input/config/hyperparameters.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({k: str(v) for k, v in {**usual, **hyperparameters}.items()}))
