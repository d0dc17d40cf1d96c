"""A picture of every augmentation, before and after, on phantoms: `python picture_augmentation.py OUT.svg PHANTOM OTHER_PHANTOM`.

A phantom is what `neurotile phantom --out PHANTOM --seed n` makes. The slice is axial, FLAIR; outlined are the whole tumour (yellow) and its
core (red). Of several seeds the one that changes the slice most is shown, so that the eye sees what training sees at its worst.
"""

import base64
import json
import math
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import recolour
from augment import quarter_turn, random_bend, rotation, sample_patch
from data import SEQUENCES, Study, load_study
from transplant import transplant

SIZE = (48, 184, 184)  # D x H x W: a whole axial slice, however it is turned, and room above and below for what is not flat
FLAIR = 3
SEEDS = 8
Pair = tuple[Tensor, Tensor]  # image, regions


def on_one_grid(phantom: Path, out: Path) -> Study:
    """A phantom's sequences lie on grids of their own, and are moved: its `truth.json` says how. All onto T1ce's grid."""
    about, truth = (json.loads((phantom / name).read_text()) for name in ("study.json", "truth.json"))
    reference = nib.load(phantom / about["sequences"]["T1ce"])
    for sequence in SEQUENCES:
        moving = nib.load(phantom / about["sequences"][sequence])
        to_moving = np.linalg.inv(moving.affine) @ np.reshape(truth["transforms"][sequence], (4, 4)) @ reference.affine
        nib.save(nib.Nifti1Image(pulled(moving, to_moving, reference.shape), reference.affine), out / f"{sequence}.nii.gz")
    item = {"name": "phantom", "image": [f"{s}.nii.gz" for s in SEQUENCES], "label": str((phantom / about["reference"]).resolve())}
    return load_study(out, item, list(range(len(SEQUENCES))), about["labelTable"])


def pulled(moving: nib.Nifti1Image, to_moving: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """float32 of `shape`: the values at to_moving (voxel), linear, 0 beyond."""
    values = torch.from_numpy(np.asarray(moving.dataobj, dtype=np.float32))
    axes = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in shape), indexing="ij")
    voxels = torch.stack(axes, -1) @ torch.from_numpy(to_moving[:3, :3].T) + torch.from_numpy(to_moving[:3, 3])
    grid = ((2 * voxels + 1) / torch.tensor(values.shape) - 1).flip(-1).float()
    return functional.grid_sample(values[None, None], grid[None], align_corners=False)[0, 0].numpy()


