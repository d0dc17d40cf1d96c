"""Random movement of one patch: what moves, moves image and regions by the same grid. (Grey values: `recolour.py`.)

Patches are C x [D x] H x W tensors; `rng` is a NumPy generator, so that a seed gives the same patch again.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def sample_patch(image: Tensor, regions: Tensor, centre: np.ndarray, size: tuple[int, ...], matrix: np.ndarray,
                 bend: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Cuts `size` around the voxel `centre`, moved by `matrix` (output offset -> input offset, in voxels) and by `bend`
    (size x rank, voxels, added to the input's offsets).

    One linear interpolation straight from the whole volume: no corner is lost to a crop made before the rotation.
    Beyond the volume everything is 0. A region's edge falls where its interpolated value passes one half.
    """
    if bend is None and is_whole(matrix) and is_whole(centre):
        return crop(image, centre, size, matrix), crop(regions, centre, size, matrix).float()
    sides = image.shape[1:]
    # grid_sample counts -1..1 over voxel edges, last axis first.
    places = [(2 * voxel + 1) / side - 1 for voxel, side in zip(moved_axes(centre, size, matrix, bend), sides)]
    grid = torch.stack(places[::-1], -1)[None]
    moved, mask = (functional.grid_sample(volume.float()[None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0]
                   for volume in (image, regions))
    return moved, (mask > 0.5).float()


def moved_axes(centre: np.ndarray, size: tuple[int, ...], matrix: np.ndarray, bend: Tensor | None) -> list[Tensor]:
    """Per input axis, where each output voxel comes from, in voxels."""
    rank = len(size)
    # Even sizes have no middle voxel: offsets run -n/2 .. n/2-1, so that the identity lands on whole voxels.
    offsets = [(torch.arange(n, dtype=torch.float32) - n // 2).reshape([-1 if a == b else 1 for b in range(rank)]) for a, n in enumerate(size)]
    whole = [float(c) + sum(float(m) * o for m, o in zip(row, offsets)) for c, row in zip(centre, matrix)]
    return whole if bend is None else [axis + bend[..., a] for a, axis in enumerate(whole)]


def is_whole(numbers: np.ndarray) -> bool:
    return bool((numbers == np.rint(numbers)).all())


def crop(volume: Tensor, centre: np.ndarray, size: tuple[int, ...], matrix: np.ndarray) -> Tensor:
    """`sample_patch` for a matrix of right angles and flips alone: voxels are picked, none is interpolated."""
    source = [int(np.flatnonzero(column)[0]) for column in matrix.T]  # output axis -> input axis
    order = [source.index(axis) for axis in range(len(size))]
    lists = []  # per input axis: which voxels, in the output's order
    for axis, output in enumerate(order):
        sign = int(matrix[axis, output])
        lists.append(int(centre[axis]) + sign * (torch.arange(size[output]) - size[output] // 2))
    out = volume
    for axis, (wanted, n) in enumerate(zip(lists, volume.shape[1:])):
        out = out.index_select(axis + 1, wanted.clamp(0, n - 1))
    for axis, (wanted, n) in enumerate(zip(lists, volume.shape[1:])):
        beyond = (wanted < 0) | (wanted >= n)
        if beyond.any():
            out.index_fill_(axis + 1, beyond.nonzero()[:, 0], 0)
    return out.permute(0, *(axis + 1 for axis in source)).contiguous()


def random_matrix(rng: np.random.Generator, rank: int, degrees: float = 25.0, scale: float = 0.25) -> np.ndarray:
    """Flips always, right angles seldom; rotation about every axis and scaling half of the time, so that sharp patches stay common."""
    matrix = np.diag(rng.choice([-1.0, 1.0], rank))
    if rng.random() < 0.1:
        matrix = matrix @ quarter_turn(rank, *rng.choice(rank, 2, replace=False))
    if rng.random() < 0.5:
        for a in range(rank):
            for b in range(a + 1, rank):
                matrix = matrix @ rotation(rank, a, b, math.radians(rng.uniform(-degrees, degrees)))
        matrix = matrix * math.exp(rng.uniform(-scale, scale))
    return matrix


def rotation(rank: int, a: int, b: int, angle: float) -> np.ndarray:
    """By `angle` radians in the plane of the axes a and b."""
    matrix = np.eye(rank)
    matrix[a, a] = matrix[b, b] = math.cos(angle)
    matrix[a, b], matrix[b, a] = -math.sin(angle), math.sin(angle)
    return matrix


def quarter_turn(rank: int, a: int, b: int) -> np.ndarray:
    """By a right angle, in whole numbers: a cosine of 6e-17 would make `sample_patch` interpolate."""
    return np.rint(rotation(rank, a, b, math.pi / 2))


def random_bend(rng: np.random.Generator, size: tuple[int, ...], knots_apart: int = 32, voxels: float = 3.0) -> Tensor:
    """A smooth displacement, size x rank: independent normal values of `voxels` at coarse knots, drawn out between them."""
    coarse = [max(2, round(n / knots_apart) + 1) for n in size]
    knots = torch.as_tensor(rng.normal(0, voxels, (1, len(size), *coarse)), dtype=torch.float32)
    mode = {2: "bicubic", 3: "trilinear"}[len(size)]
    return functional.interpolate(knots, size, mode=mode, align_corners=True)[0].movedim(0, -1)
