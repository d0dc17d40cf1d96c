"""A tumour of one study in the brain of another (after CarveMix, Zhang 2023): few studies, but many places for what they show."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from recolour import LINEAR, smooth


def transplant(image: Tensor, regions: Tensor, donor: Tensor, donor_regions: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Patches of the same size, C x [D x] H x W. What is carved is the donor's whole tumour, a random margin wider or narrower,
    with a soft rim; it grows only where both patches have brain. Returns a new pair; without a donor's tumour the old one."""
    whole = donor_regions[1]
    if whole.sum() < 100:
        return image, regions
    # The level set of a blurred mask stands in for a distance: below one half it lies outside of the tumour.
    coarse = functional.interpolate(whole[None, None], scale_factor=0.25, mode="area")[0, 0]
    soft = functional.interpolate(smooth(coarse, 0.8)[None, None], whole.shape, mode=LINEAR[whole.ndim])[0, 0]
    level = rng.uniform(0.1, 0.6)
    carved = ((soft - level) / 0.2 + 0.5).clamp(0, 1)
    carved = carved * ((image != 0).any(0) & (donor != 0).any(0))
    hard = carved > 0.5
    return torch.lerp(image, donor, carved), torch.where(hard, donor_regions, regions)
