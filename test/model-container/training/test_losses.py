import pytest
import torch

from losses import deep_loss, segmentation_loss, soft_dice_loss

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


@pytest.mark.parametrize("over_batch", [False, True])
def test_what_a_reference_does_not_tell_neither_costs_nor_counts(over_batch):
    torch.manual_seed(1)
    logits, target = torch.randn(2, 3, 8, 8, requires_grad=True), (torch.rand(2, 3, 8, 8) > 0.5).float()
    known = torch.tensor([[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    loss = segmentation_loss(logits, target, known, over_batch)
    loss.backward()
    assert not logits.grad[1, 0].any() and not logits.grad[1, 2].any()
    assert logits.grad[0].any() and logits.grad[1, 1].any()
    changed = target.clone()
    changed[1, 0] = 1 - changed[1, 0]
    assert segmentation_loss(logits, changed, known, over_batch).item() == pytest.approx(loss.item())


def test_with_everything_known_the_masked_loss_is_the_plain_one():
    torch.manual_seed(2)
    p, t = torch.rand(2, 3, 8, 8), (torch.rand(2, 3, 8, 8) > 0.5).float()
    each = [1 - 2 * (a * b).sum() / ((a**2).sum() + (b**2).sum()) for a, b in zip(p.flatten(0, 1), t.flatten(0, 1))]
    assert soft_dice_loss(p, t).item() == pytest.approx(sum(each).item() / 6)


def test_a_batch_in_which_nobody_knows_a_region_still_has_a_finite_loss():
    nothing = torch.zeros(1, 3, 4, 4)
    assert segmentation_loss(nothing, nothing, torch.zeros(1, 3), over_batch=True).item() == 0


def test_deep_supervision_weighs_each_coarser_level_half_and_asks_it_for_shares():
    target = torch.zeros(1, 3, 8, 8)
    target[..., :4] = 1
    sure = [20 * (2 * torch.nn.functional.avg_pool2d(target, n) - 1) for n in (1, 2, 4)]
    assert deep_loss(sure, target).item() == pytest.approx(0, abs=1e-4)
    assert deep_loss([torch.zeros(1, 3, 8, 8)], target).item() == pytest.approx(segmentation_loss(torch.zeros(1, 3, 8, 8), target).item())
    wrong = [sure[0], -sure[1], sure[2]]
    assert deep_loss(wrong, target).item() == pytest.approx(0.5 / 1.75 * segmentation_loss(wrong[1], torch.nn.functional.avg_pool2d(target, 2)).item(), rel=1e-3)