def around_tumour(study: Study) -> tuple[Tensor, Tensor, np.ndarray]:
    """The study, and the voxel at its tumour's height in the middle of the brain."""
    height = int(np.argwhere(study.regions[1])[:, 0].mean())
    centre = np.array([height, *(n // 2 for n in study.image.shape[2:])])
    return torch.from_numpy(study.image), torch.from_numpy(study.regions).float(), centre


def movements() -> dict[str, Callable[[np.random.Generator], tuple[np.ndarray, Tensor | None]]]:
    """Matrix and bend of each spatial augmentation, large enough to be seen."""
    tilted = rotation(3, 1, 2, math.radians(25)) @ rotation(3, 0, 1, math.radians(10))
    return {
        "flip": lambda rng: (np.diag([1.0, 1.0, -1.0]), None),
        "right angle": lambda rng: (quarter_turn(3, 1, 2), None),
        "free rotation": lambda rng: (tilted, None),
        "scaling": lambda rng: (np.eye(3) * math.exp(0.25), None),
        "elastic": lambda rng: (np.eye(3), random_bend(rng, SIZE)),
    }


def pictures(study: Study, donor: Study) -> tuple[Pair, dict[str, Pair]]:
    """The patch as it is, and as each augmentation leaves it."""
    image, regions, centre = around_tumour(study)
    plain = sample_patch(image, regions, centre, SIZE, np.eye(3))
    after = {}
    for name, movement in movements().items():
        after[name] = strongest(plain, lambda rng: sample_patch(image, regions, centre, SIZE, *movement(rng)))
    brain = (plain[0] != 0).any(0)
    for change in (recolour.gamma, recolour.contrast, recolour.brightness, recolour.noise, recolour.blur, recolour.bias_field,
                   recolour.low_resolution, recolour.misregistration):
        name = {"low_resolution": "low resolution, thick slices"}.get(change.__name__, change.__name__.replace("_", " "))
        after[name] = strongest(plain, lambda rng: (torch.stack([change(c, brain, rng) for c in plain[0]]) * brain, plain[1]))
    after["painted contrasts"] = strongest(plain, lambda rng: (recolour.paint(*plain, rng), plain[1]))
    other_image, other_regions, other_centre = around_tumour(donor)
    given = sample_patch(other_image, other_regions, other_centre, SIZE, np.diag([1.0, 1.0, -1.0]))
    after["tumour transplantation"] = strongest(plain, lambda rng: transplant(*plain, *given, rng))
    return plain, after


def strongest(plain: Pair, augmented: Callable[[np.random.Generator], Pair]) -> Pair:
    tries = [augmented(np.random.default_rng(seed)) for seed in range(SEEDS)]
    return max(tries, key=lambda pair: float((middle(pair[0]) - middle(plain[0])).abs().mean()))


def middle(image: Tensor) -> Tensor:
    return image[FLAIR, SIZE[0] // 2]


COLUMNS, WIDE, HIGH, GAP, TITLE = 3, SIZE[2], SIZE[1], 16, 24
OUTLINES = ((1, "#ffd400"), (0, "#ff3b30"))  # whole tumour, tumour core
LOW, HIGHEST = -2.5, 3.5  # z-scores that are black and white


def draw(before: Pair, after: dict[str, Pair]) -> str:
    cell_wide, cell_high = 2 * WIDE + GAP, HIGH + TITLE
    rows = -(-len(after) // COLUMNS)
    width, height = COLUMNS * cell_wide + (COLUMNS + 1) * GAP, rows * (cell_high + GAP) + GAP
    cells = []
    for n, (name, pair) in enumerate(after.items()):
        x, y = GAP + (n % COLUMNS) * (cell_wide + GAP), GAP + (n // COLUMNS) * (cell_high + GAP)
        cells.append(f'<g transform="translate({x} {y})"><text y="15" font-weight="bold">{name}</text><use href="#before" y="{TITLE}"/>'
                     f'<g transform="translate({WIDE + 4} {TITLE})">{draw_slice(pair)}</g></g>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="Helvetica, Arial, sans-serif" font-size="14">\n<defs><g id="before">{draw_slice(before)}</g></defs>\n'
            f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(cells) + "\n</svg>\n")


def draw_slice(pair: Pair) -> str:
    """Tensors run to Posterior and Left: as radiologists look at it."""
    grey = ((middle(pair[0]) - LOW) / (HIGHEST - LOW)).clamp(0, 1) * (middle(pair[0]) != 0)
    picture = base64.b64encode(png((grey * 63).round().to(torch.uint8).numpy() * 4)).decode()
    lines = "".join(f'<path d="{outline(pair[1][r, SIZE[0] // 2].numpy() > 0)}" fill="none" stroke="{c}"/>' for r, c in OUTLINES)
    return f'<image width="{WIDE}" height="{HIGH}" href="data:image/png;base64,{picture}"/>{lines}'


def png(grey: np.ndarray) -> bytes:
    """8-bit grey, H x W."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    head = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def outline(mask: np.ndarray) -> str:
    """The edges between pixels inside and outside, as an SVG path."""
    padded = np.pad(mask, 1)
    beside = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])  # row, column of the edge left of that column
    above = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])
    return "".join(f"M{x} {y}v1" for y, x in beside) + "".join(f"M{x} {y}h1" for y, x in above)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        both = on_one_grid(Path(sys.argv[2]), Path(one)), on_one_grid(Path(sys.argv[3]), Path(other))
    Path(sys.argv[1]).write_text(draw(*pictures(*both)))
