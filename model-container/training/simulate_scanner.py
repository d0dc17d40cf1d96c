"""The same studies as another scanner would have drawn them: a dataset in, a dataset out. Labels stay as they are.

    python simulate_scanner.py DATASET_FOLDER OUT_FOLDER --scanner NAME

For showing what fine-tuning does, not for training: thick axial slices brought back to 1 mm, another contrast (a grey
scale bent, but never folded, for each sequence), uneven coils, Rician noise (Gudbjartsson and Patz 1995). What a
scanner is depends on its name alone; what it adds to one study, on both names. Voxels that are 0 stay 0.
"""

import argparse
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.orientations import io_orientation
from numpy.polynomial import legendre
from scipy.interpolate import PchipInterpolator

from data import SEQUENCES, about_dataset, sequence_order

KNOTS = 5  # of a bend, between black and white
WHITE = 99.5  # percentile of the brain that counts as white
BIAS_ORDER = 3


@dataclass(frozen=True)
class Scanner:
    """One value a sequence, in SEQUENCES order."""
    name: str
    slice_mm: np.ndarray  # thickness, and distance between slices
    bends: np.ndarray  # 4 x KNOTS + 2, increasing from 0 to 1: what even steps of grey become
    noise: np.ndarray  # standard deviation as a share of white
    bias: float  # how far coils may lift or lower the signal, as a natural logarithm


def seeded(*names: str) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256("\n".join(names).encode()).digest()))


def scanner_named(name: str) -> Scanner:
    rng = seeded(name)
    # Steps between knots differ by up to a factor of fifty: tissues move far apart, or nearly together.
    steps = np.exp(rng.uniform(-2, 2, (len(SEQUENCES), KNOTS + 1)))
    bends = np.concatenate([np.zeros((len(SEQUENCES), 1)), np.cumsum(steps, 1) / steps.sum(1, keepdims=True)], 1)
    return Scanner(name, rng.uniform(2.5, 4.0, len(SEQUENCES)), bends, rng.uniform(0.01, 0.03, len(SEQUENCES)), rng.uniform(0.2, 0.5))


def redraw(volume: np.ndarray, axis: int, sequence: int, scanner: Scanner, rng: np.random.Generator) -> np.ndarray:
    """One sequence at 1 mm, any 3D shape, `axis` across the slices -> float32 of the same shape, white near 1000."""
    seen = volume != 0
    if not seen.any():
        return np.zeros(volume.shape, np.float32)
    bent = bend(volume / np.percentile(volume[seen], WHITE), scanner.bends[sequence]) * bias_field(volume.shape, scanner.bias, rng)
    down, up = slice_matrices(volume.shape[axis], scanner.slice_mm[sequence])
    # Divided by how much brain a slice holds: skulls go after scanning, so nothing dark bleeds in at the rim.
    thick = along(down, bent * seen, axis) / np.maximum(along(down, seen.astype(np.float64), axis), 1e-3)
    real, imaginary = (scanner.noise[sequence] * rng.standard_normal(thick.shape) for _ in range(2))
    drawn = along(up, np.hypot(thick + real, imaginary), axis)
    return np.where(seen, np.maximum(1000 * drawn, 1), 0).astype(np.float32)


