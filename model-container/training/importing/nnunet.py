"""An nnU-Net v2 result folder (plans.json, dataset.json, fold_*/checkpoint_*.pth) -> what the pipeline needs to run it.

Checkpoints are read without running anything that they hold, and networks are built from plans.json alone, of the
architectures that nnU-Net brings along.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import nn

from importing.names import label_groups, label_table, regions_of, sequences_of
from importing.networks import Mean
from importing.refusal import Refusal
from importing.taken import Taken, Told

CHECKPOINTS = ("checkpoint_final.pth", "checkpoint_best.pth")
ARCHITECTURES = "dynamic_network_architectures."
# nnU-Net reads files by these without turning them, so its arrays lie as the files do: indices k, j, i.
READERS = ("SimpleITKIO", "SimpleITKIOWithReorient", "NibabelIO", "NibabelIOWithReorient")
LARGEST_PARAMETERS = 450e6  # an ONNX file is at most 2 GB while its weights are float32
HARMLESS = [np._core.multiarray.scalar, np.dtype, np.dtypes.Float64DType, np.dtypes.Float32DType, np.dtypes.Int64DType]


def is_nnunet(folder: Path) -> bool:
    return (folder / "plans.json").exists() and (folder / "dataset.json").exists() and any(folder.glob("fold_*"))


def read_nnunet(folder: Path, told: Told) -> Taken:
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    plans = PlansManager(read_json(folder / "plans.json"))
    dataset = read_json(folder / "dataset.json")
    files = checkpoint_files(folder, told.fold)
    checkpoints = [read_checkpoint(f) for f in files]
    configuration_name = str(checkpoints[0]["init_args"]["configuration"])
    configuration = plans.get_configuration(configuration_name)
    check_configuration(configuration, configuration_name, plans)
    channels = dataset.get("channel_names") or dataset.get("modality") or {}
    sequences = sequences_of([channels[k] for k in sorted(channels, key=int)], told.sequences)
    labels = plans.get_label_manager(dataset)
    network = build(configuration, len(sequences), labels.num_segmentation_heads, [c["network_weights"] for c in checkpoints])
    groups, regions, painted = outputs_of(labels, dataset, told)
    turned = file_axes(plans.plans["image_reader_writer"], told.axes)
    return Taken(
        network=network, groups=groups, regions=regions, painted=painted, sequences=sequences,
        axes="".join(turned[n] for n in plans.transpose_forward),
        spacing=tuple(float(s) for s in configuration.spacing), tile=tuple(int(n) for n in configuration.patch_size), overlap=(0.5, 0.5, 0.5),
        mask="brain" if all(configuration.use_mask_for_norm) else "all", window={"field": "tight", "steps": "even", "weights": "nnunet"},
        name=f"nnunet-{configuration_name}", about=about(dataset),
        source={"framework": "nnU-Net", "version": version("nnunetv2"), "trainer": str(checkpoints[0]["trainer_name"]), "plans": str(plans.plans_name),
                "configuration": configuration_name, "weights": {f"{f.parent.name}/{f.name}": sha256(f) for f in files}},
        notes=notes_of(configuration, checkpoints, files, told),
    )


def read_json(file: Path) -> dict:
    return json.loads(file.read_text())


def checkpoint_files(folder: Path, fold: str | None) -> list[Path]:
    there = {f.name.removeprefix("fold_"): f for f in sorted(folder.glob("fold_*"))}
    wanted = [n for n in there if n.isdigit()] or list(there) if fold == "all" else [fold if fold is not None else next(iter(there))]
    files = [next((there[n] / c for c in CHECKPOINTS if (there[n] / c).exists()), None) if n in there else None for n in wanted]
    if not files or None in files:
        raise Refusal(f"folds {', '.join(there)}, asked for {', '.join(wanted)}", f"in each fold_* that is asked for a {' or '.join(CHECKPOINTS)}")
    return [f for f in files if f]


def read_checkpoint(file: Path) -> dict:
    try:
        with torch.serialization.safe_globals(HARMLESS):
            return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as cause:
        raise Refusal(f"{file.parent.name}/{file.name}: {str(cause).splitlines()[0]}", "a checkpoint that holds weights and plain values") from cause


def check_configuration(configuration, name: str, plans) -> None:
    if configuration.previous_stage_name is not None:
        raise Refusal(f"{name}, which needs the mask of {configuration.previous_stage_name}", "a configuration that needs none, such as 3d_fullres")
    if len(configuration.patch_size) != 3:
        raise Refusal(f"the 2D configuration {name}", "a 3D one, such as 3d_fullres")
    if configuration.preprocessor_name != "DefaultPreprocessor":
        raise Refusal(configuration.preprocessor_name, "DefaultPreprocessor")
    if set(configuration.normalization_schemes) != {"ZScoreNormalization"}:
        raise Refusal(f"normalisation {configuration.normalization_schemes}", "ZScoreNormalization of every channel: MRI, not CT")
    if len(set(configuration.use_mask_for_norm)) != 1:
        raise Refusal(f"use_mask_for_norm {configuration.use_mask_for_norm}", "the same for every channel")
    if not configuration.network_arch_class_name.startswith(ARCHITECTURES):
        raise Refusal(f"network {configuration.network_arch_class_name}", f"one of {ARCHITECTURES}architectures")
    if plans.plans["image_reader_writer"] not in READERS:
        raise Refusal(f"reader {plans.plans['image_reader_writer']}", f"one of {', '.join(READERS)}")


def build(configuration, channels: int, heads: int, weights: list[dict]) -> nn.Module:
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

    networks = []
    for state in weights:
        network = get_network_from_plans(
            configuration.network_arch_class_name, configuration.network_arch_init_kwargs, configuration.network_arch_init_kwargs_req_import,
            channels, heads, allow_init=False, deep_supervision=False,
        )
        try:
            network.load_state_dict({k.removeprefix("module.").removeprefix("_orig_mod."): v for k, v in state.items()})
        except RuntimeError as cause:
            raise Refusal("weights of another network than plans.json describes", "those of a trainer that keeps the network of its plans") from cause
        networks.append(network.eval())
    parameters = sum(p.numel() for n in networks for p in n.parameters())
    if parameters > LARGEST_PARAMETERS:
        raise Refusal(f"{len(networks)} networks of {parameters / 1e6:.0f} million weights in all", f"at most {LARGEST_PARAMETERS / 1e6:.0f}: choose one fold")
    return networks[0] if len(networks) == 1 else Mean(networks)


def outputs_of(labels, dataset: dict, told: Told) -> tuple[tuple | None, tuple[str, ...], dict[int, int]]:
    named = {n: v for n, v in dataset["labels"].items() if n not in ("background", "ignore")}
    if not labels.has_regions:
        table = label_table({int(v[0] if isinstance(v, list) else v): n for n, v in named.items()}, told.labels)
        return label_groups([int(n) for n in labels.all_labels], table), ("TC", "WT", "ET"), table
    regions = regions_of(list(named), told.regions)
    # Each region overwrites what was painted before it; the pipeline's order is from the outside in, as nnU-Net's BraTS recipe has it.
    if regions != ("WT", "TC", "ET"):
        raise Refusal(f"regions in the order {', '.join(regions)}", "WT, TC, ET: nnU-Net paints them over each other in that order")
    return None, regions, {int(v): b for v, b in zip(labels.regions_class_order, (2, 1, 4))}


def file_axes(reader: str, axes: str) -> str:
    """Letters of nnU-Net's array axes before its own transposition: indices k, j, i of the file, turned to RAS by readers that reorient."""
    return ("RAS" if reader.endswith("WithReorient") else axes)[::-1]


def notes_of(configuration, checkpoints: list[dict], files: list[Path], told: Told) -> list[str]:
    notes = []
    if checkpoints[0].get("inference_allowed_mirroring_axes"):
        notes.append("nnU-Net averages over mirrored copies unless told otherwise (--disable_tta); here each tile is seen once.")
    if any(abs(s - 1) > 1e-3 for s in configuration.spacing):
        notes.append(f"Studies are resampled to {[round(float(s), 3) for s in configuration.spacing]} mm linearly; nnU-Net does it by splines.")
    if files[0].name != CHECKPOINTS[0]:
        notes.append(f"There is no {CHECKPOINTS[0]}: {files[0].name} was taken.")
    if told.fold is None:
        notes.append(f"One fold of the result was taken: {files[0].parent.name}. --fold all averages them.")
    return [*notes, "nnU-Net's own postprocessing is not applied, and small pieces stay in the mask."]


def about(dataset: dict) -> dict[str, object]:
    kept = {"description": dataset.get("description"), "copyright": dataset.get("licence") or dataset.get("license"),
            "data_source": dataset.get("reference") or dataset.get("name"), "authors": dataset.get("authors")}
    return {k: v for k, v in kept.items() if v}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
