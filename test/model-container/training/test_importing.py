"""Importing, on small networks that the two packages make themselves. Without nnunetv2 (it is in requirements-import.txt) its half is skipped."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from make_foreign_models import PATCH, make_bundle, make_nnunet

from importing.convert import convert, to_onnx
from importing.find_source import find_source, unpacked
from importing.monai_bundle import read_bundle
from importing.names import label_groups, label_table, regions_of, sequences_of
from importing.networks import LabelLogits
from importing.refusal import Refusal
from importing.taken import Told

IMAGE = np.random.default_rng(7).standard_normal((2, 4, PATCH, PATCH, PATCH)).astype(np.float32)
TABLE = Told(labels={1: 2, 2: 1, 3: 4})


@pytest.fixture(scope="module")
def nnunet(tmp_path_factory):
    pytest.importorskip("nnunetv2", reason="nnunetv2 is not in this environment")
    made = {}
    for outputs in ("labels", "regions"):
        made[outputs] = tmp_path_factory.mktemp(outputs) / "nnUNetTrainer__nnUNetPlans__3d_fullres"
        make_nnunet(made[outputs], [], outputs, 0, folds=2)
    return made


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    made = {}
    for outputs in ("labels", "regions"):
        made[outputs] = tmp_path_factory.mktemp(outputs) / "bundle"
        make_bundle(made[outputs], [], outputs, 0)
    return made


def changed(folder: Path, tmp_path: Path, name: str, change) -> Path:
    """A copy of a source with one of its JSON files changed in place."""
    copy = shutil.copytree(folder, tmp_path / "changed")
    content = json.loads((copy / name).read_text())
    change(content)
    (copy / name).write_text(json.dumps(content))
    return copy


def imported_logits(folder: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(folder / "models/model.onnx", providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"image": IMAGE})[0]


def log_odds(logits: torch.Tensor, labels: list[int]) -> np.ndarray:
    p = torch.softmax(logits.double(), 1)[:, labels].sum(1)
    return torch.log(p / (1 - p)).numpy()


@torch.no_grad()
def nnunets_own(folder: Path, folds: list[int]) -> torch.Tensor:
    """The mean of the folds' logits, from networks that nnU-Net's predictor opens itself."""
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    predictor = nnUNetPredictor(device=torch.device("cpu"), allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(str(folder), folds, "checkpoint_final.pth")
    answers = []
    for weights in predictor.list_of_parameters:
        predictor.network.load_state_dict(weights)
        answers.append(predictor.network.eval()(torch.from_numpy(IMAGE)))
    return torch.stack(answers).mean(0)


@pytest.mark.parametrize("fold,folds", [("0", [0]), ("1", [1]), ("all", [0, 1])])
def test_an_nnunet_of_regions_answers_as_its_own_network_does(nnunet, tmp_path, fold, folds):
    from importing.nnunet import read_nnunet

    convert(read_nnunet(nnunet["regions"], Told(fold=fold)), tmp_path)
    assert np.abs(imported_logits(tmp_path) - nnunets_own(nnunet["regions"], folds).numpy()).max() <= 1e-3


def test_an_nnunet_of_labels_answers_the_log_odds_of_its_softmax(nnunet, tmp_path):
    from importing.nnunet import read_nnunet

    convert(read_nnunet(nnunet["labels"], Told()), tmp_path)
    own = nnunets_own(nnunet["labels"], [0])
    found = imported_logits(tmp_path)
    # dataset.json: 1 oedema, 2 necrotic core, 3 enhancing; the outputs are background, oedema, necrotic core, enhancing.
    for channel, labels in enumerate(([0], [1], [2], [3])):
        assert np.abs(found[:, channel] - log_odds(own, labels)).max() <= 1e-3


@torch.no_grad()
def monais_own(folder: Path) -> torch.Tensor:
    from monai.bundle import ConfigParser

    parser = ConfigParser(ConfigParser.load_config_file(str(folder / "configs/inference.json")))
    network = parser.get_parsed_content("network_def")
    network.load_state_dict(torch.load(folder / "models/model.pt", weights_only=True))
    return network.eval()(torch.from_numpy(IMAGE))


def test_a_bundle_of_regions_answers_as_its_own_network_does(bundles, tmp_path):
    convert(read_bundle(bundles["regions"], Told()), tmp_path)
    assert np.abs(imported_logits(tmp_path) - monais_own(bundles["regions"]).numpy()).max() <= 1e-3


def test_a_bundle_of_labels_answers_the_log_odds_of_its_softmax(bundles, tmp_path):
    convert(read_bundle(bundles["labels"], Told()), tmp_path)
    own, found = monais_own(bundles["labels"]), imported_logits(tmp_path)
    # metadata.json: 1 necrotic core, 2 oedema, 3 enhancing.
    for channel, labels in enumerate(([0], [2], [1], [3])):
        assert np.abs(found[:, channel] - log_odds(own, labels)).max() <= 1e-3


def test_half_size_weights_are_for_large_networks_and_change_probabilities_by_little(bundles, tmp_path, monkeypatch):
    import importing.convert as module

    taken = read_bundle(bundles["regions"], Told())
    small = convert(taken, tmp_path / "small")
    monkeypatch.setattr(module, "SMALL_BYTES", 0)
    large = convert(taken, tmp_path / "large")
    assert large["bytes"] < 0.65 * small["bytes"]
    assert small["difference"] <= 1e-4 and 1e-5 < large["difference"] <= 2e-3


def test_the_digest_tells_models_apart_that_differ_in_their_metadata_only(bundles, tmp_path):
    told = {}
    for axes in ("LPS", "RAS"):
        folder = changed(bundles["regions"], tmp_path / axes, "configs/inference.json", lambda c: c["preprocessing"]["transforms"].pop(2))
        convert(read_bundle(folder, Told(axes=axes)), tmp_path / axes / "out")
        told[axes] = json.loads((tmp_path / axes / "out/configs/metadata.json").read_text())["neurotile"]
    assert (told["LPS"]["axes"], told["RAS"]["axes"]) == ("LPS", "RAS")
    assert told["LPS"]["digest"] != told["RAS"]["digest"]


def test_log_odds_stay_finite_where_a_label_is_as_good_as_certain():
    logits = torch.tensor([80.0, -80.0, 0.0, 3.0]).reshape(1, 4, 1, 1, 1)
    found = LabelLogits(torch.nn.Identity(), 4, ((0,), (1,), (2,), (3,)))(logits).flatten()
    # The background's: 80 - log(e^-80 + 1 + e^3); the first of the sum does not show.
    assert found[0].item() == pytest.approx(80 - np.log(1 + np.e**3), abs=1e-4)
    assert torch.isfinite(found).all()
    full = to_onnx(LabelLogits(torch.nn.Identity(), 4, ((0,), (1,), (2,), (3,))), (1, 4, 1, 1, 1))
    session = onnxruntime.InferenceSession(full.SerializeToString(), providers=["CPUExecutionProvider"])
    assert session.run(None, {"image": logits.numpy()})[0].flatten() == pytest.approx(found.numpy(), abs=1e-4)


def test_an_nnunets_plans_become_how_it_is_run(nnunet, tmp_path):
    from importing.nnunet import read_nnunet

    def thin(plans):
        plans["transpose_forward"] = [2, 0, 1]
        plans["configurations"]["3d_fullres"].update(spacing=[1.0, 2.0, 3.0], use_mask_for_norm=[False] * 4)

    taken = read_nnunet(changed(nnunet["regions"], tmp_path, "plans.json", thin), Told(axes="LPS"))
    # Arrays are k, j, i: S, P, L; transposed to the third, first and second of them.
    assert (taken.axes, taken.spacing, taken.mask) == ("LSP", (1.0, 2.0, 3.0), "all")
    assert taken.window == {"field": "tight", "steps": "even", "weights": "nnunet"}
    assert taken.regions == ("WT", "TC", "ET") and taken.painted == {1: 2, 2: 1, 3: 4}
    assert any("linearly" in note for note in taken.notes)


NNUNET_REFUSED = [
    ("2D", lambda c: c.update(patch_size=[64, 64]), "the 2D configuration"),
    ("a cascade", lambda c: c.update(previous_stage="3d_lowres"), "needs the mask of 3d_lowres"),
    ("CT", lambda c: c.update(normalization_schemes=["CTNormalization"] * 4), "CTNormalization"),
    ("mixed masks", lambda c: c.update(use_mask_for_norm=[True, True, False, True]), "use_mask_for_norm"),
    ("another preprocessor", lambda c: c.update(preprocessor_name="ResEncPreprocessor"), "ResEncPreprocessor"),
    ("a network from elsewhere", lambda c: c["architecture"].update(network_class_name="os.path.Net"), "os.path.Net"),
    ("another network", lambda c: c["architecture"]["arch_kwargs"].update(features_per_stage=[8, 16, 24]), "weights of another network"),
]


@pytest.mark.parametrize("what,change,words", NNUNET_REFUSED, ids=[r[0] for r in NNUNET_REFUSED])
def test_an_nnunet_is_refused_for(nnunet, tmp_path, what, change, words):
    from importing.nnunet import read_nnunet

    folder = changed(nnunet["regions"], tmp_path, "plans.json", lambda p: change(p["configurations"]["3d_fullres"]))
    with pytest.raises(Refusal, match=words):
        read_nnunet(folder, Told())


def test_an_nnunet_is_refused_for_a_fold_that_it_has_not_and_a_checkpoint_that_runs_code(nnunet, tmp_path):
    from importing.nnunet import read_nnunet

    with pytest.raises(Refusal, match="folds 0, 1, asked for 4"):
        read_nnunet(nnunet["regions"], Told(fold="4"))
    copy = shutil.copytree(nnunet["regions"], tmp_path / "copy")
    torch.save({"network_weights": Path("anything but numbers")}, copy / "fold_0/checkpoint_final.pth")
    with pytest.raises(Refusal, match="weights and plain values"):
        read_nnunet(copy, Told())


def transform(n, **given):
    return lambda c: c["preprocessing"]["transforms"][n].update(given)


def inserted(n, **given):
    return lambda c: c["preprocessing"]["transforms"].insert(n, {"keys": "image", **given})


BUNDLE_REFUSED = [
    ("min-max scaling", inserted(5, _target_="ScaleIntensityd"), "ScaleIntensity"),
    ("one mean for all channels", transform(4, channel_wise=False), "NormalizeIntensity over all channels"),
    ("no normalisation", lambda c: c["preprocessing"]["transforms"].pop(4), "without NormalizeIntensity"),
    ("a crop afterwards", inserted(5, _target_="CropForegroundd", source_key="image"), "CropForeground after"),
    ("a crop with a margin", inserted(4, _target_="CropForegroundd", margin=3), "margin"),
    ("an expression", lambda c: c["network_def"].update(channels="$[8, 16]"), r"\$\[8, 16\]"),
    ("a script of its own", lambda c: c["network_def"].update(_target_="scripts.net.Mine"), "scripts.net.Mine"),
    ("another network", lambda c: c["network_def"].update(channels=[8, 16, 24]), "weights that do not fit"),
    ("no sliding window", lambda c: c["inferer"].update(_target_="SimpleInferer"), "SimpleInferer"),
    ("a 2D window", lambda c: c["inferer"].update(roi_size=[64, 64]), "roi_size"),
    ("another threshold", lambda c: c["postprocessing"]["transforms"][2].update(threshold=0.3), "threshold of 0.3"),
    ("a lost reference", transform(3, pixdim="@nowhere"), "@nowhere"),
]


@pytest.mark.parametrize("what,change,words", BUNDLE_REFUSED, ids=[r[0] for r in BUNDLE_REFUSED])
def test_a_bundle_is_refused_for(bundles, tmp_path, what, change, words):
    with pytest.raises(Refusal, match=words):
        read_bundle(changed(bundles["regions"], tmp_path, "configs/inference.json", change), Told())


def test_a_bundles_transforms_become_how_it_is_run(bundles, tmp_path):
    taken = read_bundle(bundles["regions"], Told())
    assert (taken.axes, taken.spacing, taken.tile, taken.overlap, taken.mask) == ("RAS", (1.0, 1.0, 1.0), (64, 64, 64), (0.5, 0.5, 0.5), "own")
    assert taken.window == {"field": "whole", "steps": "fixed", "weights": "monai"}
    make_bundle(tmp_path / "cropped", [], "regions", 0, mode="constant", crop=True)
    cropped = read_bundle(tmp_path / "cropped", Told())
    assert (cropped.mask, cropped.window["field"], cropped.window["weights"]) == ("all", "tight", "constant")


def test_names_are_read_as_people_write_them_and_never_guessed():
    assert sequences_of(["FLAIR", "T1w", "t1gd", "T2w"], None) == ("FLAIR", "T1", "T1ce", "T2")
    assert sequences_of(["a", "b"], ("T1", "FLAIR")) == ("T1", "FLAIR")
    assert regions_of(["Tumour core", "WT", "GD-enhancing tumor"], None) == ("TC", "WT", "ET")
    assert label_table({1: "Peritumoral oedema", 2: "NCR", 3: "enhancing tumour"}, None) == {1: 2, 2: 1, 3: 4}
    assert label_groups([0, 1, 2, 3], {1: 2, 2: 1, 3: 4}) == ((0,), (1,), (2,), (3,))
    for refused in (lambda: sequences_of(["CT"], None), lambda: sequences_of(["T1", "T1w"], None), lambda: sequences_of(["T1"], ("T1", "T2")),
                    lambda: regions_of(["tumour"], None), lambda: label_table({1: "tumour", 2: "cyst", 3: "ET"}, None), lambda: label_table({1: "ET"}, {1: 4})):
        with pytest.raises(Refusal):
            refused()


def test_a_source_is_found_in_a_zip_file_and_two_are_too_many(bundles, tmp_path):
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for file in bundles["regions"].rglob("*"):
            archive.write(file, Path("inside/deep") / file.relative_to(bundles["regions"]))
    root = unpacked(tmp_path / "bundle.zip", tmp_path / "unpacked")
    assert find_source(root) == ("monai", tmp_path / "unpacked/inside/deep")
    shutil.copytree(bundles["labels"], root / "second")
    with pytest.raises(Refusal, match="inside/deep and second"):
        find_source(root)
    with pytest.raises(Refusal, match="neither"):
        find_source(tmp_path / "unpacked/inside/deep/models")
