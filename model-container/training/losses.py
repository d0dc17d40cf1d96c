"""What training minimises: soft Dice with a squared denominator, plus cross-entropy, a region at a time."""

import torch
from torch import Tensor
from torch.nn import functional


def soft_dice_loss(probabilities: Tensor, target: Tensor, known: Tensor | None = None, smooth: float = 0.0, over_batch: bool = False) -> Tensor:
    """1 - 2 sum(p t) / (sum(p^2) + sum(t^2)), averaged over regions (and over the batch).

    Both arguments are N x R x [D x] H x W in 0..1. The squares are those of V-Net (Milletari 2016): they pull an
    uncertain voxel harder than plain sums do. `over_batch` sums over N too, which steadies batches of small slices.
    `smooth`, in voxels, goes above and below the fraction: a region that is absent then costs what was painted, not 1.
    `known`, N x R of 0 and 1: what the reference says nothing about neither costs nor counts.
    """
    over = tuple(d for d in range(target.ndim) if d > 1 or (d == 0 and over_batch))
    known = torch.ones(target.shape[:2]) if known is None else known
    known = known.to(target)
    mask = known.reshape(*known.shape, *[1] * (target.ndim - 2))
    both = 2 * (probabilities * target * mask).sum(over)
    each = ((probabilities**2 + target**2) * mask).sum(over)
    counts = known.amax(0) if over_batch else known
    costs = 1 - (both + smooth) / torch.where(counts > 0, each + smooth, 1.0)
    return (costs * counts).sum() / counts.sum().clamp(min=1)


def segmentation_loss(logits: Tensor, target: Tensor, known: Tensor | None = None, over_batch: bool = False) -> Tensor:
    """Soft Dice, blind to how large a region is, plus cross-entropy, which keeps the probabilities honest."""
    logits, target = logits.float(), target.float()  # sums over a million voxels do not fit half precision
    known = torch.ones(target.shape[:2]) if known is None else known
    known = known.to(target)
    dice = soft_dice_loss(torch.sigmoid(logits), target, known, smooth=1.0, over_batch=over_batch)
    each = functional.binary_cross_entropy_with_logits(logits, target, reduction="none").flatten(2).mean(2)
    return dice + (each * known).sum() / known.sum().clamp(min=1)


def deep_loss(levels: list[Tensor], target: Tensor, known: Tensor | None = None, over_batch: bool = False) -> Tensor:
    """`segmentation_loss` on every level, finest first, each half as heavy as the one above; a coarse voxel's target is the share of it
    that is tumour."""
    total, weights = torch.zeros(()).to(target), 0.0
    pool = functional.avg_pool3d if target.ndim == 5 else functional.avg_pool2d
    for n, logits in enumerate(levels):
        weight = 0.5**n
        fine = target.shape[-1] // logits.shape[-1]
        total = total + weight * segmentation_loss(logits, pool(target.float(), fine) if fine > 1 else target, known, over_batch)
        weights += weight
    return total / weights
