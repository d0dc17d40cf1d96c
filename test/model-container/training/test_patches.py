import numpy as np
import torch

from data import Study
from patches import Sampler
from recolour import drop_sequences
from settings import Settings, complete
from transplant import transplant


def study(name: str, known=(True, True, True), tumour=4) -> Study:
    rng = np.random.default_rng(len(name))
    image = rng.normal(0, 1, (4, 24, 32, 32)).astype(np.float32)
    regions = np.zeros((3, 24, 32, 32), np.uint8)
    regions[1, 8 : 8 + tumour, 8 : 8 + tumour, 8 : 8 + tumour] = 1
    if not all(known):
        image[1:3] = 0
    return Study(name, image, regions, known)


def settings(rank: int, **changed) -> Settings:
    return complete(Settings(rank=rank, channels=(8, 8, 8), patch=(16,) * rank, batch=2, **changed))


def test_a_step_s_batch_depends_on_seed_and_step_alone():
    studies = [study("a"), study("bb", (False, True, False))]
    for rank in (2, 3):
        one, other = Sampler(studies, settings(rank)), Sampler(studies, settings(rank))
        other(3)
        assert all(torch.equal(a, b) for a, b in zip(one(7), other(7)))
        assert not torch.equal(one(7)[0], one(8)[0])


def test_a_study_with_a_whole_tumour_mask_comes_seldomer_and_says_what_it_knows():
    sample = Sampler([study("a"), study("bb", (False, True, False))], settings(2, techniques=("partial",)))
    known = torch.cat([sample(step)[2] for step in range(300)])
    share = (known.sum(1) == 1).float().mean().item()
    assert 0.2 < share < 0.32  # 0.35 / 1.35 = 0.26 of 600
    only = Sampler([study("a"), study("bb", (False, True, False))], settings(2, techniques=()))
    assert all(only(step)[2].all() for step in range(20))


def test_dropped_sequences_are_zero_and_the_others_untouched():
    image = torch.randn(4, 8, 8)
    patterns = set()
    for seed in range(40):
        out = drop_sequences(image, np.random.default_rng(seed))
        kept = tuple(bool(c.any()) for c in out)
        assert all(torch.equal(a, b) for a, b, k in zip(out, image, kept) if k)
        patterns.add(kept)
    assert (True, False, False, True) in patterns and len(patterns) == 5


def test_a_transplanted_tumour_brings_its_grey_values_and_its_labels_along():
    image, donor = torch.full((4, 24, 24, 24), 1.0), torch.full((4, 24, 24, 24), 5.0)
    regions = torch.zeros(3, 24, 24, 24)
    donor_regions = regions.clone()
    donor_regions[1, 6:18, 6:18, 6:18] = 1
    donor_regions[0, 9:15, 9:15, 9:15] = 1
    out, mask = transplant(image, regions, donor, donor_regions, np.random.default_rng(1))
    assert torch.equal(mask[0], donor_regions[0]) and mask[1].sum() > 0
    assert torch.equal(out[:, mask[0] > 0], donor[:, mask[0] > 0])
    assert torch.equal(out[:, 0], image[:, 0]) and not (mask.bool() & ~donor_regions.bool()).any()


def test_without_a_donor_s_tumour_nothing_changes():
    image, regions = torch.randn(4, 16, 16), torch.zeros(3, 16, 16)
    out, mask = transplant(image, regions, torch.randn(4, 16, 16), torch.zeros(3, 16, 16), np.random.default_rng(0))
    assert torch.equal(out, image) and torch.equal(mask, regions)
