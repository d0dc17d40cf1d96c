"""Grey values change, and nothing else does."""

import numpy as np
import pytest
import torch

import recolour
from recolour import drop_sequences, paint

SHAPE = {2: (40, 36), 3: (30, 40, 36)}
EVERY = [change for _, change in recolour.CHANGES]
every_change = pytest.mark.parametrize("change", EVERY, ids=lambda change: change.__name__)
either_rank = pytest.mark.parametrize("rank", SHAPE)


def example(rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Four smooth sequences in a brain that leaves a border, and three nested regions."""
    rng = np.random.default_rng(rank)
    knots = torch.as_tensor(rng.standard_normal((1, 4, *(n // 4 for n in SHAPE[rank]))), dtype=torch.float32)
    image = torch.nn.functional.interpolate(knots, SHAPE[rank], mode="bilinear" if rank == 2 else "trilinear")[0]
    brain = torch.zeros(SHAPE[rank])
    brain[tuple(slice(5, -5) for _ in range(rank))] = 1
    return image * brain, torch.stack([image[3] > t for t in (0.6, 0.3, 0.9)]).float() * brain


def test_every_change_that_there_is_is_known_here():
    names = {change.__name__ for change in EVERY}
    assert names == {"misregistration", "low_resolution", "blur", "bias_field", "gamma", "contrast", "brightness", "noise"}


@every_change
@either_rank
def test_each_change_is_finite_and_leaves_outside_at_zero(change, rank, monkeypatch):
    image, _ = example(rank)
    monkeypatch.setattr(recolour, "CHANGES", ((1.0, change),))
    out = recolour.recolour(image, np.random.default_rng(5))
    assert out.shape == image.shape and torch.isfinite(out).all()
    brain = (image != 0).any(0)
    assert not out[:, ~brain].any()
    assert all(not torch.equal(a, b) for a, b in zip(out, image))


@every_change
@either_rank
def test_each_change_is_the_same_again_for_a_seed_and_another_for_another(change, rank, monkeypatch):
    image, _ = example(rank)
    monkeypatch.setattr(recolour, "CHANGES", ((1.0, change),))
    one, again, other = (recolour.recolour(image, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)


@every_change
@either_rank
def test_a_missing_sequence_stays_missing_and_an_image_is_not_written_to(change, rank, monkeypatch):
    image, _ = example(rank)
    image[1] = 0
    before = image.clone()
    monkeypatch.setattr(recolour, "CHANGES", ((1.0, change),))
    assert not recolour.recolour(image, np.random.default_rng(3))[1].any()
    assert torch.equal(image, before)


@either_rank
@pytest.mark.parametrize("name", ["gamma", "bias_field"])
def test_what_normalisation_would_undo_is_undone_at_once(name, rank):
    image, _ = example(rank)
    brain = image[0] != 0
    out = getattr(recolour, name)(image[0], brain, np.random.default_rng(4))
    assert out[brain].mean().item() == pytest.approx(image[0][brain].mean().item(), abs=1e-4)
    assert out[brain].std().item() == pytest.approx(image[0][brain].std().item(), rel=1e-3)


@either_rank
def test_gamma_keeps_the_order_of_grey_values(rank):
    image, _ = example(rank)
    brain = image[0] != 0
    order = image[0][brain].argsort()
    bent = recolour.gamma(image[0], brain, np.random.default_rng(2))[brain][order]
    assert (bent.diff() >= -1e-5).all()


@pytest.mark.parametrize("by", [0, 1, -2])
def test_a_shift_by_whole_voxels_is_one(by, monkeypatch):
    class Fixed:
        def uniform(self, low, high, count):
            return np.full(count, float(by))

    channel = torch.randn(12, 13, generator=torch.Generator().manual_seed(1))
    out = recolour.misregistration(channel, channel != 0, Fixed())
    assert torch.allclose(out[4:-4, 4:-4], channel.roll((by, by), (0, 1))[4:-4, 4:-4], atol=1e-6)


@either_rank
def test_painting_leaves_regions_and_outside_alone_and_each_sequence_normalised(rank):
    image, regions = example(rank)
    image[2] = 0
    before = image.clone(), regions.clone()
    one, again, other = (paint(image, regions, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(image, before[0]) and torch.equal(regions, before[1])
    assert torch.equal(one, again) and not torch.equal(one, other)
    brain = (image != 0).any(0)
    assert not one[:, ~brain].any() and not one[2].any()
    for channel in (0, 1, 3):
        assert one[channel][brain].mean().item() == pytest.approx(0, abs=1e-4)
        assert one[channel][brain].std().item() == pytest.approx(1, rel=1e-2)


def test_nothing_is_made_of_nothing():
    empty, regions = torch.zeros(4, 8, 8, 8), torch.zeros(3, 8, 8, 8)
    rng = np.random.default_rng(0)
    assert not any(out.any() for out in (recolour.recolour(empty, rng), paint(empty, regions, rng), drop_sequences(empty, rng)))
