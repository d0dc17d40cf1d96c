"""Masks of whole studies, by one model or by the mean of several: `predict.py DATASET OUT MODEL...`

Writes OUT/<study>.nii.gz for the held-back studies of DATASET/dataset.json, on the reference's grid, labels as BraTS has them
(1 necrotic core, 2 oedema, 4 enhancing). With --flips every model looks at each study four times: as it is, and turned round
along each axis. For judging models while they are made; studies are run by the pipeline.
"""

import argparse
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.orientations import apply_orientation, axcodes2ornt, io_orientation, ornt_transform
from torch import nn

from artefact import load_network, read_metadata
from data import REGIONS, Study, load_dataset
from settings import Settings, complete
from validate import predict

AS_IT_IS = ((),)
TURNED = ((0,), (1,), (2,))
FLIPS = AS_IT_IS + TURNED
CORE, WHOLE, ENHANCING = (REGIONS.index(r) for r in ("TC", "WT", "ET"))


def load_model(folder: Path) -> tuple[nn.Module, Settings]:
    past = read_metadata(folder)["neurotile"]["provenance"]["settings"]
    settings = complete(Settings(rank=past["rank"], channels=tuple(past["channels"]), patch=tuple(past["patch"])))
    return load_network(folder), settings


def predict_study(models: list[tuple[nn.Module, Settings]], study: Study, ways: tuple[tuple[int, ...], ...] = AS_IT_IS) -> list[np.ndarray]:
    """Probabilities of each model, float32 3 x D x H x W on the study's grid: the mean over the ways to look at it."""
    return [sum(flipped(network, study, settings, axes) for axes in ways) / len(ways) for network, settings in models]


def flipped(network: nn.Module, study: Study, settings: Settings, axes: tuple[int, ...]) -> np.ndarray:
    axes = tuple(a + 1 for a in axes)
    turned = Study(study.name, np.ascontiguousarray(np.flip(study.image, axes)), study.regions)
    return np.flip(predict(network, turned, settings), axes)


def label_map(probabilities: np.ndarray) -> np.ndarray:
    """3 x D x H x W -> uint8 D x H x W. Regions lie in one another: what enhances is core, what is core is tumour."""
    core, whole, enhancing = (probabilities[n] > 0.5 for n in (CORE, WHOLE, ENHANCING))
    return np.where(whole, np.where(core, np.where(enhancing, 4, 1), 2), 0).astype(np.uint8)


def save_mask(labels: np.ndarray, study: Study, file: Path) -> None:
    """D x H x W on the study's grid -> a file on its reference's grid, whatever way that lies."""
    like = nib.load(study.file)
    turn = ornt_transform(axcodes2ornt("LPS"), io_orientation(like.affine))
    back = ornt_transform(io_orientation(like.affine), axcodes2ornt("LPS"))
    whole = np.swapaxes(apply_orientation(np.zeros(like.shape, np.uint8), back), 0, 2)
    whole[study.box] = labels
    file.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(np.ascontiguousarray(apply_orientation(np.swapaxes(whole, 0, 2), turn)), like.affine), file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--flips", action="store_true")
    given = parser.parse_args()
    models = [load_model(folder) for folder in given.models]
    for study in load_dataset(given.dataset, "validation"):
        save_mask(label_map(np.mean(predict_study(models, study, FLIPS if given.flips else AS_IT_IS), 0)), study, given.out / f"{study.name}.nii.gz")
        print(study.name, flush=True)
