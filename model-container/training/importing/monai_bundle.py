"""A MONAI bundle (configs/metadata.json, configs/inference.json or .yaml, models/model.pt) -> what the pipeline needs to run it.

Nothing that the bundle holds is run: its configuration is read, its weights are loaded as weights, and its network is one of MONAI's.
"""

import json
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn

from data import REGIONS
from importing.bundle_config import follow, inference_file, plain_value, read_config, transforms_in
from importing.monai_transforms import read_after, read_before, read_inferer
from importing.names import label_groups, label_table, regions_of, sequences_of
from importing.nnunet import sha256
from importing.refusal import Refusal
from importing.taken import Taken, Told

WEIGHTS = "models/model.pt"
IMAGE, PREDICTION = "image", "pred"


def is_bundle(folder: Path) -> bool:
    return (folder / "configs/metadata.json").exists() and inference_file(folder) is not None


def read_bundle(folder: Path, told: Told) -> Taken:
    if told.fold is not None:
        raise Refusal("a MONAI bundle and --fold", "--fold with nnU-Net results only")
    metadata = json.loads((folder / "configs/metadata.json").read_text())
    config = read_config(inference_file(folder) or folder)
    before = read_before(transforms_in(config, "preprocessing", IMAGE), told.axes)
    after = read_after(transforms_in(config, "postprocessing", PREDICTION))
    windows = read_inferer(follow(config, config.get("inferer")))
    network = build(folder, config)
    inputs, outputs = channel_names(metadata, "inputs", IMAGE), channel_names(metadata, "outputs", PREDICTION)
    sequences = sequences_of(inputs, told.sequences)
    if after.outputs == "regions":
        regions = regions_of(outputs, told.regions)
        groups, painted = None, {}
    else:
        table = label_table({n: name for n, name in enumerate(outputs) if n > 0}, told.labels)
        groups, regions, painted = label_groups(list(range(len(outputs))), table), REGIONS, table
    notes = after.notes + ([] if before.spacing else ["The bundle does not resample; voxels of 1 mm were taken for granted."])
    return Taken(
        network=network, groups=groups, regions=regions, painted=painted, sequences=sequences, axes=before.axes,
        spacing=before.spacing or (1.0, 1.0, 1.0), tile=windows.tile, overlap=windows.overlap, mask=before.mask or "",
        window={"field": before.field, "steps": "fixed", "weights": windows.weights},
        name="monai-" + "".join(c if c.isalnum() or c in "._-" else "-" for c in str(metadata.get("name", folder.name)).lower())[:50],
        source={"framework": "MONAI", "version": version("monai"), "bundle": str(metadata.get("version", "")), "network": config["network_def"]["_target_"],
                "weights": {WEIGHTS: sha256(folder / WEIGHTS)}},
        about={k: metadata[k] for k in ("description", "copyright", "authors", "data_source", "references", "eval_metrics", "intended_use") if metadata.get(k)},
        notes=notes,
    )


def channel_names(metadata: dict, side: str, name: str) -> list[str]:
    try:
        channels = metadata["network_data_format"][side][name]["channel_def"]
        return [str(channels[k]) for k in sorted(channels, key=int)]
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise Refusal(f"configs/metadata.json without the channels of {name}", f"network_data_format, {side}, {name}, channel_def") from cause


def build(folder: Path, config: dict) -> nn.Module:
    import monai.networks.nets as nets

    given = dict(plain_value(config, config.get("network_def"), "network_def") or {})
    name = str(given.pop("_target_", "nothing"))
    known = getattr(nets, name.removeprefix("monai.networks.nets.").rsplit(".", 1)[-1], None)
    if not (isinstance(known, type) and issubclass(known, nn.Module)) or (name.count(".") and not name.startswith("monai.networks.nets.")):
        raise Refusal(f"network_def of {name}", "one of monai.networks.nets: a bundle's own scripts are not run")
    if not (folder / WEIGHTS).exists():
        raise Refusal(f"no {WEIGHTS}", "the network's weights")
    try:
        network = known(**{k: v for k, v in given.items() if not k.startswith("_")})
        network.load_state_dict(read_weights(folder / WEIGHTS))
    except (RuntimeError, TypeError, ValueError) as cause:
        raise Refusal(f"weights that do not fit {name}: {str(cause).splitlines()[0]}", "those of network_def") from cause
    return network.eval()


def read_weights(file: Path) -> dict:
    try:
        found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as cause:
        raise Refusal(f"{WEIGHTS}: {str(cause).splitlines()[0]}", "a state dict, or one under model, network or state_dict") from cause
    for key in ("model", "network", "state_dict"):
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            return found[key]
    return found
