"""Makes a small nnU-Net result folder or MONAI bundle with those packages themselves, for the importer to be tested on.

    python make_foreign_models.py <nnunet|monai> <out> --studies <folder> ... --outputs <labels|regions> --steps 150 [--folds 2]

A study is a folder with four aligned sequences and a mask (BraTS labels) by BraTS's names, all on one grid of equal sides.
0 steps leave the weights random. nnU-Net: its own preprocessor, network, training step and checkpoint; the plans are written
as its planner writes them, but for a network of a few thousand weights. MONAI: its own transforms, network and loss.
"""

import argparse
import json
import os
from pathlib import Path

import nibabel as nib
import numpy as np
import torch

SEQUENCES = ("t1", "t1ce", "t2", "flair")
PATCH = 64
FEATURES = [8, 16, 32]
LABELS = {"background": 0, "edema": 1, "necrotic core": 2, "enhancing tumor": 3}
REGIONS = {"background": 0, "whole tumor": [1, 2, 3], "tumor core": [2, 3], "enhancing tumor": 3}
BRATS_TO_OURS = {1: 2, 2: 1, 4: 3, 3: 3}


def file_of(study: Path, ending: str) -> Path:
    return next(iter(sorted(study.glob(f"*_{ending}.nii.gz"))))


def spacing_of(study: Path) -> list[float]:
    return [float(s) for s in nib.load(file_of(study, "t1")).header.get_zooms()[:3]]


