"""configs/metadata.json: what a MONAI bundle tells, and the `neurotile` block that running the model needs."""

import platform
from dataclasses import asdict
from pathlib import Path

import monai
import numpy
import onnxruntime
import torch

from checkpoint import Progress
from data import REGIONS, SEQUENCES
from validate import OVERLAP

FORMAT_VERSION = 1
SLAB = 16  # slices that one request to a 2D model carries
# A model is called experimental unless its whole-tumour Dice reaches this on this many studies that it did not see.
TRUSTED_DICE, TRUSTED_STUDIES = 0.80, 10
COMMANDS = [
    "model-container/training/train --prefix PREFIX",
    "model-container/training/reproduce.sh WORK_FOLDER STUDIES_FOLDER  (the shipped models)",
]
NAMES = {"TC": "tumour core", "WT": "whole tumour", "ET": "enhancing tumour"}


def make_metadata(progress: Progress, trained_on: list[str], held_back: list[str], scores: dict, about: dict,
                  digest: str, start: dict | None) -> dict:
    """`scores` is {study: {region: Dice or None}} of these very weights; `about` is dataset.json; `start` the warm start's metadata."""
    settings = progress.settings
    # A model trained on every study has no figures of its own: it quotes those of the fold model that it grew from.
    quoted = scores or (start or {}).get("neurotile", {}).get("provenance", {}).get("scores", {}).get("studies", {})
    means = mean_scores(quoted)
    return {
        "version": "0.1.0",
        "changelog": {"0.1.0": "first model"},
        "monai_version": monai.__version__,
        "pytorch_version": torch.__version__.split("+")[0],
        "numpy_version": numpy.__version__,
        "required_packages_version": {"onnxruntime": onnxruntime.__version__},
        "task": "Segmentation of glioma in multi-sequence brain MRI",
        "description": f"Residual U-Net in {settings.rank}D over T1, contrast-enhanced T1, T2 and FLAIR at 1 mm; one logit a region.",
        "authors": "Neurotile",
        "copyright": "Copyright Neurotile authors. Apache-2.0.",
        "intended_use": "research use only, not a medical device",
        "data_source": "; ".join(str(about[k]) for k in ("source", "description", "licence") if k in about) or about.get("name", "not told"),
        "data_type": "nifti",
        "image_classes": "four co-registered, skull-stripped MRI sequences, z-scored within the brain",
        "label_classes": f"label table {about.get('labelTable', 'brats for four files, msd for one')}; BraTS: 1 necrotic core, 2 oedema, 3 or 4 enhancing",
        "pred_classes": "three overlapping regions: " + ", ".join(f"{r} {NAMES[r]}" for r in REGIONS),
        "eval_metrics": {f"mean_dice_{r}": m["dice"] for r, m in means.items()},
        "references": about.get("references", []),
        "network_data_format": data_format(settings.rank, settings.channels),
        "neurotile": {
            "formatVersion": FORMAT_VERSION,
            "name": f"unet{settings.rank}d",
            "dims": settings.rank,
            "sequences": list(SEQUENCES),
            "axes": "SPL",
            "spacingMm": [1, 1, 1],
            "tile": list(settings.patch) if settings.rank == 3 else [SLAB, *settings.patch],
            "overlap": list(OVERLAP[settings.rank]),
            "regions": list(REGIONS),
            "labelTable": "brats",
            "normalisation": {"kind": "z-score", "mask": "nonzero"},
            "temperature": [1, 1, 1],
            "digest": digest,
            "experimental": is_experimental(means),
            "provenance": {
                "trainedOn": trained_on,
                "heldBack": held_back,
                "steps": progress.step,
                "minutes": round(progress.minutes, 1),
                "seed": settings.seed,
                "settings": asdict(settings),
                "hardware": f"{processor()}, {torch.get_num_threads()} threads",
                "commands": COMMANDS,
                "warmStart": warm_start(start),
                "scores": {"of": "this model" if scores else "the model of the warm start", "studies": quoted, "mean": means},
            },
        },
    }


def data_format(rank: int, channels: tuple[int, ...]) -> dict:
    multiple = 2 ** (len(channels) - 1)
    shape = [f"{multiple}*n"] * rank
    image = {"type": "image", "modality": "MR", "spatial_shape": shape, "dtype": "float32", "is_patch_data": True}
    return {
        "inputs": {"image": {
            **image, "format": "magnitude", "num_channels": len(SEQUENCES), "value_range": [],
            "channel_def": {str(n): s for n, s in enumerate(SEQUENCES)},
        }},
        # Logits: the sigmoid, after the temperature, is the caller's.
        "outputs": {"pred": {
            **image, "format": "logits", "num_channels": len(REGIONS), "value_range": [],
            "channel_def": {str(n): NAMES[r] for n, r in enumerate(REGIONS)},
        }},
    }


def mean_scores(studies: dict[str, dict[str, float | None]]) -> dict[str, dict[str, float]]:
    """{region: {"dice": mean, "n": how many references were large enough}}."""
    values = {r: [s[r] for s in studies.values() if s.get(r) is not None] for r in REGIONS}
    return {r: {"dice": round(sum(v) / len(v), 4), "n": len(v)} for r, v in values.items() if v}


def is_experimental(means: dict[str, dict[str, float]]) -> bool:
    whole = means.get("WT", {"dice": 0.0, "n": 0})
    return whole["dice"] < TRUSTED_DICE or whole["n"] < TRUSTED_STUDIES


def warm_start(start: dict | None) -> dict | None:
    if not start:
        return None
    block = start["neurotile"]
    kept = ("trainedOn", "heldBack", "steps", "minutes", "seed")
    return {"digest": block["digest"], **{k: block["provenance"][k] for k in kept}}


def processor() -> str:
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    info = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0] if names else platform.machine()
