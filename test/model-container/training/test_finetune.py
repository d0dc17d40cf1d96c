"""Fine-tuning as SageMaker calls it, from a tiny model of conftest's studies."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conftest import make_study, tell

import finetune
import stoppable
import train
from artefact import load_weights, read_metadata
from make_dataset import make_dataset

ENTRY = Path(train.__file__).parent / "train"


@pytest.fixture
def job(prefix, tmp_path):
    """A new prefix with `prefix`'s trained model as its start; `job(3, held_back=[0])` lays three new studies in it."""
    tell(prefix, rank=2, steps=2)
    train.run(prefix)

    def lay(studies: int, held_back=(), old=False, **hyperparameters) -> Path:
        made = tmp_path / f"tune-{studies}"
        for n in range(studies):
            make_study(tmp_path / f"new-{studies}", f"New_{n}", seed=50 + n)
        make_dataset(made / "input/data/training", [tmp_path / f"new-{studies}"], list(held_back))
        (made / "input/data/model").symlink_to(prefix / "model")
        if old:
            (made / "input/data/old").symlink_to(prefix / "input/data/training")
        (made / "input/config").mkdir(parents=True)
        told = {"steps": 2, "learning_rate": 1e-3, "precision": "float32", **hyperparameters}
        (made / "input/config/hyperparameters.json").write_text(json.dumps({k: str(v) for k, v in told.items()}))
        return made

    return lay


def tuning(prefix: Path) -> dict:
    return read_metadata(prefix / "model")["neurotile"]["provenance"]["fineTuning"]


def test_two_studies_get_the_fixed_recipe_and_the_card_says_that_nothing_was_selected(job):
    made = job(2)
    finetune.run(made)
    told = tuning(made)
    assert told["table"] == [] and told["studies"] == {}
    card = (made / "model/README.md").read_text()
    assert "nothing selected" in card
    assert "what it gained and what it forgot is not known" in card
    assert not list((made / "checkpoints").glob("without-*"))


def test_three_studies_are_each_left_out_once_and_old_ones_show_what_was_forgotten(job):
    made = job(4, held_back=[3], old=True)
    finetune.run(made)
    told = tuning(made)
    assert {g: list(s) for g, s in told["studies"].items()} == {
        "left out": ["New_0", "New_1", "New_2"], "held back": ["New_3"], "old": ["Study_1"]}
    assert told["seen"] == ["Study_0", "Study_2"]
    by = {(r["population"], r["region"]): r["n"] for r in told["table"]}
    assert by[("left out", "WT")] == 3 and by[("old", "WT")] == 1
    block = read_metadata(made / "model")["neurotile"]
    assert block["name"] == "unet2d-tuned" and block["provenance"]["trainedOn"] == ["New_0", "New_1", "New_2"]
    assert "| old, held back | WT | 1 |" in (made / "model/README.md").read_text()


def test_a_study_that_is_left_out_has_no_part_in_the_model_that_judges_it(job, monkeypatch):
    made, seen = job(3), []
    monkeypatch.setattr(finetune, "train", lambda progress, studies, *rest: seen.append([s.name for s in studies]))
    monkeypatch.setattr(finetune, "score_studies", lambda network, studies, settings: {s.name: {"WT": 0.5} for s in studies})
    monkeypatch.setattr(finetune, "write", lambda *parts: None)
    finetune.run(made)
    assert seen == [["New_1", "New_2"], ["New_0", "New_2"], ["New_0", "New_1"], ["New_0", "New_1", "New_2"]]


@pytest.mark.parametrize("freeze, moves", [("encoder", lambda k: not k.startswith(("down.", "bottom."))), ("nothing", lambda k: True)])
def test_what_is_frozen_stays_and_the_rest_moves(job, freeze, moves):
    made = job(1, freeze=freeze)
    finetune.run(made)
    before, after = load_weights(made / "input/data/model"), load_weights(made / "model")
    moved = {k for k in before if not torch.equal(before[k], after[k])}
    assert moved and all(moves(k) for k in moved)
    assert any(k.startswith("down.") for k in moved) == (freeze == "nothing")


