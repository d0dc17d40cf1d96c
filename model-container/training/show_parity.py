"""Does what runs say what was trained? show_parity.py PREFIX, of a finished training with held-back studies; --studies n looks at fewer.

On each of them, and for each region:
    float32    largest difference in probability between PyTorch and ONNX Runtime, one patch around the study's middle
    half       by how much half-size weights change Dice, in PyTorch
    server     largest difference, in 255ths, between the model server's answer and bare ONNX Runtime on the same tensor
    pipeline   by how much Dice of `neurotile run`, told to clean nothing away and to lay its tiles around the brain without a margin,
               as training does, differs from that of training's own sliding window
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from artefact import METADATA, ONNX, load_network, middle_patch, read_metadata
from checkpoint import Progress, resume
from data import REGIONS, Study, load_dataset
from export import probabilities, to_onnx
from settings import Settings, read_settings
from unet import UNet
from validate import dice, predict

SAME_WINDOW = {"field": "tight", "steps": "fixed", "weights": "monai", "mean": "probabilities"}
CLI = Path(__file__).resolve().parents[2] / "functions/cli/neurotile.mjs"


def main(prefix: Path, most: int) -> None:
    settings = read_settings(prefix / "input/config/hyperparameters.json")
    progress = Progress.fresh(UNet(settings.rank, settings.channels), settings)
    resume(prefix / "checkpoints/last.pt", progress)
    exact, half = progress.average.eval(), load_network(prefix / "model")
    full = to_onnx(exact, settings.patch)
    for study in load_dataset(prefix / "input/data/training", "validation")[:most]:
        row = {"float32": float32_difference(exact, full, study, settings)}
        wide, narrow = (dices(network, study, settings) for network in (exact, half))
        row["half"] = largest(wide, narrow)
        row["pipeline"], row["server"] = through_pipeline(prefix / "model", study, narrow)
        print(study.name, "  ".join(f"{k} {v:.2g}" for k, v in row.items()), flush=True)


def float32_difference(network: torch.nn.Module, full, study: Study, settings: Settings) -> float:
    image = middle_patch(study.image, settings.patch)
    with torch.no_grad():
        return float(np.abs(probabilities(full, image) - torch.sigmoid(network(torch.from_numpy(image))).numpy()).max())


def dices(network: torch.nn.Module, study: Study, settings: Settings) -> list[float]:
    """Of regions nested as the pipeline nests them: what enhances is core, and what is core is tumour."""
    core, whole, enhancing = predict(network, study, settings) > 0.5
    masks = (core | enhancing, whole | core | enhancing, enhancing)
    return [dice(m, t > 0) for m, t in zip(masks, study.regions)]


def largest(some: list[float], others: list[float]) -> float:
    """Over regions that are scored."""
    return float(np.nanmax(np.abs(np.subtract(some, others))))


def through_pipeline(model: Path, study: Study, own: list[float]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as scratch:
        out, uncleaned = Path(scratch) / "out", Path(scratch) / "model"
        shutil.copytree(model, uncleaned)
        metadata = read_metadata(model)
        metadata["neurotile"] |= {"postprocessing": "none", "window": SAME_WINDOW}
        (uncleaned / METADATA).write_text(json.dumps(metadata))
        subprocess.run(["node", CLI, "run", study.file.parent.resolve(), "--out", out, "--model", uncleaned, "--keep-work"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = json.loads((out / "metrics.json").read_text())
        return largest([found["reference"]["scores"][r]["dice"] for r in REGIONS], own), server_difference(model, out)


def server_difference(model: Path, out: Path) -> float:
    told = read_metadata(model)["neurotile"]
    session = onnxruntime.InferenceSession(str(model / ONNX), providers=["CPUExecutionProvider"])
    most = 0.0
    for file in sorted(out.glob(".neurotile/work/objects/predictions/*/*.npy/=1")):
        tensor = np.load(str(file).replace("/predictions/", "/tensors/")).astype(np.float32)
        answer = np.load(file).astype(np.float64)
        logits = session.run(["logits"], {"image": tensor})[0]
        heat = np.reshape(told["temperature"], (1, -1, *[1] * (logits.ndim - 2)))
        most = max(most, float(np.abs(255 / (1 + np.exp(-logits.astype(np.float64) / heat)) - answer).max()))
    return most


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", type=Path)
    parser.add_argument("--studies", type=int, default=99)
    given = parser.parse_args()
    main(given.prefix, given.studies)
