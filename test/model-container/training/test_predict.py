import nibabel as nib
import numpy as np
import pytest
import torch
from conftest import make_study, tell

import train
from artefact import load_network
from data import load_dataset
from make_dataset import make_dataset
from predict import AS_IT_IS, FLIPS, flipped, label_map, load_model, predict_study, save_mask


@pytest.mark.parametrize("code", ["LPS", "RAS", "SAR", "PIL"])
def test_a_mask_goes_back_onto_its_reference_s_grid_voxel_by_voxel(tmp_path, code):
    truth = make_study(tmp_path / "studies", "a", 1)["labels"]
    for file in (tmp_path / "studies/a").iterdir():
        image = nib.load(file)
        turn = nib.orientations.ornt_transform(nib.io_orientation(image.affine), nib.orientations.axcodes2ornt(code))
        turned = image.as_reoriented(turn)
        nib.save(nib.Nifti1Image(np.asarray(turned.dataobj).copy(), turned.affine), file)
    make_dataset(tmp_path / "set", [tmp_path / "studies"], [])
    (study,) = load_dataset(tmp_path / "set")
    save_mask(label_map(study.regions.astype(np.float32)), study, tmp_path / "mask.nii.gz")
    mask, reference = nib.load(tmp_path / "mask.nii.gz"), nib.load(study.file)
    assert np.array_equal(mask.affine, reference.affine)
    assert np.array_equal(np.asarray(mask.dataobj), np.asarray(reference.dataobj))
    assert set(np.unique(truth)) == {0, 1, 2, 4}


def test_regions_become_labels_with_the_innermost_one_on_top():
    core, whole, enhancing = [0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [0, 0, 0, 1, 1]
    assert label_map(np.array([core, whole, enhancing], np.float32).reshape(3, 1, 1, 5)).ravel().tolist() == [0, 2, 1, 4, 0]


def test_flips_are_undone_before_they_are_averaged(prefix):
    tell(prefix)
    train.run(prefix)
    network, settings = load_model(prefix / "model")
    (study,) = load_dataset(prefix / "input/data/training", "validation")
    plain, mean = (predict_study([(network, settings)], study, ways)[0] for ways in (AS_IT_IS, FLIPS))
    assert np.allclose(mean, np.mean([flipped(network, study, settings, axes) for axes in ((), (0,), (1,), (2,))], 0), atol=1e-6)
    assert not np.allclose(plain, mean)

    class Itself(torch.nn.Module):  # gives back its first sequences, so that undoing a flip can be seen
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, x):
            return x[:, :3]

    same = [flipped(Itself(), study, settings, axes) for axes in ((), (0,), (1,), (2,))]
    assert all(np.allclose(same[0], other, atol=1e-5) for other in same[1:])


def test_a_loaded_model_predicts_as_the_network_that_was_exported(prefix):
    tell(prefix, rank=2)
    train.run(prefix)
    network, settings = load_model(prefix / "model")
    assert settings.rank == 2 and settings.patch == (32, 32)
    image = torch.randn(1, 4, 32, 32)
    assert torch.equal(network(image), load_network(prefix / "model")(image))


