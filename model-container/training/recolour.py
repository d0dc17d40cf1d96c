"""Random variation of grey values: other scanners, other settings, other protocols. Regions stay as they are.

Channels are [D x] H x W tensors, z-scored; `brain` is where the study has tissue; outside of it stays 0, as normalisation leaves it.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

T1_AND_FLAIR = (0, 3)


def recolour(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Each sequence on its own, C x [D x] H x W. A sequence that is missing (0 everywhere) stays missing."""
    brain = (image != 0).any(0)
    if not brain.any():
        return image
    return torch.stack([recolour_one(channel, brain, rng) if channel.any() else channel for channel in image]) * brain


def recolour_one(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    # Resolution comes before noise: a thick slice blurs anatomy, not the receiver's noise.
    for probability, change in CHANGES:
        if rng.random() < probability:
            channel = change(channel, brain, rng)
    return channel


def gamma(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Bends the grey scale; mean and spread stay, because normalisation would undo their change anyway."""
    low, high = channel.min(), channel.max()
    bent = ((channel - low) / (high - low).clamp(min=1e-6)) ** math.exp(rng.uniform(-0.5, 0.5))
    return as_spread(bent, channel, brain)


def as_spread(changed: Tensor, channel: Tensor, brain: Tensor) -> Tensor:
    """`changed`, with the mean and spread that `channel` had in the brain."""
    weight = brain / brain.sum()
    (old, old_spread), (new, new_spread) = moments(channel, weight), moments(changed, weight)
    return (changed - new) * (old_spread / new_spread.clamp(min=1e-6)) + old


def moments(channel: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    mean = (channel * weight).sum()
    return mean, (((channel - mean) ** 2) * weight).sum().sqrt()


def contrast(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel * math.exp(rng.uniform(-0.3, 0.3))


def brightness(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel + rng.uniform(-0.3, 0.3)


def noise(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    return channel + rng.uniform(0, 0.2) * torch.as_tensor(rng.standard_normal(channel.shape, dtype=np.float32))


def blur(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Gaussian of 0.5 to 1.2 voxels, one axis after the other."""
    return smooth(channel, rng.uniform(0.5, 1.2))


def smooth(channel: Tensor, sigma: float) -> Tensor:
    reach = max(1, math.ceil(2.5 * sigma))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = kernel / kernel.sum()
    conv = functional.conv3d if channel.ndim == 3 else functional.conv2d
    out = channel[None, None]
    for axis in range(channel.ndim):
        shape = [1] * (channel.ndim + 2)
        shape[axis + 2] = len(kernel)
        out = conv(out, kernel.reshape(shape), padding=[reach if a == axis else 0 for a in range(channel.ndim)])
    return out[0, 0]


def bias_field(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """A receive coil's shading: a smooth factor of about 0.7 to 1.4 on grey values counted from the darkest up."""
    knots = torch.as_tensor(rng.normal(0, 0.2, (1, 1, *[4] * channel.ndim)), dtype=torch.float32)
    field = functional.interpolate(knots, channel.shape, mode=LINEAR[channel.ndim], align_corners=True)[0, 0]
    low = channel.min()
    return as_spread((channel - low) * torch.exp(field), channel, brain)


def low_resolution(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """Acquired coarser and brought back: along one axis up to 5 mm, as thick slices are, or a little along all."""
    factors = np.ones(channel.ndim)
    if rng.random() < 0.5:
        factors[rng.integers(channel.ndim)] = rng.uniform(1, 5)
    else:
        factors[:] = rng.uniform(1, 2)
    coarse = [max(1, round(n / f)) for n, f in zip(channel.shape, factors)]
    small = functional.interpolate(channel[None, None], coarse, mode="area")
    return functional.interpolate(small, channel.shape, mode=LINEAR[channel.ndim], align_corners=False)[0, 0]


def misregistration(channel: Tensor, brain: Tensor, rng: np.random.Generator) -> Tensor:
    """The sequence lies up to 2 voxels beside the others, as after a registration that was not perfect."""
    offset = rng.uniform(-2, 2, channel.ndim)
    out = channel
    for axis, by in enumerate(offset):
        whole = math.floor(by)
        part = by - whole
        out = (1 - part) * shifted(out, axis, whole) + part * shifted(out, axis, whole + 1)
    return out


def shifted(channel: Tensor, axis: int, by: int) -> Tensor:
    """By whole voxels; what comes in at the edge repeats the edge."""
    n = channel.shape[axis]
    return channel.index_select(axis, (torch.arange(n) - by).clamp(0, n - 1))


def paint(image: Tensor, regions: Tensor, rng: np.random.Generator) -> Tensor:
    """Domain randomisation: each sequence's grey scale is drawn anew, so that nothing but shape and place can be learned from it.

    Curves of random, not always rising, steps over the grey values (as in synthesis from label maps, Billot 2023, SynthSeg:
    the labels here are the grey values' own classes, which tissue and tumour make); tumour regions get an offset of their own.
    """
    brain = (image != 0).any(0)
    painted = []
    for channel in image:
        if not channel.any():
            painted.append(channel)
            continue
        knots = torch.as_tensor(rng.normal(0, 1, 8), dtype=torch.float32)
        place = ((channel.clamp(-2.5, 2.5) + 2.5) / 5 * 7).clamp(0, 6.999)
        below = place.floor().long()
        new = torch.lerp(knots[below], knots[below + 1], place - below)
        for region in regions:
            new = new + region * rng.normal(0, 0.5)
        painted.append(smooth(new, 0.5))
    out = torch.stack(painted)
    weight = brain / brain.sum().clamp(min=1)
    return torch.stack([(c - moments(c, weight)[0]) / moments(c, weight)[1].clamp(min=1e-6) if c.any() else c for c in out]) * brain


def drop_sequences(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Studies come incomplete: one sequence is missing, or all but T1 and FLAIR are."""
    kept = set(T1_AND_FLAIR) if rng.random() < 0.5 else set(range(len(image))) - {int(rng.integers(len(image)))}
    return torch.stack([c if n in kept else torch.zeros_like(c) for n, c in enumerate(image)])


LINEAR = {2: "bilinear", 3: "trilinear"}
CHANGES = ((0.1, misregistration), (0.15, low_resolution), (0.1, blur), (0.2, bias_field), (0.3, gamma), (0.3, contrast), (0.3, brightness), (0.15, noise))
