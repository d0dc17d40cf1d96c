import json

import nibabel as nib
import numpy as np
import pytest
from conftest import LPS, make_study, save

from data import DatasetError, label_regions, load_dataset, normalise, read_spl, sequence_order
from make_dataset import make_dataset


def test_a_study_in_any_orientation_becomes_superior_posterior_left(tmp_path):
    array = np.zeros((5, 6, 7), np.int16)
    array[1, 2, 3] = 9  # one step to Left, two to Posterior, three up
    save(tmp_path / "lps.nii", array)
    upright = nib.load(tmp_path / "lps.nii")
    for code in ("RAS", "LPS", "SAR", "PIL", "IRA"):
        turn = nib.orientations.ornt_transform(nib.io_orientation(upright.affine), nib.orientations.axcodes2ornt(code))
        nib.save(upright.as_reoriented(turn), tmp_path / f"{code}.nii")
        volume = read_spl(tmp_path / f"{code}.nii")
        assert volume.shape == (7, 6, 5)
        assert np.argwhere(volume).tolist() == [[3, 2, 1]], code


def test_axes_increase_towards_superior_posterior_and_left(tmp_path):
    array = np.zeros((4, 4, 4), np.int16)
    array[3, 0, 0], array[0, 3, 0], array[0, 0, 3] = 1, 2, 3  # in RAS: far right, far anterior, far up
    save(tmp_path / "ras.nii", array, np.eye(4))
    volume = read_spl(tmp_path / "ras.nii")
    assert np.argwhere(volume == 1).tolist() == [[0, 3, 0]]  # right is where W begins, and 0 anterior is where H ends
    assert np.argwhere(volume == 2).tolist() == [[0, 0, 3]]
    assert np.argwhere(volume == 3).tolist() == [[3, 3, 3]]


def test_z_scores_use_each_sequence_s_own_non_zero_voxels():
    image = np.zeros((4, 1, 1, 4), np.float32)
    image[0, 0, 0] = [0, 2, 4, 6]
    image[1, 0, 0] = [0, 0, 10, 30]  # one brain voxel is zero here: it is normalised, but does not count
    image[2, 0, 0] = [0, 5, 5, 5]  # constant: spread 0 is taken as 1
    out = normalise(image)[:, 0, 0]
    spread = np.sqrt(8 / 3)
    assert out[0] == pytest.approx([0, -2 / spread, 0, 2 / spread])
    assert out[1] == pytest.approx([0, -2, -1, 1])
    assert out[2] == pytest.approx([0, 0, 0, 0])
    assert not out[3].any()


def test_the_tables_disagree_about_what_1_means():
    labels = np.array([0, 1, 2, 3]).reshape(1, 1, 4)
    assert label_regions(labels, "brats")[:, 0, 0].tolist() == [[0, 1, 0, 1], [0, 1, 1, 1], [0, 0, 0, 1]]
    assert label_regions(labels, "msd")[:, 0, 0].tolist() == [[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 0, 1]]
    with pytest.raises(DatasetError, match=r"\[4\].*msd"):
        label_regions(np.full((1, 1, 1), 4), "msd")


def test_four_files_are_read_with_the_studies_held_back_that_were_asked_for(tmp_path):
    truth = {n: make_study(tmp_path / "studies", n, seed) for seed, n in enumerate("cab")}
    made = make_dataset(tmp_path / "set", [tmp_path / "studies"], [1])
    assert [i["name"] for i in made["training"]] == ["a", "c"]
    (study,) = load_dataset(tmp_path / "set", "validation")
    assert study.name == "b" and study.image.dtype == np.float32
    # The ball of radius 15 about (18, 20, 17) of (i, j, k), turned to (k, j, i).
    assert study.image.shape == (4, 31, 31, 31) == (4, *study.regions.shape[1:])
    assert study.regions.sum((1, 2, 3)).tolist() == [int((np.isin(truth["b"]["labels"], v)).sum()) for v in ((1, 4), (1, 2, 4), (4,))]


def test_a_decathlon_study_is_one_4d_file_with_flair_first_and_its_own_table(tmp_path):
    array = np.stack([np.full((4, 4, 4), v, np.int16) for v in (40, 10, 20, 30)], -1)  # FLAIR, T1w, t1gd, T2w
    array[0, 0, 0] += 1
    labels = np.zeros((4, 4, 4), np.uint8)
    labels[:2] = 1
    save(tmp_path / "image.nii.gz", array)
    save(tmp_path / "label.nii.gz", labels)
    about = {"modality": {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"}, "training": [{"image": "image.nii.gz", "label": "label.nii.gz"}]}
    (tmp_path / "dataset.json").write_text(json.dumps(about))
    (study,) = load_dataset(tmp_path)
    assert study.regions.sum((1, 2, 3)).tolist() == [0, 32, 0]  # 1 is oedema there
    assert sequence_order(about["modality"]) == [1, 2, 3, 0]


def test_a_mask_of_the_whole_tumour_alone_is_read_as_that_and_missing_sequences_are_zero(tmp_path):
    brain = np.zeros((6, 6, 6), np.int16)
    brain[1:5, 1:5, 1:5] = np.arange(64).reshape(4, 4, 4) + 1
    mask = np.zeros((6, 6, 6), np.uint8)
    mask[2, 2, 2] = 1
    (tmp_path / "studies/a").mkdir(parents=True)
    for name, array in (("T1", brain), ("FLAIR", brain * 2), ("GT_W", mask)):
        save(tmp_path / "studies/a" / f"{name}.nii.gz", array)
    made = make_dataset(tmp_path / "set", [tmp_path / "studies"], [])
    assert made["training"][0]["regions"] == ["WT"] and made["training"][0]["image"][1:3] == [None, None]
    (study,) = load_dataset(tmp_path / "set")
    assert study.known == (False, True, False)
    assert study.regions.sum((1, 2, 3)).tolist() == [0, 1, 0]
    assert not study.image[1].any() and not study.image[2].any()
    assert study.image[0].std() == pytest.approx(1) and np.allclose(study.image[0], study.image[3])


def test_what_cannot_be_used_is_refused_with_both_values(tmp_path):
    with pytest.raises(DatasetError, match="T1w.*expected"):
        sequence_order({"0": "T1w", "1": "T2w"})
    save(tmp_path / "thick.nii", np.ones((3, 3, 3), np.int16), LPS @ np.diag([1, 1, 5, 1]))
    with pytest.raises(DatasetError, match=r"5\.0.*1 mm"):
        read_spl(tmp_path / "thick.nii")
