"""Metadata and card of an imported model. What its makers say is passed on as theirs; no figure of ours is claimed."""

import numpy
import onnxruntime
import torch
from importlib.metadata import version

from importing.names import OUTPUT_LABELS
from importing.taken import Taken
from metadata import FORMAT_VERSION, NAMES


def make_metadata(taken: Taken) -> dict:
    """Without the digest, which is not known before the network's file is."""
    about = taken.about
    return {
        "version": "0.1.0",
        "changelog": {"0.1.0": "imported"},
        "monai_version": version("monai"),
        "pytorch_version": torch.__version__.split("+")[0],
        "numpy_version": numpy.__version__,
        "required_packages_version": {"onnxruntime": onnxruntime.__version__},
        "task": "Segmentation of glioma in multi-sequence brain MRI",
        "description": about.get("description") or f"A network trained with {taken.source['framework']}.",
        "authors": about.get("authors") or "not told",
        "copyright": about.get("copyright") or "not told: ask whoever made the model what it may be used for",
        "intended_use": "research use only, not a medical device",
        "data_source": about.get("data_source") or "not told",
        "data_type": "nifti",
        "image_classes": "co-registered MRI sequences",
        "label_classes": "BraTS: 1 necrotic core, 2 oedema, 4 enhancing",
        "pred_classes": "overlapping regions: " + ", ".join(f"{r} {NAMES[r]}" for r in taken.regions),
        "eval_metrics": about.get("eval_metrics") or {},
        "references": about.get("references") or [],
        "network_data_format": data_format(taken),
        "neurotile": {
            "formatVersion": FORMAT_VERSION,
            "name": taken.name,
            "dims": 3,
            "sequences": list(taken.sequences),
            "axes": taken.axes,
            "spacingMm": list(taken.spacing),
            "tile": list(taken.tile),
            "overlap": list(taken.overlap),
            "regions": list(taken.regions),
            "outputs": "regions" if taken.groups is None else "labels",
            "labelTable": "brats",
            "normalisation": {"kind": "z-score", "mask": taken.mask},
            "postprocessing": "none",
            "window": {**taken.window, "mean": "log-odds" if taken.groups is None else "log"},
            "temperature": [1] * len(taken.regions if taken.groups is None else OUTPUT_LABELS),
            "experimental": True,
            "provenance": {"imported": taken.source, "notes": taken.notes},
        },
    }


def data_format(taken: Taken) -> dict:
    image = {"type": "image", "modality": "MR", "spatial_shape": list(taken.tile), "dtype": "float32", "is_patch_data": True, "value_range": []}
    outputs = [NAMES[r] for r in taken.regions] if taken.groups is None else [f"BraTS label {label}" for label in OUTPUT_LABELS]
    named = lambda names: {str(n): name for n, name in enumerate(names)}  # noqa: E731
    return {
        "inputs": {"image": {**image, "format": "magnitude", "num_channels": len(taken.sequences), "channel_def": named(taken.sequences)}},
        "outputs": {"pred": {**image, "format": "logits", "num_channels": len(outputs), "channel_def": named(outputs)}},
    }


def write_card(metadata: dict) -> str:
    told = metadata["neurotile"]
    past = told["provenance"]
    source = past["imported"]
    rows = [f"- {k}: {v}" for k, v in source.items() if k != "weights"] + [f"- {f}: sha256 {s}" for f, s in source["weights"].items()]
    use = "**Research use only. Not a medical device.** Experimental: nothing is known here of how it does on studies that it did not see."
    how = (f"Input: {', '.join(told['sequences'])}; axes {told['axes']}, {told['spacingMm']} mm; z-score by `{told['normalisation']['mask']}` voxels. "
           f"Tiles of {told['tile']}, overlap {told['overlap']}, {told['window']}. Outputs: {told['outputs']}.")
    parts = [f"# {told['name']}: {metadata['task'].lower()}", use, str(metadata["description"]), "## Imported from", "\n".join(rows),
             "## How it is run", how, "## What is done otherwise here", "\n".join(f"- {n}" for n in past["notes"]) or "Nothing that is known.", "## Scored on",
             f"What its makers say: {metadata['eval_metrics'] or 'nothing'}. Score it on studies of yours: `neurotile evaluate`.", "## Attribution",
             f"Authors: {metadata['authors']}. Data: {metadata['data_source']}. Licence: {metadata['copyright']}."]
    return "\n\n".join(parts) + "\n"
