"""The frame around the trainings: which study is held back when, what is run, and what becomes of the figures."""

import json
from pathlib import Path

import numpy as np
from conftest import make_study, tell

import cross_validate
import peer
import train
from make_dataset import make_dataset
from publish import publish


def test_every_labelled_study_is_held_back_exactly_once_and_whole_tumour_ones_never(tmp_path):
    for n in range(6):
        make_study(tmp_path / "data/some", f"Study_{n}", n)
    make_study(tmp_path / "data/more", "Whole", 9)
    for file in (tmp_path / "data/more/Whole").iterdir():
        ending = file.name.split("_")[-1]
        if ending in ("t1ce.nii.gz", "t2.nii.gz"):
            file.unlink()
        else:
            file.rename(file.parent / {"seg.nii.gz": "GT_W.nii.gz"}.get(ending, ending))
    sources = [tmp_path / "data/more", tmp_path / "data/some"]
    folds = [make_dataset(tmp_path / f"work/data/fold{f}", sources, list(range(f, 6, 4))) for f in range(4)]
    held = [[i["name"] for i in f["validation"]] for f in folds]
    assert held == [["Study_0", "Study_4"], ["Study_1", "Study_5"], ["Study_2"], ["Study_3"]]
    assert all([i["name"] for i in f["training"]][-1] == "Whole" for f in folds)
    found = cross_validate.jobs(tmp_path / "work", tmp_path / "data", 1, Path("recipe.py"))
    assert len(found) == 12
    recipe = [job for job in found if "peer.py" in job[0]]
    assert [job[-1] for job in recipe] == ["Study_0,Study_4", "Study_1,Study_5", "Study_2", "Study_3"]
    told = json.loads((tmp_path / "work/fold2-2d/input/config/hyperparameters.json").read_text())
    assert told == {"rank": "2", "minutes": "1", "seed": "3"}
    (tmp_path / "work/fold2-2d/model").mkdir()
    (tmp_path / "work/fold2-2d/model/README.md").touch()
    assert len(cross_validate.jobs(tmp_path / "work", tmp_path / "data", 1, Path("recipe.py"))) == 11


RECIPE = """
import sys, time, numpy as np
if sys.argv[1] == "train":
    start, turns = time.time(), 0
    while time.time() - start < 60 * float(sys.argv[4]): turns += sum(range(1000)) > 0
    open(sys.argv[3], "w").write(f"{turns} {sys.argv[6]}")
else:
    m = np.zeros((3, 36, 40, 34)); m[1, 5] = 1; m[0, 5, 5] = 1; m[2, 5, 5, 5] = 1
"""


def test_another_recipe_is_run_by_the_processor_s_clock_and_its_masks_are_kept(tmp_path, monkeypatch):
    import time
    from importlib import reload

    import nibabel as nib

    make_study(tmp_path / "studies", "a", 1)
    script, weights = tmp_path / "recipe.py", tmp_path / "weights"
    script.write_text(RECIPE)
    monkeypatch.setattr("sys.argv", [])
    monkeypatch.setattr(time, "time", time.time)  # put back afterwards
    began = time.process_time()
    peer.train(str(script), "data", str(weights), "0.005", "b,c")
    assert time.process_time() - began >= 0.3
    assert weights.read_text().endswith(" b,c") and int(weights.read_text().split()[0]) > 1
    peer.test(str(script), str(weights), str(tmp_path / "masks"), str(tmp_path / "studies/a"))
    labels = np.asarray(nib.load(tmp_path / "masks/a.nii.gz").dataobj)
    assert [int((labels == v).sum()) for v in (1, 2, 4)] == [33, 40 * 34 - 34, 1]
    reload(peer)


def test_the_figures_of_the_cross_validation_stand_in_the_published_card(prefix):
    tell(prefix)
    train.run(prefix)
    work = prefix / "work"
    rng = np.random.default_rng(0)
    for fold in range(2):
        (work / f"data/fold{fold}").mkdir(parents=True)
        (work / f"data/fold{fold}/dataset.json").write_text(json.dumps({"validation": [{"name": f"S{fold}"}]}))
        logits = rng.normal(0, 6, (3, 4000)).astype(np.float32)
        truth = rng.random((3, 4000)) < 1 / (1 + np.exp(-logits / 2))  # twice too sure
        (work / "logits/unet3d").mkdir(parents=True, exist_ok=True)
        np.savez(work / f"logits/unet3d/S{fold}.npz", logits=logits, regions=truth)
        (work / f"fold{fold}-3d/model/configs").mkdir(parents=True)
        told = {"neurotile": {"provenance": {"steps": 100 + fold}}}
        (work / f"fold{fold}-3d/model/configs/metadata.json").write_text(json.dumps(told))
    (work / "fold0-3d/input/config").mkdir(parents=True)
    (work / "fold0-3d/input/config/hyperparameters.json").write_text('{"minutes": "30"}')
    for name, dice in (("unet3d", 0.9), ("unet2d", 0.8)):
        measures = {m: {"n": 2, "mean": dice, "sd": 0.05} for m in ("dice", "hd95Mm", "surfaceDice1mm", "lesionDice")}
        studies = [{"study": f"S{n}", "regions": {r: {"dice": dice, "referenceMl": 0.4 if r == "ET" else 20} for r in ("TC", "WT", "ET")}} for n in range(2)]
        difference = {r: {"dice": {"n": 2, "mean": 0.1, "low": 0.05, "high": 0.15}} for r in ("TC", "WT", "ET")}
        scores = {"cleaned": True, "masks": {"studies": studies, "summary": {r: {"measures": measures} for r in ("TC", "WT", "ET")}}, "against": {"differences": difference}}
        (work / f"scores/{name}").mkdir(parents=True)
        (work / f"scores/{name}/scores.json").write_text(json.dumps(scores))
    told = publish(prefix / "model", work, prefix / "out")["neurotile"]
    assert all(abs(t - 2) < 0.2 for t in told["temperature"])
    assert told["provenance"]["scores"]["mean"] == {"TC": {"dice": 0.9, "n": 2}, "WT": {"dice": 0.9, "n": 2}}
    assert told["experimental"]
    before, after = (told["provenance"]["crossValidation"]["calibration"]["error"][k] for k in ("before", "after"))
    assert all(a < b / 2 for a, b in zip(after, before))
    card = (prefix / "out/README.md").read_text()
    assert "| unet2d | 0.800 ± 0.050 (2)" in card and "WT: +0.100, 95 % interval +0.050 to +0.150, n=2" in card
    assert "30 minutes of one processor: 100 to 101 steps of unet3d, where the weights of this card took 3." in card
    assert "This model's stay at 1" not in card
    told = json.loads((prefix / "model/configs/metadata.json").read_text())
    told["neurotile"]["provenance"]["steps"] = 1000  # where the folds' took a hundred
    (prefix / "model/configs/metadata.json").write_text(json.dumps(told))
    assert publish(prefix / "model", work, prefix / "older")["neurotile"]["temperature"] == [1, 1, 1]
    assert "This model's stay at 1" in (prefix / "older/README.md").read_text()
    assert (prefix / "out/reliability.svg").exists() and (prefix / "out/models/model.onnx").exists()
