"""Augmenting image and mask, then comparing, has to equal comparing, then augmenting."""

import numpy as np
import pytest
import torch

import augment
from augment import random_matrix, recolour, sample_patch

SHAPE = {2: (40, 36), 3: (30, 40, 36)}


def derived_pair(rank: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Smooth random regions, and an image of four channels that is a function of them: 1 inside, 0 outside."""
    rng = np.random.default_rng(seed)
    coarse = torch.as_tensor(rng.standard_normal((1, 3, *(n // 5 for n in SHAPE[rank]))), dtype=torch.float32)
    mode = "bilinear" if rank == 2 else "trilinear"
    regions = (torch.nn.functional.interpolate(coarse, SHAPE[rank], mode=mode)[0] > 0).to(torch.uint8)
    return torch.cat([regions, regions[:1]]).float(), regions


@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_image_and_mask_move_together(rank, seed):
    image, regions = derived_pair(rank, seed)
    rng = np.random.default_rng(seed)
    centre = np.array([rng.integers(n) for n in SHAPE[rank]])
    moved, mask = sample_patch(image, regions, centre, (24,) * rank, random_matrix(rng, rank))
    assert mask.any()
    assert torch.equal((moved[:3] > 0.5).float(), mask)


@pytest.mark.parametrize("rank", [2, 3])
def test_the_identity_is_a_plain_crop(rank):
    image, regions = derived_pair(rank, 1)
    moved, mask = sample_patch(image, regions, np.array([12] * rank), (16,) * rank, np.eye(rank))
    box = (slice(None), *(slice(4, 20),) * rank)
    assert torch.allclose(moved, image[box], atol=1e-5)
    assert torch.equal(mask, regions[box].float())


def test_a_flip_turns_an_axis_round():
    image = torch.arange(16.0).reshape(1, 4, 4).repeat(4, 1, 1)
    moved, _ = sample_patch(image, torch.zeros(3, 4, 4), np.array([2, 2]), (2, 2), np.diag([-1.0, 1.0]))
    assert torch.allclose(moved[0], torch.tensor([[13.0, 14.0], [9.0, 10.0]]), atol=1e-4)  # rows 3, 2; columns 1, 2


def test_beyond_the_volume_everything_is_zero():
    image, regions = derived_pair(2, 2)
    moved, mask = sample_patch(image, regions, np.array([-100, -100]), (8, 8), np.eye(2))
    assert not moved.any() and not mask.any()


@pytest.mark.parametrize("seed", range(6))
def test_a_matrix_keeps_angles_and_scales_by_a_fifth_or_so(seed):
    matrix = random_matrix(np.random.default_rng(seed), 3)
    size = abs(np.linalg.det(matrix)) ** (1 / 3)
    assert np.exp(-0.2) - 1e-9 <= size <= np.exp(0.2) + 1e-9
    assert np.allclose(matrix @ matrix.T, size**2 * np.eye(3))


@pytest.mark.parametrize("change", ["low_resolution", "blur", "gamma", "contrast", "brightness", "noise"])
@pytest.mark.parametrize("rank", [2, 3])
def test_each_recolouring_changes_the_image_a_little_and_keeps_it_finite(change, rank):
    rng = np.random.default_rng(5)
    channel = torch.as_tensor(rng.standard_normal(SHAPE[rank]), dtype=torch.float32)
    brain = torch.ones(SHAPE[rank], dtype=torch.bool)
    out = getattr(augment, change)(channel, brain, rng)
    assert out.shape == channel.shape and torch.isfinite(out).all()
    assert not torch.equal(out, channel)


def test_recolouring_leaves_the_background_at_zero_and_one_seed_gives_one_result():
    image, _ = derived_pair(3, 3)
    image[:, :5] = 0
    once, again = (recolour(image, np.random.default_rng(7)) for _ in range(2))
    assert not once[:, :5].any()
    assert torch.equal(once, again)


def test_an_empty_patch_survives():
    assert not recolour(torch.zeros(4, 8, 8, 8), np.random.default_rng(0)).any()
