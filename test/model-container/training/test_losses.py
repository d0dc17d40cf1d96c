import pytest
import torch

from losses import segmentation_loss, soft_dice_loss

# The worked example of the course notes, as voxels: sum(p t) = 2.2, sum(p^2) = 2.47, sum(t^2) = 3.
P = torch.tensor([0.9, 0.8, 0.5, 0.6, 0.6, 0.2, 0.1])
T = torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])


def test_the_worked_example_of_the_course_notes_gives_0_196():
    assert (P * T).sum().item() == pytest.approx(2.2)
    assert (P**2).sum().item() == pytest.approx(2.47)
    loss = soft_dice_loss(P.reshape(1, 1, 7, 1), T.reshape(1, 1, 7, 1))
    assert loss.item() == pytest.approx(1 - 2 * 2.2 / (2.47 + 3), abs=1e-6)
    assert loss.item() == pytest.approx(0.196, abs=5e-4)


def test_a_perfect_mask_costs_nothing_and_a_disjoint_one_costs_1():
    mask = torch.zeros(1, 3, 4, 4, 4)
    mask[..., :2] = 1
    assert soft_dice_loss(mask, mask).item() == pytest.approx(0)
    assert soft_dice_loss(1 - mask, mask).item() == pytest.approx(1)


def test_regions_are_averaged_so_that_a_small_one_counts_as_much_as_a_large_one():
    target = torch.zeros(1, 2, 10, 10)
    target[0, 0] = 1
    target[0, 1, 0, 0] = 1
    missed_small = target.clone()
    missed_small[0, 1] = 0
    assert soft_dice_loss(missed_small, target).item() == pytest.approx(0.5)


def test_over_batch_is_one_dice_of_all_images_together():
    p, t = torch.rand(4, 3, 8, 8), (torch.rand(4, 3, 8, 8) > 0.5).float()
    joined = [x.transpose(0, 1).reshape(1, 3, 32, 8) for x in (p, t)]
    assert soft_dice_loss(p, t, over_batch=True).item() == pytest.approx(soft_dice_loss(*joined).item(), abs=1e-6)


def test_where_a_region_is_absent_smoothing_charges_for_what_was_painted():
    nothing = torch.zeros(1, 1, 8, 8)
    assert soft_dice_loss(nothing, nothing, smooth=1.0).item() == pytest.approx(0)
    assert 0 < soft_dice_loss(nothing + 0.1, nothing, smooth=1.0).item() < soft_dice_loss(nothing + 0.9, nothing, smooth=1.0).item()


def test_the_whole_loss_falls_as_the_logits_get_surer_of_the_truth():
    target = (torch.rand(1, 3, 8, 8, 8) > 0.7).float()
    losses = [segmentation_loss(scale * (2 * target - 1), target).item() for scale in (0.0, 1.0, 5.0)]
    assert losses == sorted(losses, reverse=True)
