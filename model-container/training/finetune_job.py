"""What a fine-tuning job is told, and what it takes over from the model that it starts from."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from torch import Tensor

from artefact import read_metadata
from settings import Settings, parse

LEAST_LEFT_OUT = 3  # studies: with fewer, leaving one out says nothing
# A tenth of training's peak: the weights are good already, and the studies few. docs/fine-tuning.md has the runs behind this.
RECIPE = {"steps": "100", "learning_rate": "1e-4", "average": "0.98", "freeze": "encoder", "keep": "0.5", "seed": "1", "precision": "auto", "batch": "0"}
FREEZE: dict[str, Callable[[str, Tensor], bool]] = {
    "nothing": lambda name, weights: False,
    "encoder": lambda name, weights: name.startswith(("down.", "bottom.")),
    "decoder": lambda name, weights: not name.startswith("down."),
    "convolutions": lambda name, weights: weights.ndim > 1 and not name.startswith("head."),  # leaves norms and the head
}


@dataclass(frozen=True)
class Job:
    """Where everything is, and what the recipe says."""
    prefix: Path
    settings: Settings
    freeze: str
    keep: float  # how much of the start's weights stays in the mean of the two that comes out

    @property
    def start(self) -> Path:
        return self.prefix / "input/data/model"


def read_job(prefix: Path) -> Job:
    file = prefix / "input/config/hyperparameters.json"
    given = json.loads(file.read_text()) if file.exists() else {}
    given = {k: str(v) for k, v in given.items() if not k.startswith("sagemaker_")}
    unknown = sorted(set(given) - set(RECIPE))
    if unknown:
        raise ValueError(f"unknown hyperparameters {unknown}; fine-tuning knows {sorted(RECIPE)}")
    texts = {**RECIPE, **given}
    freeze = texts.pop("freeze")
    if freeze not in FREEZE:
        raise ValueError(f"freeze is {freeze!r}; known are {list(FREEZE)}")
    keep = float(texts.pop("keep"))
    if not 0 <= keep < 1:
        raise ValueError(f"keep is {keep}: a share from 0 to below 1")
    kinds = {f.name: f.type for f in fields(Settings)}
    return Job(prefix, settings_of(prefix / "input/data/model", {k: parse(kinds[k], v) for k, v in texts.items()}), freeze, keep)


def settings_of(start: Path, changed: dict) -> Settings:
    """Those that the model was trained with, but for what `changed` says; a batch of 0 is the model's own."""
    past = read_metadata(start)["neurotile"].get("provenance", {}).get("settings")
    if not past or "channels" not in past:
        raise ValueError("the model to start from was not trained by this program: its network is not known here")
    known = {f.name for f in fields(Settings)}
    kept = {k: tuple(v) if isinstance(v, list) else v for k, v in past.items() if k in known}
    settings = replace(Settings(**kept), **{k: v for k, v in changed.items() if k != "batch" or v})
    # Heads of deep supervision are not exported: new ones would pull at good weights with random gradients.
    return replace(settings, techniques=tuple(t for t in settings.techniques if t != "deep"))


def seen_by(start: Path) -> list[str]:
    """Names of all studies that the model, or what it grew from, was trained on."""
    past = read_metadata(start)["neurotile"]["provenance"]
    return sorted({*past["trainedOn"], *((past.get("warmStart") or {}).get("trainedOn", [])), *past.get("fineTuning", {}).get("seen", [])})


def recipe_of(job: Job, studies: int) -> dict:
    few = "fixed recipe, nothing selected: one or two studies cannot tell what is better"
    many = "fixed recipe, judged by leaving each study out once"
    return {"selection": few if studies < LEAST_LEFT_OUT else many, "steps": job.settings.steps,
            "learningRate": job.settings.learning_rate, "frozen": job.freeze, "kept": job.keep, "seed": job.settings.seed}
