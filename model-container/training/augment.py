"""Random variation of one patch. What moves, moves image and regions by the same grid; what recolours, leaves the regions alone.

Patches are C x [D x] H x W tensors; `rng` is a NumPy generator, so that a seed gives the same patch again.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def sample_patch(image: Tensor, regions: Tensor, centre: np.ndarray, size: tuple[int, ...], matrix: np.ndarray) -> tuple[Tensor, Tensor]:
    """Cuts `size` around the voxel `centre`, turned and scaled by `matrix` (output offset -> input offset, in voxels).

    One linear interpolation straight from the whole volume: no corner is lost to a crop made before the rotation.
    Beyond the volume everything is 0. A region's edge falls where its interpolated value passes one half.
    """
    rank = len(size)
    # Even sizes have no middle voxel: offsets run -n/2 .. n/2-1, so that the identity lands on whole voxels.
    offsets = torch.meshgrid(*(torch.arange(n, dtype=torch.float32) - n // 2 for n in size), indexing="ij")
    turned = torch.stack(offsets, -1) @ torch.as_tensor(matrix.T, dtype=torch.float32)
    voxels = turned + torch.as_tensor(centre, dtype=torch.float32)
    sides = torch.tensor(image.shape[-rank:], dtype=torch.float32)
    grid = ((2 * voxels + 1) / sides - 1).flip(-1)[None]  # grid_sample counts -1..1 over voxel edges, last axis first
    both = torch.cat([image, regions.to(image.dtype)])[None]
    moved = functional.grid_sample(both, grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0]
    return moved[: len(image)], (moved[len(image) :] > 0.5).float()


def random_matrix(rng: np.random.Generator, rank: int, degrees: float = 25.0, scale: float = 0.2) -> np.ndarray:
    """Flips always; rotation about every axis and scaling half of the time, so that sharp patches stay common."""
    matrix = np.diag(rng.choice([-1.0, 1.0], rank))
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


def recolour(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Other scanners, other settings: each sequence on its own. Outside the brain stays 0, as normalisation leaves it."""
    brain = (image != 0).any(0)
    if not brain.any():
        return image
    # Resolution comes before noise: a thick slice blurs anatomy, not the receiver's noise.
    return torch.stack([recolour_one(channel, brain, rng) for channel in image]) * brain


def recolour_one(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    for probability, change in ((0.15, low_resolution), (0.15, blur), (0.3, gamma), (0.3, contrast), (0.3, brightness), (0.15, noise)):
        if rng.random() < probability:
            channel = change(channel, brain, rng)
    return channel


def gamma(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Bends the grey scale; mean and spread stay, because normalisation would undo their change anyway."""
    inside = channel[brain]
    low, span = inside.min(), (inside.max() - inside.min()).clamp(min=1e-6)
    bent = ((channel - low) / span).clamp(0, 1) ** math.exp(rng.uniform(-0.4, 0.4))
    new = bent[brain]
    return (bent - new.mean()) / new.std().clamp(min=1e-6) * inside.std() + inside.mean()


def contrast(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel * math.exp(rng.uniform(-0.3, 0.3))


def brightness(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel + rng.uniform(-0.3, 0.3)


def noise(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel + rng.uniform(0, 0.2) * torch.as_tensor(rng.standard_normal(channel.shape, dtype=np.float32))


def blur(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Gaussian of 0.5 to 1.2 voxels, one axis after the other."""
    sigma = rng.uniform(0.5, 1.2)
    kernel = torch.exp(-0.5 * (torch.arange(-3, 4) / sigma) ** 2)
    kernel = kernel / kernel.sum()
    conv = functional.conv3d if channel.ndim == 3 else functional.conv2d
    out = channel[None, None]
    for axis in range(channel.ndim):
        shape = [1] * (channel.ndim + 2)
        shape[axis + 2] = len(kernel)
        out = conv(out, kernel.reshape(shape), padding=[3 if a == axis else 0 for a in range(channel.ndim)])
    return out[0, 0]


def low_resolution(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Acquired coarser and brought back: along one axis up to 5 mm, as thick slices are, or a little along all."""
    factors = np.ones(channel.ndim)
    if rng.random() < 0.5:
        factors[rng.integers(channel.ndim)] = rng.uniform(1, 5)
    else:
        factors[:] = rng.uniform(1, 2)
    coarse = [max(1, round(n / f)) for n, f in zip(channel.shape, factors)]
    small = functional.interpolate(channel[None, None], coarse, mode="area")
    mode = "trilinear" if channel.ndim == 3 else "bilinear"
    return functional.interpolate(small, channel.shape, mode=mode, align_corners=False)[0, 0]