def bend(share_of_white: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Monotone through the knots (PCHIP); beyond white straight on."""
    curve = PchipInterpolator(np.linspace(0, 1, len(knots)), knots)
    return curve(np.clip(share_of_white, 0, 1)) + np.maximum(share_of_white - 1, 0)


def bias_field(shape: tuple[int, ...], strength: float, rng: np.random.Generator) -> np.ndarray:
    """exp of a smooth polynomial whose largest value is `strength`."""
    sides = [legendre.legvander(np.linspace(-1, 1, n), BIAS_ORDER) for n in shape]
    orders = sum(np.meshgrid(*[np.arange(BIAS_ORDER + 1)] * 3, indexing="ij"))
    weights = rng.standard_normal(orders.shape) * ((orders > 0) & (orders <= BIAS_ORDER))
    field = np.einsum("abc,ia,jb,kc->ijk", weights, *sides, optimize=True)
    return np.exp(strength * field / np.abs(field).max())


def slice_matrices(voxels: int, slice_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """(slices x voxels: means over each slice, voxels x slices: linear between their middles), for voxels of 1 mm.

        voxel edges  0   1   2   3   4   5   6   7
        slices       |---- 2.5 ---|---- 2.5 ---|---- ...
    """
    slices = int(np.ceil(voxels / slice_mm))
    begins = np.arange(slices)[:, None] * slice_mm
    edges = np.arange(voxels)[None]
    down = np.clip(np.minimum(begins + slice_mm, edges + 1) - np.maximum(begins, edges), 0, None)
    down /= down.sum(1, keepdims=True)
    place = np.clip((np.arange(voxels) + 0.5) / slice_mm - 0.5, 0, slices - 1)
    up = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(slices)[None]))
    return down, up


def along(matrix: np.ndarray, volume: np.ndarray, axis: int) -> np.ndarray:
    return np.moveaxis(np.tensordot(matrix, volume, (1, axis)), 0, axis)


def redraw_file(source: Path, out: Path, sequences: list[int], scanner: Scanner, rng: np.random.Generator) -> None:
    """A 3D file of one sequence, or a 4D one of several, with the place and the grid that it had."""
    file = nib.load(source)
    array = np.asarray(file.dataobj, np.float64)
    axis = int(np.flatnonzero(io_orientation(file.affine)[:, 0] == 2)[0])  # the one that runs from foot to head
    channels = [array] if array.ndim == 3 else [array[..., n] for n in range(array.shape[3])]
    drawn = [np.rint(redraw(c, axis, s, scanner, rng)).clip(0, 32767).astype(np.int16) for c, s in zip(channels, sequences)]
    out.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(drawn[0] if array.ndim == 3 else np.stack(drawn, -1), file.affine), out)


def redraw_item(item: dict, folder: Path, out: Path, order: list[int], scanner: Scanner) -> dict:
    """`order` says where each of SEQUENCES stands among the item's files or channels."""
    name = item.get("name") or Path(item["label"]).name.split(".")[0]
    rng = seeded(scanner.name, name)
    channel_of = [order.index(n) for n in range(len(order))]  # which sequence each file or channel is

    def one(file: str | None, sequences: list[int], ending: str) -> str | None:
        if file is None:
            return None
        redraw_file(folder / file, out / name / f"{name}_{ending}.nii.gz", sequences, scanner, rng)
        return f"{name}/{name}_{ending}.nii.gz"

    if isinstance(item["image"], str):
        image = one(item["image"], channel_of, "image")
    else:
        image = [one(f, [s], SEQUENCES[s].lower()) for f, s in zip(item["image"], channel_of)]
    return {**item, "name": name, "image": image, "label": os.path.relpath((folder / item["label"]).resolve(), out.resolve())}


def simulate(folder: Path, out: Path, scanner: Scanner) -> dict:
    about = about_dataset(folder)
    order = sequence_order(about.get("modality") or about.get("channel_names") or {})
    out.mkdir(parents=True, exist_ok=True)
    drawn = {s: [redraw_item(i, folder, out, order, scanner) for i in about.get(s, [])] for s in ("training", "validation")}
    told = {**about, **drawn, "description": f"{about.get('description', 'studies')}, drawn again as by a simulated scanner {scanner.name!r}"}
    (out / "dataset.json").write_text(json.dumps(told, indent=1) + "\n")
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scanner", default="north")
    given = parser.parse_args()
    scanner = scanner_named(given.scanner)
    made = simulate(given.dataset, given.out, scanner)
    print(f"scanner {scanner.name}: slices {scanner.slice_mm.round(1).tolist()} mm, noise {scanner.noise.round(3).tolist()} of white, "
          f"bias up to {np.exp(scanner.bias):.2f}; {len(made['training'])} studies to train on, {len(made['validation'])} held back")
