"""Moving image and mask, then comparing, has to equal comparing, then moving."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from augment import quarter_turn, random_bend, random_matrix, rotation, sample_patch
from transplant import transplant

SHAPE = {2: (40, 36), 3: (30, 40, 36)}
SIZE = {2: (32, 32), 3: (24, 32, 32)}
SEEDS = range(6)

MOVEMENTS = {
    "flip": lambda rng, rank: (np.diag(rng.choice([-1.0, 1.0], rank)), None),
    "right angle": lambda rng, rank: (quarter_turn(rank, *rng.choice(rank, 2, replace=False)), None),
    "rotation": lambda rng, rank: (rotation(rank, *rng.choice(rank, 2, replace=False), rng.uniform(-1, 1)), None),
    "scaling": lambda rng, rank: (np.eye(rank) * math.exp(rng.uniform(-0.25, 0.25)), None),
    "elastic": lambda rng, rank: (np.eye(rank), random_bend(rng, SIZE[rank], knots_apart=12)),
    "all of it": lambda rng, rank: (random_matrix(rng, rank), random_bend(rng, SIZE[rank])),
}
EXACT = ("flip", "right angle")
every_movement = pytest.mark.parametrize("rank, movement", [(rank, m) for rank in SHAPE for m in MOVEMENTS])


def blobs(rank: int, rng: np.random.Generator, channels: int) -> Tensor:
    """Smooth random masks, float 0 and 1, that leave the border of the volume free."""
    coarse = torch.as_tensor(rng.standard_normal((1, channels, *(n // 5 for n in SHAPE[rank]))), dtype=torch.float32)
    masks = (torch.nn.functional.interpolate(coarse, SHAPE[rank], mode="bilinear" if rank == 2 else "trilinear")[0] > 0.2).float()
    inner = torch.zeros(SHAPE[rank])
    inner[tuple(slice(4, -4) for _ in range(rank))] = 1
    return masks * inner


def moved(masks: Tensor, movement: str, seed: int) -> tuple[Tensor, Tensor]:
    """The same masks put in as an image and as regions: grey values and labels as they come out."""
    rank = masks.ndim - 1
    rng = np.random.default_rng(seed)
    centre = np.array([n // 2 + rng.integers(-2, 3) for n in SHAPE[rank]])
    return sample_patch(masks, masks, centre, SIZE[rank], *MOVEMENTS[movement](rng, rank))


@every_movement
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mask_that_is_put_in_as_an_image_lies_where_the_mask_lies(rank, movement, seed):
    image, mask = moved(blobs(rank, np.random.default_rng(seed), 3), movement, seed)
    assert mask.any() and set(mask.unique().tolist()) <= {0.0, 1.0}
    assert torch.equal((image > 0.5).float(), mask)


@every_movement
@pytest.mark.parametrize("seed", SEEDS)
def test_where_two_masks_agree_moves_as_they_do(rank, movement, seed):
    """A voxel whose neighbours are all inside or all outside of both masks is not a matter of rounding: there, exactly. A voxel between
    inside and outside may be called either, so it is only asked for in movements that interpolate nothing."""
    one, other = blobs(rank, np.random.default_rng(seed), 2)
    stack = torch.stack([one, other, (one == other).float()])
    image, (moved_one, moved_other, moved_agreement) = moved(stack, movement, seed)
    sure = ((image[:2] < 1e-4) | (image[:2] > 1 - 1e-4)).all(0)
    # Beyond the volume all is 0, and two masks that are both 0 agree: ask where the volume is.
    whole = moved(torch.ones_like(stack), movement, seed)[0][0] > 1 - 1e-4
    asked = whole if movement in EXACT else whole & sure
    assert asked.float().mean() > 0.3
    assert torch.equal((moved_one == moved_other)[asked].float(), moved_agreement[asked])


@pytest.mark.parametrize("rank", SHAPE)
@pytest.mark.parametrize("seed", SEEDS)
def test_dice_is_the_same_before_and_after_a_turn_by_right_angles_and_flips(rank, seed):
    rng = np.random.default_rng(seed)
    masks = blobs(rank, rng, 2)
    matrix = np.diag(rng.choice([-1.0, 1.0], rank)) @ quarter_turn(rank, *rng.choice(rank, 2, replace=False))
    room = (48,) * rank  # holds the whole volume, turned or not
    _, after = sample_patch(masks, masks, np.array([n // 2 for n in SHAPE[rank]]), room, matrix)
    assert dice(*after) == dice(*masks)


def dice(one: Tensor, other: Tensor) -> float:
    return float(2 * (one * other).sum() / (one.sum() + other.sum()))


@every_movement
@pytest.mark.parametrize("seed", SEEDS)
def test_a_region_within_another_stays_within_it(rank, movement, seed):
    inner, shell = blobs(rank, np.random.default_rng(seed), 2)
    _, (core, whole) = moved(torch.stack([inner, torch.maximum(inner, shell)]), movement, seed)
    assert (core <= whole).all()


@pytest.mark.parametrize("rank", SHAPE)
@pytest.mark.parametrize("movement", MOVEMENTS)
def test_a_seed_gives_the_same_patch_again_and_another_seed_another(rank, movement):
    masks = blobs(rank, np.random.default_rng(1), 3)
    assert all(torch.equal(a, b) for a, b in zip(moved(masks, movement, 3), moved(masks, movement, 3)))
    assert any(not torch.equal(moved(masks, movement, 3)[0], moved(masks, movement, seed)[0]) for seed in SEEDS)


@pytest.mark.parametrize("rank", SHAPE)
def test_four_right_angles_and_two_flips_are_none(rank):
    volume = torch.as_tensor(np.random.default_rng(2).standard_normal((3, *(17,) * rank)), dtype=torch.float32)
    middle, size = np.array([8] * rank), (17,) * rank
    turned = volume
    for _ in range(4):
        turned, _ = sample_patch(turned, volume, middle, size, quarter_turn(rank, 0, 1))
    assert torch.equal(turned, volume)
    for _ in range(2):
        turned, _ = sample_patch(turned, volume, middle, size, np.diag([-1.0] + [1.0] * (rank - 1)))
    assert torch.equal(turned, volume)


@pytest.mark.parametrize("rank", SHAPE)
def test_what_is_picked_voxel_by_voxel_is_what_interpolation_would_give(rank):
    rng = np.random.default_rng(4)
    volume = torch.as_tensor(rng.standard_normal((2, *SHAPE[rank])), dtype=torch.float32)
    for _ in range(4):
        matrix = np.diag(rng.choice([-1.0, 1.0], rank)) @ quarter_turn(rank, *rng.choice(rank, 2, replace=False))
        centre = np.array([rng.integers(n) for n in SHAPE[rank]])
        no_bend = torch.zeros(*SIZE[rank], rank)
        picked, _ = sample_patch(volume, volume, centre, SIZE[rank], matrix)
        interpolated, _ = sample_patch(volume, volume, centre, SIZE[rank], matrix, no_bend)
        assert torch.allclose(picked, interpolated, atol=1e-4)


@pytest.mark.parametrize("rank", SHAPE)
def test_the_identity_is_a_plain_crop(rank):
    masks = blobs(rank, np.random.default_rng(1), 3)
    image, mask = sample_patch(masks, masks, np.array([12] * rank), (16,) * rank, np.eye(rank))
    box = (slice(None), *(slice(4, 20),) * rank)
    assert torch.equal(image, masks[box]) and torch.equal(mask, masks[box])


def test_a_flip_turns_an_axis_round():
    image = torch.arange(16.0).reshape(1, 4, 4).repeat(4, 1, 1)
    flipped, _ = sample_patch(image, torch.zeros(3, 4, 4), np.array([2, 2]), (2, 2), np.diag([-1.0, 1.0]))
    assert torch.equal(flipped[0], torch.tensor([[13.0, 14.0], [9.0, 10.0]]))  # rows 3, 2; columns 1, 2


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_beyond_the_volume_everything_is_zero(movement):
    masks = torch.ones(3, *SHAPE[2])
    image, mask = sample_patch(masks, masks, np.array([-100, -100]), SIZE[2], *MOVEMENTS[movement](np.random.default_rng(1), 2))
    assert not image.any() and not mask.any()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_matrix_keeps_angles_and_scales_by_a_quarter_at_most(seed):
    matrix = random_matrix(np.random.default_rng(seed), 3)
    size = abs(np.linalg.det(matrix)) ** (1 / 3)
    assert np.exp(-0.25) - 1e-9 <= size <= np.exp(0.25) + 1e-9
    assert np.allclose(matrix @ matrix.T, size**2 * np.eye(3))


@pytest.mark.parametrize("rank", SHAPE)
def test_a_bend_is_some_voxels_large_and_smooth(rank):
    size = (64,) * rank
    bend = torch.stack([random_bend(np.random.default_rng(seed), size) for seed in SEEDS])
    assert 0.5 < bend.std() < 4  # of 3 voxels at the knots, less between them
    steps = max(float(bend.diff(dim=axis + 1).abs().max()) for axis in range(rank))
    assert steps < 1  # below one voxel a voxel: nothing is folded


@pytest.mark.parametrize("rank", SHAPE)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_transplanted_tumour_is_where_its_labels_are(rank, seed):
    rng = np.random.default_rng(seed)
    here, there = blobs(rank, rng, 3), blobs(rank, rng, 3)
    tissue = torch.ones(1, *SHAPE[rank])  # a channel that makes brain of every voxel
    image, mask = transplant(torch.cat([here, tissue]), here, torch.cat([there, tissue]), there, np.random.default_rng(seed))
    assert torch.equal((image[:3] > 0.5).float(), mask)
    assert not torch.equal(mask, here) and (mask[1] * there[1]).any()
