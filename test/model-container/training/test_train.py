"""The `train` entry as SageMaker calls it, on three tiny studies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import tell

import train
from artefact import load_network, load_weights, read_metadata

ENTRY = Path(train.__file__).parent / "train"


def call(prefix, *arguments):
    environment = {**os.environ, "SM_PREFIX": str(prefix), "PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
    return subprocess.run([ENTRY, *arguments], env=environment, capture_output=True, text=True)


def test_the_entry_trains_and_leaves_an_artefact_and_a_checkpoint(prefix):
    tell(prefix, sagemaker_program="ignored")
    done = call(prefix, "train")
    assert done.returncode == 0, done.stderr
    assert "2 studies to train on, 1 held back" in done.stdout
    for file in ("model/models/model.onnx", "model/configs/metadata.json", "model/README.md", "checkpoints/last.pt"):
        assert (prefix / file).exists(), file
    assert not (prefix / "output/failure").exists()


@pytest.mark.parametrize("rank", [2, 3])
def test_a_stopped_job_goes_on_and_ends_where_an_unbroken_one_does(prefix, rank, capsys):
    tell(prefix, rank=rank, steps=4)
    train.run(prefix)
    unbroken = load_weights(prefix / "model")
    (prefix / "checkpoints/last.pt").unlink()
    # The same schedule, stopped after two of its four steps.
    stop_after(2, prefix)
    train.run(prefix)
    assert "goes on at step 2" in capsys.readouterr().out
    resumed = load_weights(prefix / "model")
    assert all(torch.allclose(unbroken[k], resumed[k], atol=1e-5) for k in unbroken)


def stop_after(steps, prefix):
    class Stop(Exception):
        pass

    def count(self, *arguments, original=train.Progress.count):
        original(self, *arguments)
        if self.step == steps:
            train.save(prefix / "checkpoints/last.pt", self)
            raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train.Progress, "count", count)
        with pytest.raises(Stop):
            train.run(prefix)


def test_a_checkpoint_of_another_network_is_refused(prefix):
    tell(prefix)
    train.run(prefix)
    tell(prefix, channels="8,8,8")
    with pytest.raises(ValueError, match=r"channels \(8, 8, 16\), this run asks for \(8, 8, 8\)"):
        train.run(prefix)


def test_a_warm_start_begins_with_the_weights_of_the_model_channel_and_says_so(prefix):
    tell(prefix)
    train.run(prefix)
    (prefix / "checkpoints/last.pt").unlink()
    os.rename(prefix / "model", prefix / "input/data/model")
    tell(prefix, steps=1, learning_rate=1e-9, seed=2)
    train.run(prefix)
    first, second = load_weights(prefix / "input/data/model"), load_weights(prefix / "model")
    assert all(torch.allclose(first[k], second[k], atol=1e-6) for k in first)
    told = read_metadata(prefix / "model")["neurotile"]["provenance"]["warmStart"]
    assert told["digest"] == read_metadata(prefix / "input/data/model")["neurotile"]["digest"]
    assert "warm start" in (prefix / "model/README.md").read_text()


def test_a_failure_is_written_down_and_the_exit_is_not_zero(prefix):
    tell(prefix, epochs=3)
    failed = call(prefix)
    assert failed.returncode == 1
    assert "unknown hyperparameters ['epochs']" in (prefix / "output/failure").read_text()


def test_a_dataset_that_is_not_there_is_a_failure_too(tmp_path, capsys):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["train", "--prefix", str(tmp_path)])
        assert train.main() == 1
    assert "dataset.json" in (tmp_path / "output/failure").read_text()


def test_half_precision_trains_too(prefix):
    tell(prefix, precision="bfloat16", steps=2)
    train.run(prefix)
    assert all(torch.isfinite(w).all() for w in load_weights(prefix / "model").values())


def test_an_exported_model_loads_back_as_the_network_it_was(prefix):
    tell(prefix, rank=2)
    train.run(prefix)
    network = load_network(prefix / "model")
    assert network(torch.zeros(1, 4, 16, 24)).shape == (1, 3, 16, 24)
    assert json.loads((prefix / "model/configs/metadata.json").read_text())["neurotile"]["dims"] == 2


def test_the_last_checkpoint_of_a_stopped_job_can_be_exported_as_it_is(prefix):
    tell(prefix, steps=4)
    stop_after(2, prefix)
    train.run(prefix, "export")
    assert read_metadata(prefix / "model")["neurotile"]["provenance"]["steps"] == 2
