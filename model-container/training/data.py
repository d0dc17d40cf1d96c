"""A dataset folder in, studies as tensors out: reoriented, z-scored, cut to the brain.

Axes: tensors are C x D x H x W with D towards Superior, H towards Posterior and W towards Left ("SPL": the direction
in which each array axis increases). NIfTI's first index is our last axis. Whatever way a file lies, it is turned to that.

Normalisation, which the pipeline repeats number for number: the brain is where any sequence is not zero; each sequence
gets (x - mean) / std, with mean and population std over those of its own voxels that are not zero; outside the brain 0.
A sequence that a study lacks is 0 everywhere.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.orientations import apply_orientation, axcodes2ornt, io_orientation, ornt_transform

SEQUENCES = ("T1", "T1ce", "T2", "FLAIR")
REGIONS = ("TC", "WT", "ET")  # tumour core, whole tumour, enhancing tumour
# Reading one table as the other swaps core and oedema without any error, so the table is always named.
LABEL_TABLES = {
    "brats": {"TC": (1, 3, 4), "WT": (1, 2, 3, 4), "ET": (3, 4)},
    "msd": {"TC": (2, 3), "WT": (1, 2, 3), "ET": (3,)},
}
SYNONYMS = {"t1": "T1", "t1w": "T1", "t1n": "T1", "t1ce": "T1ce", "t1gd": "T1ce", "t1c": "T1ce", "t1wce": "T1ce",
            "t2": "T2", "t2w": "T2", "flair": "FLAIR", "t2f": "FLAIR", "t2flair": "FLAIR"}


class DatasetError(ValueError):
    """The dataset cannot be used as it is; the message says which item and why."""


@dataclass(frozen=True)
class Study:
    name: str
    image: np.ndarray  # float32 4 x D x H x W, z-scored, SEQUENCES order, cut to the brain's box
    regions: np.ndarray  # uint8 3 x D x H x W, REGIONS order; 0 where not known
    known: tuple[bool, ...] = (True,) * len(REGIONS)  # which regions the reference tells
    box: tuple[slice, ...] = ()  # where the arrays lie in the whole file, D x H x W
    file: Path | None = None  # the reference: the grid that masks go back onto


def load_dataset(folder: Path, section: str = "training") -> list[Study]:
    """The studies that `dataset.json` lists under `section`, in its order."""
    about = about_dataset(folder)
    order = sequence_order(about.get("modality") or about.get("channel_names") or {})
    return [load_study(folder, item, order, about.get("labelTable")) for item in about.get(section, [])]


def about_dataset(folder: Path) -> dict:
    return json.loads((folder / "dataset.json").read_text())


def sequence_order(modality: dict[str, str]) -> list[int]:
    """Where each of SEQUENCES stands among the files or channels: {"0": "FLAIR", "1": "T1w", ...} -> [1, 2, 3, 0]."""
    plain = [SYNONYMS.get("".join(c for c in modality[k].lower() if c.isalnum())) for k in sorted(modality, key=int)]
    if sorted(plain, key=str) != sorted(SEQUENCES):
        raise DatasetError(f"dataset.json names the sequences {list(modality.values())}; expected {list(SEQUENCES)} in any order")
    return [plain.index(s) for s in SEQUENCES]


def load_study(folder: Path, item: dict, order: list[int], table: str | None) -> Study:
    """One item: `image` is a 4D file or a list of four 3D files (null: missing), `label` a label map on the same grid, and
    `regions` those that it tells (absent: all); where that is the whole tumour alone, whatever is not 0 is tumour."""
    name = item.get("name") or Path(item["label"]).name.split(".")[0]
    table = table or ("msd" if isinstance(item["image"], str) else "brats")
    if table not in LABEL_TABLES:
        raise DatasetError(f"{name}: label table {table!r} is none of {list(LABEL_TABLES)}")
    image = read_image(folder, item["image"])[order]
    labels = read_spl(folder / item["label"])
    if labels.shape != image.shape[1:]:
        raise DatasetError(f"{name}: label grid {labels.shape} is not the image grid {image.shape[1:]}")
    box = bounding_box((image != 0).any(0))
    known = tuple(r in item.get("regions", REGIONS) for r in REGIONS)
    regions = label_regions(labels, table) if all(known) else whole_tumour(labels, name, item["regions"])
    return Study(name, normalise(image)[:, *box], regions[:, *box], known, box, folder / item["label"])


def read_image(folder: Path, files: str | list[str | None]) -> np.ndarray:
    """float32 4 x D x H x W in the file's channel order."""
    if isinstance(files, str):
        return np.ascontiguousarray(read_spl(folder / files).transpose(3, 0, 1, 2))
    volumes = [read_spl(folder / f) if f else None for f in files]
    shapes = [v.shape for v in volumes if v is not None]
    if len(set(shapes)) != 1:
        raise DatasetError(f"the sequences of one study lie on different grids: {shapes}")
    return np.stack([np.zeros(shapes[0], np.float32) if v is None else v for v in volumes])


def read_spl(path: Path) -> np.ndarray:
    """float32 D x H x W (x channels), increasing to Superior, Posterior, Left, at 1 mm."""
    file = nib.load(path)
    spacing = np.asarray(file.header.get_zooms()[:3])
    if np.abs(spacing - 1).max() > 0.01:
        raise DatasetError(f"{path.name}: spacing {spacing.round(3).tolist()} mm; training wants studies on a grid of 1 mm")
    turn = ornt_transform(io_orientation(file.affine), axcodes2ornt("LPS"))
    lps = apply_orientation(np.asarray(file.dataobj, dtype=np.float32), turn)  # [i to L, j to P, k to S, ...]
    return np.ascontiguousarray(np.swapaxes(lps, 0, 2))


def label_regions(labels: np.ndarray, table: str) -> np.ndarray:
    """uint8 3 x D x H x W: nested regions, because that is what is measured and what one wants to know."""
    whole = np.rint(labels).astype(np.int16)
    unknown = set(np.unique(whole).tolist()) - {0, *LABEL_TABLES[table]["WT"]}
    if unknown:
        raise DatasetError(f"labels {sorted(unknown)} are not in the label table {table!r}")
    return np.stack([np.isin(whole, LABEL_TABLES[table][r]) for r in REGIONS]).astype(np.uint8)


def whole_tumour(labels: np.ndarray, name: str, told: list[str]) -> np.ndarray:
    """uint8 3 x D x H x W with the whole tumour alone."""
    if told != ["WT"]:
        raise DatasetError(f"{name}: regions {told}; a reference tells either all of {list(REGIONS)} or ['WT']")
    return np.stack([np.zeros(labels.shape), labels != 0, np.zeros(labels.shape)]).astype(np.uint8)


def normalise(image: np.ndarray) -> np.ndarray:
    """z-scores as the head of this file says; float64 inside, since full-range int16 voxels overflow float32 sums."""
    brain = (image != 0).any(0)
    out = np.zeros(image.shape, np.float32)
    for channel, volume in zip(out, image):
        seen = volume[volume != 0].astype(np.float64)
        if seen.size:
            channel[brain] = (volume[brain] - seen.mean()) / (seen.std() or 1.0)
    return out


def bounding_box(mask: np.ndarray) -> tuple[slice, ...]:
    """The smallest box around what is true, one slice an axis; everything where nothing is."""
    if not mask.any():
        return tuple(slice(0, n) for n in mask.shape)
    spans = (np.flatnonzero(mask.any(tuple(b for b in range(mask.ndim) if b != a))) for a in range(mask.ndim))
    return tuple(slice(int(s[0]), int(s[-1]) + 1) for s in spans)
