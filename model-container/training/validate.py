"""How good the weights are on held-back studies. For training's eyes: the measures that count are those of the pipeline."""

import numpy as np
import torch
from monai.inferers import sliding_window_inference
from torch import Tensor, nn

from data import REGIONS, Study
from settings import Settings

LEAST_VOXELS = 500  # references under 0.5 ml are not scored: one voxel more or less would swing them
OVERLAP = {2: (0.0, 0.25, 0.25), 3: (0.5, 0.5, 0.5)}


def dice(mask: np.ndarray, reference: np.ndarray) -> float:
    """Of two boolean arrays; nan where the reference is too small to be scored."""
    if reference.sum() < LEAST_VOXELS:
        return float("nan")
    return float(2 * (mask & reference).sum() / (mask.sum() + reference.sum()))


def score_studies(network: nn.Module, studies: list[Study], settings: Settings) -> dict[str, dict[str, float | None]]:
    """{study: {region: Dice or None}}, whole studies by sliding window, no test-time flips: as the pipeline runs them."""
    scores = {}
    for study in studies:
        masks = predict(network, study, settings) > 0.5
        values = {r: dice(m, t > 0) for r, m, t in zip(REGIONS, masks, study.regions)}
        scores[study.name] = {r: None if np.isnan(v) else round(v, 4) for r, v in values.items()}
        print(study.name, scores[study.name], flush=True)
    return scores


@torch.no_grad()
def predict(network: nn.Module, study: Study, settings: Settings) -> np.ndarray:
    """Probabilities, float32 3 x D x H x W on the study's grid."""
    image = torch.from_numpy(study.image)[None]
    device = next(network.parameters()).device
    window = settings.patch if settings.rank == 3 else (16, *settings.patch)

    def tile(x: Tensor) -> Tensor:  # N x 4 x D x H x W
        x = x.to(device)
        return torch.sigmoid(network(x) if settings.rank == 3 else slice_wise(network, x)).cpu()

    return sliding_window_inference(image, window, 1, tile, OVERLAP[settings.rank], mode="gaussian")[0].numpy()


def slice_wise(network: nn.Module, slab: Tensor) -> Tensor:
    """A 2D network over a slab: 1 x 4 x D x H x W is D images of 4 x H x W."""
    return network(slab[0].transpose(0, 1)).transpose(0, 1)[None]


@torch.no_grad()
def patch_dice(network: nn.Module, studies: list[Study], settings: Settings) -> dict[str, float]:
    """Mean over studies in one window around each tumour: cheap enough to look at while training."""
    rows = []
    for study in studies:
        middle = [int(n) for n in np.argwhere(study.regions[1]).mean(0)]
        window = settings.patch if settings.rank == 3 else (16, *settings.patch)
        box = [slice(max(0, m - n // 2), m + n // 2) for m, n in zip(middle, window)]
        cut = Study(study.name, study.image[:, *box], study.regions[:, *box])
        masks = predict(network, cut, settings) > 0.5
        rows.append([dice(m, t > 0) for m, t in zip(masks, cut.regions)])
    return {r: round(float(np.nanmean(column)), 3) for r, column in zip(REGIONS, np.transpose(rows)) if not np.isnan(column).all()}
