"""What training minimises: soft Dice with a squared denominator, plus cross-entropy, a region at a time."""

import torch
from torch import Tensor
from torch.nn import functional


def soft_dice_loss(probabilities: Tensor, target: Tensor, smooth: float = 0.0, over_batch: bool = False) -> Tensor:
    """1 - 2 sum(p t) / (sum(p^2) + sum(t^2)), averaged over regions (and over the batch).

    Both arguments are N x R x [D x] H x W in 0..1. The squares are those of V-Net (Milletari 2016): they pull an
    uncertain voxel harder than plain sums do. `over_batch` sums over N too, which steadies batches of small slices.
    `smooth`, in voxels, goes above and below the fraction: a region that is absent then costs what was painted, not 1.
    """
    over = tuple(d for d in range(target.ndim) if d > 1 or (d == 0 and over_batch))
    both = 2 * (probabilities * target).sum(over)
    each = (probabilities**2).sum(over) + (target**2).sum(over)
    return (1 - (both + smooth) / (each + smooth)).mean()


def segmentation_loss(logits: Tensor, target: Tensor, over_batch: bool = False) -> Tensor:
    """Soft Dice, blind to how large a region is, plus cross-entropy, which keeps the probabilities honest."""
    logits, target = logits.float(), target.float()  # sums over a million voxels do not fit half precision
    dice = soft_dice_loss(torch.sigmoid(logits), target, smooth=1.0, over_batch=over_batch)
    return dice + functional.binary_cross_entropy_with_logits(logits, target)
