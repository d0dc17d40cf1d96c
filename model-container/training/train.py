"""Trains one U-Net the way SageMaker starts training jobs: everything lies under one prefix, /opt/ml unless told.
`train export` makes the artefact from the last checkpoint as it stands.

    input/config/hyperparameters.json   Settings, as strings
    input/data/training/dataset.json    "training" items, and "validation" items that are held back
    input/data/model/                   optional: an exported model to start from (warm start)
    checkpoints/last.pt                 where a stopped job goes on
    model/                              the artefact: models/model.onnx, configs/metadata.json, README.md
    output/failure                      why it failed, when it did
"""

import argparse
import math
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import torch

from artefact import load_weights, write_artefact
from checkpoint import Progress, resume, save
from data import Study, about_dataset, load_dataset
from losses import deep_loss
from patches import Sampler
from settings import Settings, read_settings
from unet import UNet
from validate import patch_dice, score_studies


def run(prefix: Path, command: str = "train") -> None:
    settings = read_settings(prefix / "input/config/hyperparameters.json")
    folder = prefix / "input/data/training"
    training, held_back = load_dataset(folder, "training"), load_dataset(folder, "validation")
    print(f"{len(training)} studies to train on, {len(held_back)} held back; {settings}", flush=True)
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    progress = Progress.fresh(UNet(settings.rank, settings.channels).to(device), settings)
    start = prefix / "input/data/model"
    if start.exists():
        progress.start_from(load_weights(start))
    resume(prefix / "checkpoints/last.pt", progress)
    if command == "train":
        train(progress, training, held_back, prefix / "checkpoints/last.pt", device)
    scores = score_studies(progress.average, held_back, settings)
    write_artefact(prefix / "model", progress, training, held_back, scores, about_dataset(folder), start if start.exists() else None)


def train(progress: Progress, training: list[Study], held_back: list[Study], file: Path, device: torch.device) -> None:
    settings = progress.settings
    sample, clock = Sampler(training, settings), work_clock(device)
    half = bfloat16_pays(settings, device)
    saved = seen = progress.minutes
    while done(progress) < 1:
        began = clock()
        for group in progress.optimiser.param_groups:
            group["lr"] = settings.learning_rate * schedule(done(progress))
        image, target, known = (t.to(device) for t in sample(progress.step))
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            levels = progress.network(image)
        # Slices of a batch share one Dice: most of them show no core, and a Dice of nothing teaches nothing.
        loss = deep_loss(levels if "deep" in settings.techniques else levels[:1], target, known, over_batch=settings.rank == 2)
        progress.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(progress.network.parameters(), 12)
        progress.optimiser.step()
        progress.count(loss.item(), (clock() - began) / 60)
        if progress.step % 25 == 0:
            print(progress.line(), flush=True)
        if held_back and progress.minutes - seen >= settings.validate_minutes:
            seen = progress.minutes
            print(progress.line(), "held-back patches' Dice", patch_dice(progress.average, held_back, settings), flush=True)
        if progress.minutes - saved >= settings.checkpoint_minutes:
            saved = progress.minutes
            save(file, progress)
    save(file, progress)


def work_clock(device: torch.device) -> Callable[[], float]:
    """Seconds of work. On processors their own time, shared by the threads: a machine that does other work too, or sleeps, costs a run nothing."""
    if device.type == "cpu":
        return lambda: time.process_time() / torch.get_num_threads()
    return time.monotonic


def done(progress: Progress) -> float:
    """0 at the start, 1 at the end."""
    settings = progress.settings
    return progress.step / settings.steps if settings.steps else progress.minutes / settings.minutes


def schedule(done: float) -> float:
    """Learning rate as a share of its peak: up over the first 2 %, down along a cosine."""
    return min(1.0, 0.05 + done / 0.02) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def bfloat16_pays(settings: Settings, device: torch.device) -> bool:
    """Twice as fast where the processor has instructions for it, slower where it has not. Weights stay float32."""
    if settings.precision != "auto":
        return settings.precision == "bfloat16"
    has_instructions = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return device.type == "cuda" or has_instructions()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", default="train", choices=["train", "export"])  # SageMaker says: IMAGE train
    parser.add_argument("--prefix", type=Path, default=Path(os.environ.get("SM_PREFIX", "/opt/ml")))
    given = parser.parse_args()
    try:
        run(given.prefix, given.command)
    except Exception as error:
        return write_failure(given.prefix, error)
    return 0


def write_failure(prefix: Path, error: Exception) -> int:
    """Where SageMaker looks for why a job failed; returns the exit status."""
    traceback.print_exc()
    failure = prefix / "output/failure"
    failure.parent.mkdir(parents=True, exist_ok=True)
    failure.write_text(f"{type(error).__name__}: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
