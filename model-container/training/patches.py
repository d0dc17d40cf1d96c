"""Which part of which study the network sees next: a pure function of seed and step, so that a resumed job goes on the same way."""

import numpy as np
import torch
from torch import Tensor

from augment import random_bend, random_matrix, sample_patch
from data import Study
from recolour import drop_sequences, paint, recolour
from settings import Settings
from transplant import transplant

NEAR_TUMOUR = 0.6
PARTIAL_SHARE = 0.35  # how often a study with a whole-tumour mask alone comes, against one with all labels
CHANCES = {"elastic": 0.2, "drop": 0.1, "transplant": 0.25, "paint": 0.2}


class Sampler:
    """Batches of patches: three in five around a tumour voxel (of a random region present), the rest anywhere in the brain."""

    def __init__(self, studies: list[Study], settings: Settings):
        if "partial" not in settings.techniques:
            studies = [s for s in studies if all(s.known)]
        self.size, self.batch, self.seed = settings.patch, settings.batch, settings.seed
        self.chances = {t: CHANCES[t] if t in settings.techniques else 0.0 for t in CHANCES}
        self.images = [torch.from_numpy(s.image) for s in studies]
        self.regions = [torch.from_numpy(s.regions).float() for s in studies]
        self.known = [torch.tensor(s.known, dtype=torch.float32) for s in studies]
        weights = np.array([1.0 if all(s.known) else PARTIAL_SHARE for s in studies])
        self.weights = weights / weights.sum()
        self.whole = [n for n, s in enumerate(studies) if all(s.known)]
        # Coordinates once, at a tenth: looking for them in every step would cost more than the patch.
        self.brain = [some_voxels((s.image != 0).any(0)) for s in studies]
        self.tumour = [[v for v in map(some_voxels, s.regions) if len(v)] for s in studies]

    def __call__(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """float32 N x 4 x size, N x 3 x size, and N x 3 of 1 where the region is known, for this step."""
        rng = np.random.default_rng((self.seed, step))
        images, regions, known = zip(*(self.example(rng) for _ in range(self.batch)))
        return torch.stack(images), torch.stack(regions), torch.stack(known)

    def example(self, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        which = int(rng.choice(len(self.images), p=self.weights))
        image, regions = self.patch(which, rng.random() < NEAR_TUMOUR, rng)
        if which in self.whole and rng.random() < self.chances["transplant"]:
            donor = self.patch(self.whole[rng.integers(len(self.whole))], True, rng)
            image, regions = transplant(image, regions, *donor, rng)
        if rng.random() < self.chances["paint"]:
            image = paint(image, regions, rng)
        image = recolour(image, rng)
        if rng.random() < self.chances["drop"]:
            image = drop_sequences(image, rng)
        return image, regions, self.known[which]

    def patch(self, which: int, near: bool, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        pools = self.tumour[which]
        pool = pools[rng.integers(len(pools))] if near and pools else self.brain[which]
        centre = pool[rng.integers(len(pool))].astype(np.float64)
        image, regions = self.images[which], self.regions[which]
        if len(self.size) == 2:  # an axial slice: its middle, wandering a little, is the brain's
            image, regions = image[:, int(centre[0])], regions[:, int(centre[0])]
            centre = np.array([n // 2 for n in image.shape[1:]]) + rng.integers(-12, 13, 2)
        bend = random_bend(rng, self.size) if rng.random() < self.chances["elastic"] else None
        return sample_patch(image, regions, centre, self.size, random_matrix(rng, len(self.size)), bend)


def some_voxels(mask: np.ndarray) -> np.ndarray:
    """Indices of at most 20,000 of the true voxels, evenly spread; n x 3."""
    where = np.argwhere(mask)
    return where[:: max(1, len(where) // 20_000)].astype(np.int16)
