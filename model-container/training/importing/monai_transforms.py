"""MONAI's transforms before and after a network -> how the pipeline does the same. What it cannot do is refused by name."""

from dataclasses import dataclass
from typing import Any

from importing.bundle_config import expression_in
from importing.refusal import Refusal

# These change neither a value nor where it lies.
NOTHING = {"LoadImage", "EnsureChannelFirst", "AddChannel", "AsChannelFirst", "EnsureType", "ToTensor", "ToDevice", "CastToType", "Identity", "CopyItems"}
TAKEN = "LoadImage, EnsureChannelFirst, Orientation, Spacing, CropForeground, NormalizeIntensity and what changes no value"


@dataclass
class Before:
    axes: str  # towards where the tensor's axes increase
    spacing: tuple[float, ...] | None = None
    field: str = "whole"
    mask: str | None = None


def read_before(steps: list[tuple[str, dict]], file_axes: str) -> Before:
    found = Before(axes=file_axes)
    for name, given in steps:
        if name == "Orientation":
            found.axes = str(wanted(given, "axcodes", lambda v: isinstance(v, str) and len(v) == 3, "three letters"))
        elif name == "Spacing":
            found.spacing = tuple(float(s) for s in wanted(given, "pixdim", lambda v: isinstance(v, list) and len(v) == 3 and min(v) > 0, "three sizes above 0"))
        elif name == "CropForeground":
            found.field = crop(given, found)
        elif name == "NormalizeIntensity":
            found.mask = normalise(given, found)
        elif name not in NOTHING:
            raise Refusal(f"preprocessing by {name}", TAKEN)
    if found.mask is None:
        raise Refusal("preprocessing without NormalizeIntensity", "z-scores of each channel")
    return found


def crop(given: dict, before: Before) -> str:
    if before.mask:
        raise Refusal("CropForeground after NormalizeIntensity", "cropping first")
    if given.get("select_fn") or given.get("margin", 0) not in (0, [0, 0, 0]) or given.get("k_divisible", 1) != 1 or given.get("channel_indices"):
        raise Refusal("CropForeground with select_fn, margin, k_divisible or channel_indices", "a crop to the voxels above 0")
    return "tight"


def normalise(given: dict, before: Before) -> str:
    if before.mask:
        raise Refusal("two NormalizeIntensity", "one")
    if given.get("channel_wise") is not True or given.get("subtrahend") is not None or given.get("divisor") is not None:
        raise Refusal("NormalizeIntensity over all channels or by fixed numbers", "channel_wise true, by each channel's own mean and deviation")
    return "own" if given.get("nonzero") is True else "all"


@dataclass
class After:
    outputs: str  # "regions" or "labels"
    notes: list[str]


def read_after(steps: list[tuple[str, dict]]) -> After:
    sigmoid, softmax, argmax, notes = False, False, False, []
    for name, given in steps:
        if name == "Activations":
            sigmoid, softmax = sigmoid or given.get("sigmoid") is True, softmax or given.get("softmax") is True
        elif name == "AsDiscrete":
            argmax = argmax or given.get("argmax") is True
            if given.get("threshold") not in (None, 0.5):
                raise Refusal(f"a threshold of {given['threshold']}", "0.5")
        elif name not in NOTHING | {"Invert", "SaveImage"}:
            notes.append(f"The bundle's postprocessing by {name} is not applied.")
    if sigmoid == (softmax or argmax):
        raise Refusal("postprocessing that does not tell what the outputs are", "Activations with sigmoid (regions), or softmax or argmax (labels)")
    return After("regions" if sigmoid else "labels", notes)


@dataclass
class Windows:
    tile: tuple[int, ...]
    overlap: tuple[float, ...]
    weights: str


def read_inferer(given: Any) -> Windows:
    name = str(given.get("_target_", "")).rsplit(".", 1)[-1] if isinstance(given, dict) else str(given)[:60]
    if name != "SlidingWindowInferer":
        raise Refusal(f"inference by {name}", "SlidingWindowInferer")
    tile = wanted(given, "roi_size", lambda v: isinstance(v, list) and len(v) == 3 and all(isinstance(n, int) and n > 0 for n in v), "three sizes in voxels: a 3D network")
    overlap = given.get("overlap", 0.25)
    overlaps = overlap if isinstance(overlap, list) else [overlap] * 3
    if not all(isinstance(o, (int, float)) and 0 <= o < 1 for o in overlaps):
        raise Refusal(f"overlap {overlap}", "fractions from 0 to below 1")
    if given.get("padding_mode", "constant") != "constant" or given.get("cval", 0) != 0 or given.get("sigma_scale", 0.125) != 0.125:
        raise Refusal("SlidingWindowInferer with another padding or sigma_scale", "zeros and 0.125")
    mode = wanted(given, "mode", lambda v: v in (None, "constant", "gaussian"), '"constant" or "gaussian"')
    return Windows(tuple(tile), tuple(float(o) for o in overlaps), "monai" if mode == "gaussian" else "constant")


def wanted(given: dict, name: str, holds: Any, expected: str) -> Any:
    value = given.get(name)
    if expression_in(value) or not holds(value):
        raise Refusal(f"{str(given.get('_target_')).rsplit('.', 1)[-1]}: {name} {value}", expected)
    return value
