"""A phantom as it is and as a simulated scanner draws it: `python picture_scanner.py OUT.png PHANTOM [SCANNER]`.

A phantom is what `neurotile phantom --out PHANTOM` makes. Columns are the sequences; above, axial and sagittal slices
through the tumour as they are, and below as they are drawn again.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from data import SEQUENCES, Study, load_dataset
from picture_augmentation import HIGHEST, LOW, on_one_grid, png
from simulate_scanner import scanner_named, simulate


def both(phantom: Path, folder: Path, scanner: str) -> list[Study]:
    """The phantom before and after."""
    on_one_grid(phantom, folder)
    about = json.loads((phantom / "study.json").read_text())
    item = {"name": "phantom", "image": [f"{s}.nii.gz" for s in SEQUENCES], "label": str((phantom / about["reference"]).resolve())}
    told = {"modality": {str(n): s for n, s in enumerate(SEQUENCES)}, "labelTable": about["labelTable"], "training": [item]}
    (folder / "dataset.json").write_text(json.dumps(told))
    simulate(folder, folder / "redrawn", scanner_named(scanner))
    return [load_dataset(f)[0] for f in (folder, folder / "redrawn")]


def draw(study: Study) -> np.ndarray:
    """uint8: for each sequence an axial slice above a sagittal one, feet down; SPL axes."""
    middle = np.argwhere(study.regions[1]).mean(0).astype(int)
    columns = []
    for volume in study.image:
        axial, sagittal = volume[middle[0]], volume[::-1, :, middle[2]]
        wide = max(axial.shape[1], sagittal.shape[1])
        columns.append(np.concatenate([np.pad(grey(s), ((4, 4), ((wide - s.shape[1]) // 2, wide - s.shape[1] - (wide - s.shape[1]) // 2)))
                                       for s in (axial, sagittal)]))
    return np.concatenate(columns, 1)


def grey(scores: np.ndarray) -> np.ndarray:
    return (np.clip((scores - LOW) / (HIGHEST - LOW), 0, 1) * 255 * (scores != 0)).astype(np.uint8)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        studies = both(Path(sys.argv[2]), Path(folder), *(sys.argv[3:] or ["north"]))
    Path(sys.argv[1]).write_bytes(png(np.concatenate([draw(s) for s in studies])))
