"""Fine-tunes a model on a few labelled studies of another population. Laid out as train.py lays out a job, and

    input/config/hyperparameters.json   steps, learning_rate, freeze, keep, seed, precision: each may be left out
    input/data/model/                   the model to start from, made by train.py or by this
    input/data/training/dataset.json    the new population: "training" items, "validation" items that are held back
    input/data/old/dataset.json         optional: the old population's "validation" items (else "training" ones that the model never saw)
    checkpoints/                        one file a training, and the scores so far

One or two studies get the fixed recipe and nothing is selected; from three on each is left out once and scored by a model
that was tuned on the others. The model that comes out is tuned on all. Before and after stand in its card.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from artefact import CARD, METADATA, ONNX, load_weights, read_metadata, write_artefact
from checkpoint import Progress, resume
from data import Study, about_dataset, load_dataset
from finetune_job import FREEZE, LEAST_LEFT_OUT, Job, read_job, recipe_of, seen_by
from finetune_report import Scores, fine_tuning, section
from stoppable import StoppableProgress, Stopped, obey_signals, whole_steps
from train import train, write_failure
from unet import UNet
from validate import score_studies


def run(prefix: Path) -> None:
    job = read_job(prefix)
    new, seen = prefix / "input/data/training", seen_by(job.start)
    training, held_back = load_dataset(new, "training"), load_dataset(new, "validation")
    old = load_old(prefix / "input/data/old", seen)
    recipe = recipe_of(job, len(training))
    print(f"{len(training)} studies to tune on, {len(held_back)} of the new population held back, {len(old)} of the old", flush=True)
    print(", ".join(f"{k}: {v}" for k, v in recipe.items()), flush=True)
    left_out = training if len(training) >= LEAST_LEFT_OUT else []
    # By population: a study may be in both, drawn by two scanners under one name.
    groups = {"left out": left_out, "held back": held_back, "old": old}
    start = network_of(job).eval()
    before = {g: scored(job, f"before, {g}", lambda: score_studies(start, studies, job.settings)) for g, studies in groups.items()}
    after = {"left out": leave_one_out(job, left_out)}
    progress = tune(job, training, "final")
    for g in ("held back", "old"):
        after[g] = scored(job, f"after, {g}", lambda: score_studies(progress.average, groups[g], job.settings))
    write(job, progress, training, held_back, fine_tuning(before, after, recipe, seen))


def leave_one_out(job: Job, studies: list[Study]) -> Scores:
    """Each study scored by a model that was tuned on the others."""
    scores = {}
    for left in studies:
        others = [s for s in studies if s is not left]
        name = f"without-{left.name}"
        scores |= scored(job, name, lambda: score_studies(tune(job, others, name).average, [left], job.settings))
    return scores


def load_old(folder: Path, seen: list[str]) -> list[Study]:
    if not folder.exists():
        return []
    section = "validation" if about_dataset(folder).get("validation") else "training"
    studies = load_dataset(folder, section)
    unseen = [s for s in studies if s.name not in seen]
    if len(unseen) < len(studies):
        print(f"{len(studies) - len(unseen)} studies of the old population trained the model, and are not scored", flush=True)
    return unseen


def scored(job: Job, what: str, make: Callable[[], Scores]) -> Scores:
    """What `make` makes; kept, so that a job that goes on does not score again."""
    file = job.prefix / "checkpoints/scores.json"
    kept = json.loads(file.read_text()) if file.exists() else {}
    if what not in kept:
        kept[what] = make()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".part").write_text(json.dumps(kept))
        os.replace(file.with_suffix(".part"), file)
    return kept[what]


def network_of(job: Job) -> nn.Module:
    network = UNet(job.settings.rank, job.settings.channels)
    try:
        network.load(load_weights(job.start))
    except RuntimeError as error:
        raise ValueError("the model to start from has another network than this version trains: train it anew") from error
    return network.to("cuda" if torch.cuda.is_available() else "cpu")


def tune(job: Job, training: list[Study], name: str) -> Progress:
    """From the start's weights to the recipe's last step, going on where a checkpoint stands; `average` is then a mean of both ends.

    Weights between those of a model and of its fine-tuned self keep most of what each is good at (Wortsman et al. 2022, arXiv:2109.01903).
    """
    torch.manual_seed(job.settings.seed)
    network = network_of(job)
    for parameter, weights in network.named_parameters():
        weights.requires_grad_(not FREEZE[job.freeze](parameter, weights))
    file = job.prefix / f"checkpoints/{name}.pt"
    progress = StoppableProgress(**vars(Progress.fresh(network, job.settings)), file=file)
    resume(file, progress)
    print(f"{name}: {len(training)} studies", flush=True)
    with whole_steps():
        train(progress, training, [], file, next(network.parameters()).device)
    start = load_weights(job.start)
    with torch.no_grad():
        for parameter, weights in progress.average.named_parameters():
            if parameter in start:
                weights.lerp_(start[parameter].to(weights.device), job.keep)
    return progress


def write(job: Job, progress: Progress, training: list[Study], held_back: list[Study], tuned: dict) -> None:
    """The artefact as training writes it, and what tuning did on top: aside, so that no half of it looks like a model."""
    folder = job.prefix / "checkpoints/model"
    scores = {name: both["after"] for name, both in tuned["studies"].get("held back", {}).items()}
    write_artefact(folder, progress, training, held_back, scores, about_dataset(job.prefix / "input/data/training"), job.start)
    metadata, text = read_metadata(folder), section(tuned)
    block = metadata["neurotile"]
    block["name"] = f"{read_metadata(job.start)['neurotile']['name'].removesuffix('-tuned')}-tuned"
    block["provenance"]["fineTuning"] = tuned
    block["provenance"]["commands"] = ["neurotile train --from MODEL --dataset FOLDER --out FOLDER", "model-container/training/train finetune --prefix PREFIX"]
    (folder / METADATA).write_text(json.dumps(metadata, indent=2) + "\n")
    (folder / CARD).write_text((folder / CARD).read_text().rstrip() + "\n\n" + text)
    for part in (ONNX, CARD, METADATA):
        (job.prefix / "model" / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / part, job.prefix / "model" / part)
    print(f"\n{text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", default="train", choices=["train"])
    parser.add_argument("--prefix", type=Path, default=Path(os.environ.get("SM_PREFIX", "/opt/ml")))
    given = parser.parse_args()
    obey_signals()
    try:
        run(given.prefix)
    except Stopped as stopped:
        print(stopped, flush=True)
        return 130
    except Exception as error:
        return write_failure(given.prefix, error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
