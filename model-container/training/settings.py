"""Everything a run is told. SageMaker hands hyperparameters over as strings; here they get types, and a typo is refused."""

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    rank: int = 3
    channels: tuple[int, ...] = ()  # empty: the usual ones of this rank
    patch: tuple[int, ...] = ()
    batch: int = 0
    minutes: float = 60.0  # of training steps: the processor's own time, shared by its threads; on a GPU the wall's
    steps: int = 0  # instead of minutes where not 0: the same number of steps on any machine
    seed: int = 1
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    average: float = 0.995  # decay of the running mean of the weights, which is what gets exported
    precision: str = "auto"  # "bfloat16", "float32", or whichever this machine is quick at
    techniques: tuple[str, ...] = ("elastic", "partial", "drop", "transplant")  # of TECHNIQUES
    checkpoint_minutes: float = 3.0
    validate_minutes: float = 10.0


# elastic: bends; partial: studies with a whole-tumour mask alone; drop: sequences left out; transplant: another study's tumour;
# paint: contrasts drawn anew; deep: deep supervision.
TECHNIQUES = ("elastic", "partial", "drop", "transplant", "paint", "deep")
USUAL = {
    2: {"channels": (32, 64, 128, 256, 320), "patch": (192, 160), "batch": 4},
    3: {"channels": (32, 64, 128, 192, 256), "patch": (96, 96, 96), "batch": 1},
}


def read_settings(file: Path) -> Settings:
    """hyperparameters.json -> Settings; an absent file means all defaults."""
    given = json.loads(file.read_text()) if file.exists() else {}
    kinds = {f.name: f.type for f in fields(Settings)}
    # SageMaker adds keys of its own, which start so.
    given = {k: v for k, v in given.items() if not k.startswith("sagemaker_")}
    unknown = sorted(set(given) - set(kinds))
    if unknown:
        raise ValueError(f"unknown hyperparameters {unknown}; known are {sorted(kinds)}")
    return complete(Settings(**{k: parse(kinds[k], str(v)) for k, v in given.items()}))


def parse(kind, text: str):
    if kind in (int, float, str):
        return kind(text)
    item = str if kind == tuple[str, ...] else int
    return tuple(item(part.strip(" '\"")) for part in text.strip("[]() ").split(",") if part.strip())


def complete(settings: Settings) -> Settings:
    unknown = sorted(set(settings.techniques) - set(TECHNIQUES))
    if unknown:
        raise ValueError(f"unknown techniques {unknown}; known are {list(TECHNIQUES)}")
    if settings.rank not in USUAL:
        raise ValueError(f"rank is {settings.rank}; 2 and 3 are known")
    missing = {k: v for k, v in USUAL[settings.rank].items() if not getattr(settings, k)}
    settings = replace(settings, **missing)
    multiple = 2 ** (len(settings.channels) - 1)
    if len(settings.patch) != settings.rank or any(n % multiple for n in settings.patch):
        raise ValueError(f"patch {settings.patch} has to have {settings.rank} sides, each a multiple of {multiple}")
    return settings
