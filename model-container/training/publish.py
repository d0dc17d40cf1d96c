"""Gives a model that was trained on all studies the figures and the temperatures of the cross-validation: publish.py MODEL WORK OUT

MODEL is what train.py made; WORK is cross_validate.py's folder, with WORK/scores/<masks>/scores.json as `neurotile evaluate` wrote
them. OUT gets the model with a complete card, and the reliability diagram beside it. The network's file, and so the digest, stays.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from artefact import CARD, METADATA, read_metadata
from calibrate import calibration_error, draw_reliability, fit_temperature, reliability, sigmoid
from card import write_card
from data import REGIONS
from metadata import is_experimental, mean_scores

MEASURES = ("dice", "hd95Mm", "surfaceDice1mm", "lesionDice")
DIAGRAM = "reliability.svg"


def publish(model: Path, work: Path, out: Path) -> dict:
    metadata = read_metadata(model)
    told = metadata["neurotile"]
    found = scores_of(work)
    mine = found[told["name"]]["masks"]
    temperature, calibration = calibrate(work / "logits" / told["name"], folds_of(work), out / DIAGRAM)
    studies = {s["study"]: {r: dice_of(s["regions"].get(r)) for r in REGIONS} for s in mine["studies"]}
    means = mean_scores(studies)
    past = told["provenance"]
    past["scores"] = {"of": "models of the same recipe, none of which saw the studies that it was scored on", "studies": studies, "mean": means}
    past["crossValidation"] = {
        "minutes": minutes_of(work), "folds": sum(any(n in studies for n in fold) for fold in folds_of(work)), "studies": len(studies),
        "steps": steps_of(work, told["dims"]), "cleaned": found[told["name"]]["cleaned"],
        "table": {name: {r: columns(s["masks"]["summary"][r]) for r in REGIONS} for name, s in found.items()},
        "againstPeer": {r: mine_against(found[told["name"]], r) for r in REGIONS} if "against" in found[told["name"]] else None,
        "calibration": calibration,
    }
    # A network that has hardly begun is too unsure of itself, one that has long been trained too sure: one's temperature is not the other's.
    told["temperature"] = temperature if are_as_old(past["crossValidation"]["steps"], past["steps"]) else [1.0] * len(REGIONS)
    told["experimental"] = is_experimental(means)
    metadata["eval_metrics"] = {f"mean_dice_{r}": m["dice"] for r, m in means.items()}
    if model != out:
        shutil.copytree(model, out, dirs_exist_ok=True)
    (out / METADATA).write_text(json.dumps(metadata, indent=2) + "\n")
    (out / CARD).write_text(write_card(metadata))
    return metadata


def scores_of(work: Path) -> dict[str, dict]:
    return {file.parent.name: json.loads(file.read_text()) for file in sorted(work.glob("scores/*/scores.json"))}


def dice_of(region: dict | None) -> float | None:
    """None where the reference is too small to be scored."""
    told = region is not None and region.get("referenceMl", 0) >= 0.5 and region.get("dice") is not None
    return round(region["dice"], 4) if told else None


def columns(summary: dict) -> dict[str, dict]:
    return {m: {k: summary["measures"][m][k] for k in ("n", "mean", "sd")} for m in MEASURES}


def mine_against(scores: dict, region: str) -> dict:
    return scores["against"]["differences"][region]["dice"]


def folds_of(work: Path) -> list[list[str]]:
    """The names that each fold holds back."""
    files = sorted(work.glob("data/fold*/dataset.json"))
    return [[item["name"] for item in json.loads(f.read_text())["validation"]] for f in files]


def minutes_of(work: Path) -> float:
    return float(json.loads(next(iter(sorted(work.glob("fold*-*d/input/config/hyperparameters.json")))).read_text())["minutes"])


def steps_of(work: Path, rank: int) -> list[int]:
    """How far each fold's model came in those minutes, which tells more than they do: processors differ."""
    return [read_metadata(f)["neurotile"]["provenance"]["steps"] for f in sorted(work.glob(f"fold*-{rank}d/model"))]


def are_as_old(folds: list[int], own: int) -> bool:
    return min(folds) >= own / 2


def calibrate(folder: Path, folds: list[list[str]], diagram: Path) -> tuple[list[float], dict]:
    """Temperatures fitted on all held-back logits; their worth is judged with those fitted without the fold in question."""
    held = {f.stem: np.load(f) for f in sorted(folder.glob("*.npz"))}
    logits, regions = {n: a["logits"] for n, a in held.items()}, {n: a["regions"] for n, a in held.items()}
    cooled = {}
    for fold in folds:
        others = [n for n in held if n not in fold]
        by = np.array(fit_temperature([logits[n] for n in others], [regions[n] for n in others])) if others else np.ones(len(REGIONS))
        cooled |= {n: logits[n] / by[:, None] for n in fold if n in held}
    names = list(held)
    tables = {which: reliability([sigmoid(values[n]) for n in names], [regions[n] for n in names]) for which, values in
              (("before", logits), ("after", cooled))}
    diagram.parent.mkdir(parents=True, exist_ok=True)
    draw_reliability(diagram, list(REGIONS), tables)
    errors = {which: [round(calibration_error(t), 5) for t in table] for which, table in tables.items()}
    return fit_temperature([logits[n] for n in names], [regions[n] for n in names]), {"studies": len(names), "error": errors}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "work", "out"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    told = publish(given.model, given.work, given.out)["neurotile"]
    print(told["name"], "temperature", told["temperature"], {r: m for r, m in told["provenance"]["scores"]["mean"].items()})
