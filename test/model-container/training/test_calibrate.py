"""Temperatures that are known, because the truth was drawn with them."""

import math

import numpy as np
import pytest

from calibrate import calibration_error, draw_reliability, fit_temperature, reliability, sigmoid


def drawn_study(rng, temperatures, shape=(20, 60, 60), middle=-1.0):
    """Logits, and a truth that is 1 as often as sigmoid(logit / temperature) says."""
    logits = rng.normal(middle, 4, (len(temperatures), *shape)).astype(np.float32)
    heat = np.asarray(temperatures, np.float32).reshape(-1, 1, 1, 1)
    return logits, (rng.random(logits.shape) < sigmoid(logits / heat)).astype(np.uint8)


def test_the_temperature_that_the_truth_was_drawn_with_is_found_for_each_region():
    rng = np.random.default_rng(1)
    logits, regions = zip(*(drawn_study(rng, (0.5, 1.0, 3.0)) for _ in range(3)))
    # 216,000 voxels a region: the standard error of the estimate is below one in a hundred.
    assert fit_temperature(list(logits), list(regions)) == pytest.approx([0.5, 1.0, 3.0], rel=0.02)


def test_no_other_temperature_has_less_cross_entropy():
    logits, truth = drawn_study(np.random.default_rng(2), (1.7,))
    found = fit_temperature([logits], [truth])[0]

    def entropy(t):
        z = logits.astype(np.float64) / t
        return float((np.logaddexp(0, z) - truth * z).mean())

    assert all(entropy(found) < entropy(found * f) for f in (0.98, 0.995, 1.005, 1.02))


def test_voxels_outside_the_brain_and_regions_that_are_not_known_do_not_count():
    rng = np.random.default_rng(3)
    logits, regions = drawn_study(rng, (2.0, 2.0))
    brain = np.zeros(logits.shape[1:], np.uint8)
    brain[:10] = 1
    wrong_outside = np.where(brain, regions, 1 - regions)
    other, _ = drawn_study(rng, (2.0, 2.0))
    nothing_known = np.zeros_like(regions)
    got = fit_temperature([logits, other], [wrong_outside, nothing_known], [brain, np.ones_like(brain)], [(True, True), (False, False)])
    assert got == fit_temperature([logits[:, :10]], [regions[:, :10]])


def test_a_region_without_tumour_keeps_its_temperature():
    logits, _ = drawn_study(np.random.default_rng(4), (1.0,))
    assert fit_temperature([logits], [np.zeros(logits.shape, np.uint8)]) == [1.0]
    assert fit_temperature([logits], [np.ones(logits.shape, np.uint8)], known=[(False,)]) == [1.0]


def test_bins_hold_what_was_put_in_them():
    probabilities = np.array([0.0, 0.1, 0.3, 0.5, 0.5, 0.99, 1.0], np.float32).reshape(1, 1, 1, 7)
    truth = np.array([0, 0, 1, 0, 1, 1, 1]).reshape(1, 1, 1, 7)
    table = reliability([probabilities], [truth], bins=4)[0]
    assert [b.low for b in table] == [0, 0.25, 0.5, 0.75]
    assert [b.voxels for b in table] == [2, 1, 2, 2]  # 1 is in the last bin
    assert [b.expected for b in table] == pytest.approx([0.05, 0.3, 0.5, 0.995])
    assert [b.observed for b in table] == [0, 1, 0.5, 1]
    # By hand: (2 x 0.05 + 1 x 0.7 + 0 + 2 x 0.005) / 7.
    assert calibration_error(table) == pytest.approx(0.81 / 7, rel=1e-5)


def test_the_fitted_temperature_mends_an_overconfident_network():
    logits, truth = drawn_study(np.random.default_rng(5), (3.0,))
    heat = fit_temperature([logits], [truth])[0]
    before, after = (calibration_error(reliability([sigmoid(logits / t)], [truth])[0]) for t in (1.0, heat))
    assert before > 0.1 and after < 0.005


def test_the_picture_has_a_panel_a_region_and_a_line_a_table(tmp_path):
    logits, truth = drawn_study(np.random.default_rng(6), (3.0, 1.0))
    table = reliability([sigmoid(logits)], [truth])
    draw_reliability(tmp_path / "r.svg", ["TC", "WT"], {"before": table, "after": table})
    text = (tmp_path / "r.svg").read_text()
    assert text.count("<polyline") == 4 and "nan" not in text
    assert math.isclose(text.count("<circle"), 2 + 4 * 15)
