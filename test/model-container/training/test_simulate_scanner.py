import json

import nibabel as nib
import numpy as np
import pytest
from conftest import make_study

from data import load_dataset
from make_dataset import make_dataset
from simulate_scanner import KNOTS, bend, bias_field, redraw, scanner_named, seeded, simulate, slice_matrices


def test_a_slice_is_the_mean_of_what_it_covers_and_its_middle_keeps_it():
    down, up = slice_matrices(6, 1.5)
    # Slice 0 covers voxel 0 and half of voxel 1.
    assert down[0] == pytest.approx([2 / 3, 1 / 3, 0, 0, 0, 0])
    assert down.sum(1) == pytest.approx(np.ones(4)) and up.sum(1) == pytest.approx(np.ones(6))
    # The middle of slice 1 is at 2.25 mm, that of voxel 1 at 1.5 mm: half of the way from slice 0's, at 0.75 mm.
    assert up[1] == pytest.approx([0.5, 0.5, 0, 0])


@pytest.mark.parametrize("slice_mm", [1.0, 2.5, 3.0, 5.7])
def test_thick_slices_change_neither_a_constant_nor_away_from_the_ends_a_ramp(slice_mm):
    down, up = slice_matrices(60, slice_mm)
    assert up @ (down @ np.ones(60)) == pytest.approx(np.ones(60))
    inside = slice(8, 50)
    # Exactly where slices hold whole voxels: one that lies in two slices gives both its one value.
    within = 1e-9 if slice_mm.is_integer() else 0.1
    assert (up @ (down @ np.arange(60.0)))[inside] == pytest.approx(np.arange(60.0)[inside], abs=within)


@pytest.mark.parametrize("name", ["north", "south", "a third"])
def test_a_bend_never_folds_the_grey_scale_and_keeps_black_and_white(name):
    values = np.linspace(0, 1.5, 400)
    for knots in scanner_named(name).bends:
        assert len(knots) == KNOTS + 2
        bent = bend(values, knots)
        assert (np.diff(bent) > 0).all()
        assert bend(np.array([0.0, 1.0]), knots) == pytest.approx([0, 1])


def test_coils_lift_or_lower_by_what_was_said_at_most_and_smoothly():
    field = bias_field((20, 24, 22), 0.3, seeded("x"))
    assert np.abs(np.log(field)).max() == pytest.approx(0.3)
    assert max(np.abs(np.diff(np.log(field), axis=a)).max() for a in range(3)) < 0.15


def test_noise_of_a_dark_region_is_rician():
    # Signal 0 but for one voxel in fifty, which is white. Of noise alone, the mean is sigma times the root of pi/2, and the
    # spread sigma times the root of 2 - pi/2.
    volume = np.full((40, 40, 30), 1e-9)
    volume[::50] = 1.0
    scanner = scanner_named("x")
    scanner = type(scanner)(scanner.name, np.ones(4), np.tile(np.linspace(0, 1, KNOTS + 2), (4, 1)), np.full(4, 0.05), 1e-9)
    drawn = redraw(volume, 2, 0, scanner, seeded("y"))[1:] / 1000
    assert drawn.mean() == pytest.approx(0.05 * np.sqrt(np.pi / 2), rel=0.02)
    assert drawn.std() == pytest.approx(0.05 * np.sqrt(2 - np.pi / 2), rel=0.03)


def test_the_dataset_keeps_labels_grids_and_background_and_one_name_is_one_scanner(tmp_path):
    truth = make_study(tmp_path / "studies", "a", seed=1)
    make_study(tmp_path / "studies", "b", seed=2)
    make_dataset(tmp_path / "old", [tmp_path / "studies"], [1])
    for out in ("new", "again"):
        simulate(tmp_path / "old", tmp_path / out, scanner_named("north"))
    told = json.loads((tmp_path / "new/dataset.json").read_text())
    assert [i["name"] for i in told["training"] + told["validation"]] == ["a", "b"]
    assert "simulated scanner 'north'" in told["description"]
    for file in told["training"][0]["image"]:
        drawn, again = (nib.load(tmp_path / out / file) for out in ("new", "again"))
        array = np.asarray(drawn.dataobj)
        assert np.array_equal(array, np.asarray(again.dataobj))
        assert np.array_equal(drawn.affine, nib.load(tmp_path / "studies/a/a_t1.nii.gz").affine)
        assert np.array_equal(array != 0, truth["brain"])
    (old,), (new,) = load_dataset(tmp_path / "old"), load_dataset(tmp_path / "new")
    assert np.array_equal(old.regions, new.regions)
    assert np.abs(old.image - new.image).mean() > 0.1  # z-scores: it is another picture


def test_another_scanner_and_another_study_get_other_noise(tmp_path):
    volume = np.full((20, 20, 20), 100.0)
    volume[10:] = 200
    scanner = scanner_named("north")
    draws = [redraw(volume, 2, 0, s, seeded(s.name, study)) for s, study in ((scanner, "a"), (scanner, "b"), (scanner_named("south"), "a"))]
    assert all(not np.allclose(draws[0], other) for other in draws[1:])


def test_a_decathlon_file_stays_one_file_of_four_and_a_missing_sequence_stays_missing(tmp_path):
    from conftest import LPS, save

    save(tmp_path / "image.nii.gz", np.random.default_rng(1).integers(1, 500, (8, 9, 10, 4)).astype(np.int16), LPS)
    save(tmp_path / "t1.nii.gz", np.random.default_rng(2).integers(1, 500, (8, 9, 10)).astype(np.int16), LPS)
    save(tmp_path / "label.nii.gz", np.ones((8, 9, 10), np.uint8), LPS)
    items = [{"name": "four", "image": "image.nii.gz", "label": "label.nii.gz"},
             {"name": "one", "image": [None, "t1.nii.gz", None, None], "label": "label.nii.gz", "regions": ["WT"]}]
    about = {"modality": {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"}, "training": items}
    (tmp_path / "dataset.json").write_text(json.dumps(about))
    told = simulate(tmp_path, tmp_path / "out", scanner_named("north"))
    assert nib.load(tmp_path / "out" / told["training"][0]["image"]).shape == (8, 9, 10, 4)
    assert told["training"][1]["image"] == [None, "one/one_t1.nii.gz", None, None]
    assert told["training"][1]["regions"] == ["WT"]
