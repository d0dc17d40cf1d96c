"""Which part of which study the network sees next: a pure function of seed and step, so that a resumed job goes on the same way."""

import numpy as np
import torch
from torch import Tensor

from augment import random_matrix, recolour, sample_patch
from data import Study


class Sampler:
    """Batches of patches: two in three around a tumour voxel (of a random region present), the rest anywhere in the brain."""

    def __init__(self, studies: list[Study], size: tuple[int, ...], batch: int, seed: int):
        self.studies, self.size, self.batch, self.seed = studies, size, batch, seed
        self.images = [torch.from_numpy(s.image) for s in studies]
        self.regions = [torch.from_numpy(s.regions) for s in studies]
        # Coordinates once, at a tenth: looking for them in every step would cost more than the patch.
        self.brain = [some_voxels((s.image != 0).any(0)) for s in studies]
        self.tumour = [[v for v in map(some_voxels, s.regions) if len(v)] for s in studies]

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """float32 N x 4 x size and N x 3 x size for this step."""
        rng = np.random.default_rng((self.seed, step))
        images, regions = zip(*(self.patch(rng) for _ in range(self.batch)))
        return torch.stack(images), torch.stack(regions)

    def patch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        which = rng.integers(len(self.studies))
        pools = self.tumour[which]
        near = bool(pools) and rng.random() < 2 / 3
        pool = pools[rng.integers(len(pools))] if near else self.brain[which]
        centre = pool[rng.integers(len(pool))].astype(np.float64)
        image, regions = self.images[which], self.regions[which]
        if len(self.size) == 2:  # an axial slice: its middle, wandering a little, is the brain's
            image, regions = image[:, int(centre[0])], regions[:, int(centre[0])]
            centre = np.array([n // 2 for n in image.shape[1:]]) + rng.integers(-12, 13, 2)
        matrix = random_matrix(rng, len(self.size))
        image, regions = sample_patch(image, regions, centre, self.size, matrix)
        return recolour(image, rng), regions


def some_voxels(mask: np.ndarray) -> np.ndarray:
    """Indices of at most 20,000 of the true voxels, evenly spread; n x 3."""
    where = np.argwhere(mask)
    return where[:: max(1, len(where) // 20_000)].astype(np.int16)
