"""What was taken from a source -> the folder that a model is: models/model.onnx, configs/metadata.json, README.md."""

import hashlib
import io
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch

from data import REGIONS
from export import OPSET, ParityError, check_parity, halve
from importing.import_card import make_metadata, write_card
from importing.names import OUTPUT_LABELS
from importing.networks import LabelLogits
from importing.refusal import Refusal
from importing.taken import Taken

SEED = 1
# Half-size weights move a logit by some thousandths: worth it where a file is large, and only there.
SMALL_BYTES = 25_000_000


def convert(taken: Taken, folder: Path) -> dict:
    """Writes the model; returns how far ONNX Runtime is from PyTorch: largest difference in probability, before and after weights were halved."""
    network = region_network(taken).eval()
    image = np.random.default_rng(SEED).standard_normal((1, len(taken.sequences), *taken.tile)).astype(np.float32)
    check_outputs(network, image, taken)
    full = to_onnx(network, image.shape)
    kept = full if full.ByteSize() <= SMALL_BYTES else halve(full)
    try:
        exact, rounded = check_parity(network, full, kept, image)
    except ParityError as cause:
        raise Refusal(f"a network that comes out differently: {cause}", "ONNX Runtime's answers as PyTorch's") from cause
    metadata = make_metadata(taken)
    # The digest is of this file alone, so the file has to say all that changes what the model answers.
    onnx.helper.set_model_props(kept, {"neurotile": json.dumps(metadata["neurotile"], sort_keys=True)})
    content = kept.SerializeToString()
    metadata["neurotile"]["digest"] = hashlib.sha256(content).hexdigest()
    for name, part in (("models/model.onnx", content), ("configs/metadata.json", (json.dumps(metadata, indent=2) + "\n").encode()),
                       ("README.md", write_card(metadata).encode())):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(part)
    return {"difference": max(exact, rounded), "bytes": len(content)}


def region_network(taken: Taken) -> torch.nn.Module:
    if taken.groups is None:
        return taken.network
    return LabelLogits(taken.network, sum(map(len, taken.groups)), taken.groups)


def check_outputs(network: torch.nn.Module, image: np.ndarray, taken: Taken) -> None:
    try:
        with torch.no_grad():
            found = network(torch.from_numpy(image))
    except Exception as cause:
        raise Refusal(f"a network that does not run on {list(image.shape)}: {str(cause).splitlines()[0]}", "one that does") from cause
    shape = list(getattr(found, "shape", []))
    expected = [1, len(REGIONS if taken.groups is None else OUTPUT_LABELS), *taken.tile]
    if shape != expected:
        raise Refusal(f"outputs {shape or type(found).__name__}", f"{expected}: a channel a region or label, as large as the tile")


def to_onnx(network: torch.nn.Module, shape: tuple[int, ...]) -> onnx.ModelProto:
    """`image` float32 N x C x D x H x W -> `logits` N x 3 or 4 x the same; N is free, the sides are the tile's."""
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(network, (torch.zeros(shape),), buffer, dynamo=False, opset_version=OPSET, input_names=["image"], output_names=["logits"],
                              dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    except Exception as cause:
        raise Refusal(f"a network with something that ONNX has not: {str(cause).splitlines()[0]}", f"operators of ONNX opset {OPSET}") from cause
    return onnx.load_from_string(buffer.getvalue())
