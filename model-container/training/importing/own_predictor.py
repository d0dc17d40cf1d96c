"""The mask that a model's own framework makes of a study, in BraTS's labels on the study's own grid: what ours is held against."""

from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from nibabel.orientations import apply_orientation, axcodes2ornt, io_orientation, ornt_transform

from importing.bundle_config import follow, inference_file, read_config, target_name
from importing.monai_bundle import IMAGE, PREDICTION
from importing.nnunet import checkpoint_files, read_checkpoint, read_json
from importing.refusal import Refusal
from importing.taken import Taken, Told

BRATS = {"WT": 2, "TC": 1, "ET": 4}  # painted in this order


def write_own_mask(kind: str, folder: Path, taken: Taken, told: Told, study: Path, reference: Path, mask: Path) -> dict:
    images = [nib.load(study / f"{s}.nii.gz") for s in taken.sequences]
    turned = [turn(i, told.axes) for i in images]
    predict = predict_nnunet if kind == "nnunet" else predict_monai
    found = predict(folder, taken, told, turned)  # BraTS labels, i x j x k as `turned`
    back = turn(nib.Nifti1Image(found, turned[0].affine), "".join(nib.aff2axcodes(nib.load(reference).affine)))
    nib.save(back, mask)
    return {"voxels": {str(v): int((found == v).sum()) for v in (1, 2, 4)}}


def turn(image: nib.Nifti1Image, axes: str) -> nib.Nifti1Image:
    """The same image with its indices increasing towards `axes`; no voxel changes its value."""
    change = ornt_transform(io_orientation(image.affine), axcodes2ornt(axes))
    array = np.asarray(image.dataobj)
    affine = image.affine @ nib.orientations.inv_ornt_aff(change, image.shape)
    return nib.Nifti1Image(np.ascontiguousarray(apply_orientation(array, change)), affine)


def predict_nnunet(folder: Path, taken: Taken, told: Told, images: list[nib.Nifti1Image]) -> np.ndarray:
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    plans = PlansManager(read_json(folder / "plans.json"))
    if plans.plans["image_reader_writer"].endswith("WithReorient"):
        images = [turn(i, "RAS") for i in images]
    files = checkpoint_files(folder, told.fold)
    checkpoints = [read_checkpoint(f) for f in files]
    networks = taken.network.networks if len(files) > 1 else [taken.network]
    predictor = nnUNetPredictor(use_mirroring=False, device=torch.device("cpu"), allow_tqdm=False)
    predictor.manual_initialization(
        networks[0], plans, plans.get_configuration(taken.source["configuration"]), [c["network_weights"] for c in checkpoints],
        read_json(folder / "dataset.json"), taken.source["trainer"], None,
    )
    array = np.stack([np.asarray(i.dataobj, dtype=np.float32).transpose(2, 1, 0) for i in images])
    spacing = [float(s) for s in images[0].header.get_zooms()[::-1]]
    labels = np.asarray(predictor.predict_single_npy_array(array, {"spacing": spacing})).transpose(2, 1, 0)
    painted = np.zeros(labels.shape, np.uint8)
    for value, label in taken.painted.items():
        painted[labels == value] = label
    return np.asarray(turn(nib.Nifti1Image(painted, images[0].affine), told.axes).dataobj)


def predict_monai(folder: Path, taken: Taken, told: Told, images: list[nib.Nifti1Image]) -> np.ndarray:
    """By the bundle's own transforms and inferer, which the bundle's configuration instantiates: this runs its expressions."""
    import tempfile

    from monai.bundle import ConfigParser

    config = read_config(inference_file(folder) or folder)
    config["bundle_root"] = str(folder)
    # Not followed any further: Invertd has to be given the very transforms that ran.
    steps = config["postprocessing"]["transforms"]
    config["postprocessing"]["transforms"] = [s for s in steps if target_name(follow(config, s)) != "SaveImage"]
    parser = ConfigParser(config)
    with tempfile.TemporaryDirectory() as scratch:
        files = [str(Path(scratch) / f"{n}.nii.gz") for n in range(len(images))]
        for image, file in zip(images, files):
            nib.save(image, file)
        # A bundle that loads one 4D file does with a list of 3D ones as well: MONAI stacks them as channels.
        data = parser.get_parsed_content("preprocessing")({IMAGE: files})
        with torch.no_grad():
            found = parser.get_parsed_content("inferer")(data[IMAGE][None], taken.network.eval())
        data = parser.get_parsed_content("postprocessing")({**data, PREDICTION: found[0]})
    return painted_of(data[PREDICTION], taken, images[0])


def painted_of(prediction, taken: Taken, image: nib.Nifti1Image) -> np.ndarray:
    found = np.asarray(prediction)
    labels = np.zeros(found.shape[1:], np.uint8)
    if taken.groups is None:
        for region, label in BRATS.items():
            labels[found[taken.regions.index(region)] > 0.5] = label
    else:
        values = found[0] if len(found) == 1 else found.argmax(0)
        for value, label in taken.painted.items():
            labels[values == value] = label
    turned = np.asarray(turn(nib.Nifti1Image(labels, np.asarray(prediction.affine)), "".join(nib.aff2axcodes(image.affine))).dataobj)
    if turned.shape != image.shape:
        raise Refusal(f"the bundle's own mask of {turned.shape} on a study of {image.shape}", "postprocessing with Invertd, so that the two can be compared")
    return turned
