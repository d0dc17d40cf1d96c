import hashlib

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from conftest import tell

import train
from artefact import read_metadata
from export import ParityError, check_parity, halve, to_onnx, weights_of
from metadata import is_experimental
from unet import UNet


@pytest.mark.parametrize("rank,channels", [(2, (8, 16, 24, 32)), (3, (8, 16, 24))])
def test_onnx_runtime_gives_what_pytorch_gives_at_any_size_and_batch(rank, channels):
    torch.manual_seed(0)
    network = UNet(rank, channels).eval()
    full = to_onnx(network, (32,) * rank)
    assert full.opset_import[0].version == 17
    image = np.random.default_rng(0).standard_normal((3, 4, *(16, 24, 32)[:rank])).astype(np.float32)
    exact, rounded = check_parity(network, full, halve(full), image)
    assert exact <= 1e-4 and rounded <= 1e-2


def test_weights_that_differ_are_noticed():
    torch.manual_seed(0)
    network, other = UNet(2, (8, 8, 8)).eval(), UNet(2, (8, 8, 8)).eval()
    model = to_onnx(network, (8, 8))
    with pytest.raises(ParityError, match="float32 weights"):
        check_parity(other, model, model, np.ones((1, 4, 8, 8), np.float32))


def test_an_exported_network_has_no_heads_of_deep_supervision_and_loads_back_without_them(tmp_path):
    torch.manual_seed(0)
    network, other = UNet(2, (8, 16, 24, 32)), UNet(2, (8, 16, 24, 32))
    for weights in network.parameters():
        torch.nn.init.normal_(weights, 0, 0.1)  # equal ones, as norms have at first, would share a name
    onnx.save(to_onnx(network, (32, 32)), tmp_path / "model.onnx")
    weights = weights_of(tmp_path / "model.onnx")
    assert set(weights) == {k for k in network.state_dict() if not k.startswith("deep.")}
    other.load(weights)
    image = torch.randn(1, 4, 32, 32)
    assert torch.equal(other.eval()(image), network.eval()(image))


def test_half_size_weights_halve_the_file():
    full = to_onnx(UNet(3, (16, 32, 64)), (16, 16, 16))
    half = halve(full)
    assert half.ByteSize() < 0.55 * full.ByteSize()
    kinds = {w.data_type for w in half.graph.initializer if np.prod(w.dims) >= 1024}
    assert kinds == {onnx.TensorProto.FLOAT16}


@pytest.mark.parametrize("rank", [2, 3])
def test_the_metadata_say_what_running_the_model_needs(prefix, rank):
    tell(prefix, rank=rank)
    train.run(prefix)
    metadata = read_metadata(prefix / "model")
    for key in ("version", "monai_version", "pytorch_version", "numpy_version", "task", "description", "authors", "copyright",
                "intended_use", "data_source", "data_type", "image_classes", "label_classes", "pred_classes", "eval_metrics", "references"):
        assert key in metadata, key
    assert "not a medical device" in metadata["intended_use"]
    told = metadata["neurotile"]
    content = (prefix / "model/models/model.onnx").read_bytes()
    assert told["digest"] == hashlib.sha256(content).hexdigest()
    assert told["tile"] == ([32, 32, 32] if rank == 3 else [16, 32, 32])
    assert told["sequences"] == ["T1", "T1ce", "T2", "FLAIR"] and told["regions"] == ["TC", "WT", "ET"]
    assert (told["axes"], told["spacingMm"], told["labelTable"]) == ("SPL", [1, 1, 1], "brats")
    assert told["provenance"]["trainedOn"] == ["Study_0", "Study_2"] and told["provenance"]["heldBack"] == ["Study_1"]
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    image = metadata["network_data_format"]["inputs"]["image"]
    assert session.get_inputs()[0].name == "image" and session.get_outputs()[0].name == "logits"
    assert image["num_channels"] == session.get_inputs()[0].shape[1] == 4
    card = (prefix / "model/README.md").read_text()
    assert "Not a medical device" in card and "Study_1" in card and "Experimental:" in card


def test_a_model_is_experimental_until_ten_unseen_studies_reach_0_8():
    assert is_experimental({})
    assert is_experimental({"WT": {"dice": 0.9, "n": 4}})
    assert is_experimental({"WT": {"dice": 0.79, "n": 20}})
    assert not is_experimental({"WT": {"dice": 0.8, "n": 10}})