def test_norms_alone_leave_every_convolution_but_the_last(job):
    made = job(1, freeze="convolutions")
    finetune.run(made)
    before, after = load_weights(made / "input/data/model"), load_weights(made / "model")
    moved = {k for k in before if not torch.equal(before[k], after[k])}
    assert moved and all(before[k].ndim == 1 or k.startswith("head.") for k in moved)


def test_what_comes_out_lies_between_the_model_before_and_the_tuned_one(job):
    made = job(1, freeze="nothing", keep=0.25)
    finetune.run(made)
    before, after = load_weights(made / "input/data/model"), load_weights(made / "model")
    tuned = torch.load(made / "checkpoints/final.pt", weights_only=True)["average"]
    # Large weights are stored in half precision: about three digits.
    assert all(torch.allclose(0.25 * before[k] + 0.75 * tuned[k], after[k], rtol=2e-3, atol=1e-4) for k in before)
    assert any(not torch.allclose(tuned[k], after[k], rtol=2e-3, atol=1e-4) for k in before)


def test_a_job_that_is_stopped_leaves_no_model_and_goes_on_to_the_same_weights(job, monkeypatch, capsys):
    made = job(1, steps=4)
    finetune.run(made)
    unbroken = load_weights(made / "model")
    for part in ("model", "checkpoints"):
        os.rename(made / part, made / f"{part}-unbroken")
    stop_at(2, monkeypatch)
    with pytest.raises(stoppable.Stopped, match="step 2"):
        finetune.run(made)
    assert not (made / "model").exists()
    monkeypatch.undo()
    stoppable.Stop.asked = False
    finetune.run(made)
    assert "goes on at step 2" in capsys.readouterr().out
    resumed = load_weights(made / "model")
    assert all(torch.allclose(unbroken[k], resumed[k], atol=1e-5) for k in unbroken)


def stop_at(step, monkeypatch):
    def count(self, *arguments, original=stoppable.Progress.count):
        original(self, *arguments)
        if self.step == step:
            stoppable.ask_to_stop()

    monkeypatch.setattr(stoppable.Progress, "count", count)


def test_the_entry_takes_finetune_and_a_signal_ends_it_with_130_and_no_model(job):
    made = job(1, steps=100_000)
    environment = {**os.environ, "PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen([ENTRY, "finetune", "--prefix", str(made)], env=environment, stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        if line.startswith("step"):
            child.send_signal(signal.SIGTERM)
            break
    assert "the same command goes on" in child.stdout.read()
    assert child.wait() == 130
    assert (made / "checkpoints/final.pt").exists() and not (made / "model").exists()


def test_scores_that_are_kept_are_not_made_again(job, monkeypatch):
    made = job(1, old=True)
    finetune.run(made)
    monkeypatch.setattr(finetune, "score_studies", lambda *parts: pytest.fail("scored again"))
    finetune.run(made)


def test_a_study_drawn_by_two_scanners_under_one_name_is_scored_in_each(job, tmp_path):
    made = job(2, held_back=[1])
    about = json.loads((made / "input/data/training/dataset.json").read_text())
    make_study(tmp_path / "redrawn", "New_1", seed=90)
    make_dataset(made / "input/data/old", [tmp_path / "redrawn"], [0])
    assert about["validation"][0]["name"] == "New_1"
    finetune.run(made)
    told = tuning(made)["studies"]
    assert told["held back"]["New_1"] != told["old"]["New_1"]


def test_an_unknown_hyperparameter_and_a_foreign_network_are_refused(job):
    made = job(1, epochs=3)
    with pytest.raises(ValueError, match=r"unknown hyperparameters \['epochs'\]"):
        finetune.run(made)
    (made / "input/config/hyperparameters.json").unlink()
    (made / "input/data/model").unlink()
    foreign = made / "input/data/model/configs"
    foreign.mkdir(parents=True)
    (foreign / "metadata.json").write_text(json.dumps({"neurotile": {"dims": 3, "provenance": {}}}))
    with pytest.raises(ValueError, match="not trained by this program"):
        finetune.run(made)


def test_a_model_of_another_version_s_network_is_refused_in_words(job, monkeypatch):
    made = job(1)
    weights = load_weights(made / "input/data/model")
    monkeypatch.setattr(finetune, "load_weights", lambda folder: {**weights, "body.slope": torch.zeros(1)})
    with pytest.raises(ValueError, match="another network than this version trains"):
        finetune.run(made)