def random_patch(arrays: tuple[np.ndarray, np.ndarray], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """(1 x C x patch, 1 x 1 x patch) around a tumour voxel two times in three; zeros where the study is smaller."""
    image, labels = arrays
    pads = [(0, max(0, PATCH - n)) for n in labels.shape]
    image, labels = np.pad(image, [(0, 0), *pads]), np.pad(labels, pads)
    inside = np.argwhere(labels > 0)
    middle = inside[rng.integers(len(inside))] if rng.random() < 0.67 and len(inside) else rng.integers(0, labels.shape)
    begin = [int(np.clip(m - PATCH // 2, 0, n - PATCH)) for m, n in zip(middle, labels.shape)]
    box = tuple(slice(b, b + PATCH) for b in begin)
    return torch.from_numpy(image[:, *box][None].astype(np.float32)), torch.from_numpy(labels[box][None, None].astype(np.int16))


def nnunet_plans(spacing: list[float], masked: bool) -> dict:
    stages = len(FEATURES)
    return {
        "dataset_name": "Dataset901_Small", "plans_name": "nnUNetPlans", "original_median_spacing_after_transp": spacing,
        "original_median_shape_after_transp": [150, 180, 140], "image_reader_writer": "SimpleITKIO", "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
        "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager", "foreground_intensity_properties_per_channel": {str(n): {} for n in range(4)},
        "configurations": {"3d_fullres": {
            "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2, "patch_size": [PATCH] * 3,
            "median_image_size_in_voxels": [150, 180, 140], "spacing": spacing, "normalization_schemes": ["ZScoreNormalization"] * 4, "use_mask_for_norm": [masked] * 4,
            "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_seg": "resample_data_or_seg_to_shape",
            "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
            "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
            "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
            "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None},
            "architecture": {
                "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
                "arch_kwargs": {
                    "n_stages": stages, "features_per_stage": FEATURES, "conv_op": "torch.nn.modules.conv.Conv3d", "kernel_sizes": [[3, 3, 3]] * stages,
                    "strides": [[1, 1, 1]] + [[2, 2, 2]] * (stages - 1), "n_conv_per_stage": [1] * stages, "n_conv_per_stage_decoder": [1] * (stages - 1),
                    "conv_bias": True, "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": True},
                    "dropout_op": None, "dropout_op_kwargs": None, "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True},
                },
                "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
            },
            "batch_dice": False,
        }},
    }


def make_nnunet(out: Path, studies: list[Path], outputs: str, steps: int, folds: int = 1, masked: bool = True, seed: int = 1) -> None:
    """`out` becomes what nnU-Net calls a trained model's folder."""
    for name in ("raw", "preprocessed", "results"):
        os.environ[f"nnUNet_{name}"] = str(out.parent / f"nnunet-{name}")
    os.environ["nnUNet_compile"] = "f"
    from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO
    from nnunetv2.training.nnUNetTrainer import nnUNetTrainer as module
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    module.infer_dataset_class = lambda folder: None  # there is no dataset on disk: patches come from memory
    spacing = spacing_of(studies[0])[::-1] if studies else [1.0, 1.0, 1.0]
    plans = nnunet_plans(spacing, masked)
    dataset = {"channel_names": {"0": "T1", "1": "T1ce", "2": "T2", "3": "FLAIR"}, "labels": LABELS if outputs == "labels" else REGIONS,
               "numTraining": len(studies), "file_ending": ".nii.gz", "licence": "made for a test", **({"regions_class_order": [1, 2, 3]} if outputs == "regions" else {})}
    out.mkdir(parents=True, exist_ok=True)
    (out / "plans.json").write_text(json.dumps(plans, indent=1))
    (out / "dataset.json").write_text(json.dumps(dataset, indent=1))
    prepared = [prepare_for_nnunet(s, SimpleITKIO(), PlansManager(plans), dataset) for s in studies]
    for fold in range(folds):
        torch.manual_seed(seed + fold)
        trainer = module.nnUNetTrainer({**plans, "continue_training": False}, "3d_fullres", fold, dataset, torch.device("cpu"))
        trainer.initialize()
        trainer.inference_allowed_mirroring_axes = (0, 1, 2)
        trainer.optimizer = torch.optim.Adam(trainer.network.parameters(), 3e-3)
        train_nnunet(trainer, prepared, steps, np.random.default_rng(seed + fold))
        (out / f"fold_{fold}").mkdir(exist_ok=True)
        trainer.save_checkpoint(str(out / f"fold_{fold}" / "checkpoint_final.pth"))


def prepare_for_nnunet(study: Path, reader, plans, dataset: dict) -> tuple[np.ndarray, np.ndarray]:
    configuration = plans.get_configuration("3d_fullres")
    image, properties = reader.read_images([str(file_of(study, s)) for s in SEQUENCES])
    labels = reader.read_seg(str(file_of(study, "seg")))[0][0].astype(np.int16)
    renamed = np.zeros_like(labels)
    for theirs, ours in BRATS_TO_OURS.items():
        renamed[labels == theirs] = ours
    data, seg, _ = configuration.preprocessor_class(verbose=False).run_case_npy(image, renamed[None], properties, plans, configuration, dataset)
    return np.asarray(data), np.clip(np.asarray(seg)[0], 0, None)


def train_nnunet(trainer, prepared: list, steps: int, rng: np.random.Generator) -> None:
    regions = trainer.label_manager.foreground_regions if trainer.label_manager.has_regions else None
    for step in range(steps):
        for group in trainer.optimizer.param_groups:
            group["lr"] = 6e-3 * (1 - step / steps) ** 0.9
        image, labels = random_patch(prepared[rng.integers(len(prepared))], rng)
        target = labels if regions is None else torch.cat([torch.isin(labels, torch.tensor(r)) for r in regions], 1).float()
        scaled = [target[..., :: 2**n, :: 2**n, :: 2**n].float() for n in range(len(FEATURES) - 1)]
        loss = trainer.train_step({"data": image, "target": scaled})["loss"]
        if step % 25 == 24:
            print(f"step {step + 1}, loss {float(loss):.3f}", flush=True)


def make_bundle(out: Path, studies: list[Path], outputs: str, steps: int, seed: int = 1, mode: str = "gaussian", crop: bool = False) -> None:
    from monai.bundle import ConfigParser
    from monai.losses import DiceCELoss, DiceLoss
    from monai.networks.nets import UNet

    given = {"spatial_dims": 3, "in_channels": 4, "out_channels": 3 if outputs == "regions" else 4, "channels": FEATURES, "strides": [2, 2], "num_res_units": 1}
    torch.manual_seed(seed)
    network = UNet(**given)
    config = bundle_config(given, outputs, mode, crop, spacing_of(studies[0]) if studies else [1.0, 1.0, 1.0])
    parser = ConfigParser(config)
    prepare = parser.get_parsed_content("preprocessing")
    prepared = []
    for study in studies:
        data = prepare({"image": [str(file_of(study, s)) for s in SEQUENCES]})
        image = data["image"]
        labels = nib.as_closest_canonical(nib.load(file_of(study, "seg"))).get_fdata().astype(np.int16)
        prepared.append((image.numpy(), labels if not crop else labels[crop_of(study)]))
    dice, labels_loss = DiceLoss(sigmoid=True), DiceCELoss(softmax=True, to_onehot_y=True)
    regions_loss = lambda logits, target: dice(logits, target) + torch.nn.functional.binary_cross_entropy_with_logits(logits, target)  # noqa: E731
    train_bundle(network, prepared, steps, np.random.default_rng(seed), outputs, regions_loss if outputs == "regions" else labels_loss)
    for name in ("configs", "models"):
        (out / name).mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), out / "models/model.pt")
    (out / "configs/inference.json").write_text(json.dumps(config, indent=1))
    (out / "configs/metadata.json").write_text(json.dumps(bundle_metadata(outputs), indent=1))


def crop_of(study: Path) -> tuple[slice, ...]:
    """The box of what is above 0 in any sequence, as CropForegroundd has it."""
    inside = np.any([nib.as_closest_canonical(nib.load(file_of(study, s))).get_fdata() > 0 for s in SEQUENCES], 0)
    spans = [np.flatnonzero(inside.any(tuple(b for b in range(3) if b != a))) for a in range(3)]
    return tuple(slice(int(s[0]), int(s[-1]) + 1) for s in spans)


def train_bundle(network, prepared: list, steps: int, rng: np.random.Generator, outputs: str, loss_of) -> None:
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=max(2, steps))
    for step in range(steps):
        image, labels = random_patch(prepared[rng.integers(len(prepared))], rng)
        region = lambda *values: torch.isin(labels, torch.tensor(values))  # noqa: E731
        # Label outputs: 1 necrotic core, 2 oedema, 3 enhancing.
        target = torch.cat([region(1, 3, 4), region(1, 2, 3, 4), region(3, 4)], 1).float() if outputs == "regions" else torch.where(labels == 4, 3, labels)
        loss = loss_of(network(image), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 25 == 24:
            print(f"step {step + 1}, loss {loss.item():.3f}", flush=True)


def bundle_config(given: dict, outputs: str, mode: str, crop: bool, spacing: list[float]) -> dict:
    activation = {"sigmoid": True} if outputs == "regions" else {"softmax": True}
    discrete = {"threshold": 0.5} if outputs == "regions" else {"argmax": True}
    return {
        "bundle_root": ".",
        "network_def": {"_target_": "UNet", **given},
        "network": "$@network_def.eval()",
        "pixdim": spacing,
        "preprocessing": {"_target_": "Compose", "transforms": [
            {"_target_": "LoadImaged", "keys": "image"},
            {"_target_": "EnsureChannelFirstd", "keys": "image"},
            {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
            {"_target_": "Spacingd", "keys": "image", "pixdim": "@pixdim", "mode": "bilinear"},
            *([{"_target_": "CropForegroundd", "keys": "image", "source_key": "image", "allow_smaller": True}] if crop else []),
            {"_target_": "NormalizeIntensityd", "keys": ["image"], "nonzero": not crop, "channel_wise": True},
        ]},
        "inferer": {"_target_": "SlidingWindowInferer", "roi_size": [PATCH] * 3, "sw_batch_size": 1, "overlap": 0.5, "mode": mode},
        "postprocessing": {"_target_": "Compose", "transforms": [
            {"_target_": "Activationsd", "keys": "pred", **activation},
            {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing", "orig_keys": "image", "nearest_interp": False, "to_tensor": True},
            {"_target_": "AsDiscreted", "keys": "pred", **discrete},
            {"_target_": "SaveImaged", "keys": "pred", "output_dir": "@bundle_root"},
        ]},
    }


def bundle_metadata(outputs: str) -> dict:
    tells = ["Tumor core", "Whole tumor", "Enhancing tumor"] if outputs == "regions" else ["background", "necrotic core", "edema", "enhancing tumor"]
    named = lambda names: {str(n): name for n, name in enumerate(names)}  # noqa: E731
    return {
        "name": "Small brain tumour", "version": "0.0.1", "copyright": "made for a test", "description": "A test subject.", "authors": "nobody",
        "network_data_format": {
            "inputs": {"image": {"num_channels": 4, "channel_def": named(["T1", "T1c", "T2", "FLAIR"])}},
            "outputs": {"pred": {"num_channels": len(tells), "channel_def": named(tells)}},
        },
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("nnunet", "monai"))
    parser.add_argument("out", type=Path)
    parser.add_argument("--studies", type=Path, nargs="*", default=[])
    parser.add_argument("--outputs", choices=("labels", "regions"), default="labels")
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--folds", type=int, default=1)
    parser.add_argument("--patch", type=int, default=PATCH)
    parser.add_argument("--unmasked", action="store_true")
    asked = parser.parse_args()
    PATCH = asked.patch
    torch.set_num_threads(1)  # patches are small: where cores are shared, a second thread only waits
    if asked.kind == "nnunet":
        make_nnunet(asked.out, asked.studies, asked.outputs, asked.steps, asked.folds, not asked.unmasked)
    else:
        make_bundle(asked.out, asked.studies, asked.outputs, asked.steps, mode="constant" if asked.unmasked else "gaussian", crop=asked.unmasked)
