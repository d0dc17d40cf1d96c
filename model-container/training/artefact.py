"""The folder that a model is: models/model.onnx, configs/metadata.json (a MONAI bundle's, plus `neurotile`), README.md."""

import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from card import write_card
from checkpoint import Progress
from data import Study
from export import check_parity, halve, to_onnx, weights_of
from metadata import make_metadata
from unet import UNet

ONNX, METADATA, CARD = "models/model.onnx", "configs/metadata.json", "README.md"


def write_artefact(folder: Path, progress: Progress, training: list[Study], held_back: list[Study],
                   scores: dict, about: dict, start: Path | None) -> None:
    """Exports the averaged weights; `about` is dataset.json, `start` the artefact that this run was warm-started from."""
    settings = progress.settings
    full = to_onnx(progress.average, settings.patch)
    half = halve(full)
    image = (held_back or training)[0].image
    exact, rounded = check_parity(progress.average, full, half, middle_patch(image, settings.patch))
    print(f"ONNX Runtime against PyTorch, largest difference in probability: {exact:.1e}, half-size weights {rounded:.1e}", flush=True)
    for part in (ONNX, METADATA):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
    content = half.SerializeToString()
    (folder / ONNX).write_bytes(content)
    metadata = make_metadata(progress, [s.name for s in training], [s.name for s in held_back], scores, about,
                             hashlib.sha256(content).hexdigest(), read_metadata(start) if start else None)
    (folder / METADATA).write_text(json.dumps(metadata, indent=2) + "\n")
    (folder / CARD).write_text(write_card(metadata))


def read_metadata(folder: Path) -> dict:
    return json.loads((folder / METADATA).read_text())


def load_weights(folder: Path) -> dict[str, torch.Tensor]:
    return weights_of(folder / ONNX)


def load_network(folder: Path) -> UNet:
    """The network of an artefact, in evaluation mode."""
    told = read_metadata(folder)["neurotile"]
    network = UNet(told["dims"], tuple(told["provenance"]["settings"]["channels"]))
    network.load(load_weights(folder))
    return network.eval()


def middle_patch(image: np.ndarray, patch: tuple[int, ...]) -> np.ndarray:
    """1 x 4 x patch around the middle of a study, zeros where it is smaller: something real to compare on."""
    if len(patch) == 2:
        image = image[:, image.shape[1] // 2]
    out = np.zeros((1, len(image), *patch), np.float32)
    begins = [max(0, (n - p) // 2) for n, p in zip(image.shape[1:], patch)]
    cut = image[:, *(slice(b, b + p) for b, p in zip(begins, patch))]
    out[0, :, *(slice(0, n) for n in cut.shape[1:])] = cut
    return out
