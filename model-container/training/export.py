"""Weights -> ONNX, at half the size, checked against PyTorch. An exported file holds all that a warm start needs."""

import io
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

OPSET = 17
HALF = ".half"
LEAST_HALVED = 1024  # biases and slopes are too few to be worth a rounding


class ParityError(RuntimeError):
    """ONNX Runtime does not give what PyTorch gives."""


def to_onnx(network: nn.Module, patch: tuple[int, ...]) -> onnx.ModelProto:
    """`image` float32 N x 4 x [D x] H x W -> `logits` N x 3 x the same; N and the sides are free."""
    sides = dict(zip(range(2, 2 + len(patch)), "DHW"[-len(patch) :]))
    free = {0: "N", **sides}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The older exporter keeps the parameters' names, which is what lets `weights_of` read them back.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.cpu().eval(), (torch.zeros(1, 4, *patch),), buffer, dynamo=False, opset_version=OPSET,
            do_constant_folding=False, input_names=["image"], output_names=["logits"],
            dynamic_axes={"image": free, "logits": free},
        )
    return onnx.load_from_string(buffer.getvalue())


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Stores large weights as float16 with a Cast behind each: arithmetic stays float32, and runtimes fold the Cast on loading."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    casts = []
    for weights in small.graph.initializer:
        if weights.data_type == TensorProto.FLOAT and np.prod(weights.dims) >= LEAST_HALVED:
            name = weights.name
            weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights).astype(np.float16), name + HALF))
            casts.append(helper.make_node("Cast", [name + HALF], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *small.graph.node]
    del small.graph.node[:]
    small.graph.node.extend(nodes)
    onnx.checker.check_model(small)
    return small


def weights_of(file: Path) -> dict[str, Tensor]:
    """The state dict that `to_onnx` and `halve` wrote."""
    arrays = {w.name.removesuffix(HALF): numpy_helper.to_array(w) for w in onnx.load(file).graph.initializer}
    return {name: torch.from_numpy(a.astype(np.float32)) for name, a in arrays.items()}


def probabilities(model: onnx.ModelProto, image: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return 1 / (1 + np.exp(-session.run(["logits"], {"image": image})[0]))


def check_parity(network: nn.Module, full: onnx.ModelProto, half: onnx.ModelProto, image: np.ndarray) -> tuple[float, float]:
    """Largest difference in probability from PyTorch: (float32 weights, half-size weights). Throws beyond 1e-4 and 2e-2."""
    with torch.no_grad():
        expected = torch.sigmoid(network(torch.from_numpy(image))).numpy()
    differences = tuple(float(np.abs(probabilities(m, image) - expected).max()) for m in (full, half))
    for difference, most, which in zip(differences, (1e-4, 2e-2), ("float32", "half-size")):
        if not difference <= most:
            raise ParityError(f"{which} weights: ONNX Runtime is {difference:.2e} from PyTorch in probability; at most {most:.0e}")
    return differences
