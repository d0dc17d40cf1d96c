"""Probabilities that mean what they say: a temperature a region (Guo et al., "On calibration of modern neural networks", ICML 2017), and
the reliability diagram before and after.

A study is an array of logits or probabilities, R x D x H x W, and its regions, R x D x H x W of 0 and 1. Where `brains` are given, D x H x W,
only voxels in them count; where `known` is given, only those regions of a study that its reference tells.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

HOTTEST = 16.0  # and 1/16 the coldest: beyond, nothing was learned of the scale of the logits
HALVINGS = 20  # of log temperature: to 5e-6


@dataclass(frozen=True)
class Bin:
    low: float  # probabilities from here on, below the next bin's; the last holds 1 too
    voxels: int
    expected: float  # mean probability; nan without voxels
    observed: float  # share in the reference


def fit_temperature(logits: list[np.ndarray], regions: list[np.ndarray], brains: list[np.ndarray] | None = None,
                    known: list[tuple[bool, ...]] | None = None) -> list[float]:
    """Per region the temperature that makes binary cross-entropy over all voxels of all studies least.

    The cross-entropy is convex in 1 / temperature, so the root of its slope is found by halving. A region of which no voxel is
    tumour, or none is not, keeps 1. Fit it on studies that the network was not trained on.
    """
    return [temperature_of(*voxels_of(r, logits, regions, brains, known)) for r in range(len(logits[0]))]


def temperature_of(logits: np.ndarray, truth: np.ndarray) -> float:
    if not truth.any() or truth.all():
        return 1.0
    low, high = -np.log(HOTTEST), np.log(HOTTEST)  # of log(1 / temperature)
    target = float(logits[truth].sum(dtype=np.float64))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = float((logits * sigmoid(logits * np.exp(middle, dtype=np.float32))).sum(dtype=np.float64)) - target
        low, high = (low, middle) if slope > 0 else (middle, high)
    return round(float(np.exp(-(low + high) / 2)), 4)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * logits)  # exp would overflow far below 0


def reliability(probabilities: list[np.ndarray], regions: list[np.ndarray], bins: int = 15, brains: list[np.ndarray] | None = None,
                known: list[tuple[bool, ...]] | None = None) -> list[list[Bin]]:
    """Per region, voxels sorted into bins of equal width by their probability: what was expected, what was observed."""
    return [bins_of(*voxels_of(r, probabilities, regions, brains, known), bins) for r in range(len(probabilities[0]))]


def bins_of(probabilities: np.ndarray, truth: np.ndarray, bins: int) -> list[Bin]:
    which = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    voxels = np.bincount(which, minlength=bins)
    with np.errstate(invalid="ignore"):
        expected = np.bincount(which, probabilities, bins) / voxels
        observed = np.bincount(which, truth, bins) / voxels
    return [Bin(n / bins, int(voxels[n]), float(expected[n]), float(observed[n])) for n in range(bins)]


def calibration_error(table: list[Bin]) -> float:
    """Expected calibration error: mean distance of expected and observed, weighted by voxels."""
    filled = [b for b in table if b.voxels]
    return sum(b.voxels * abs(b.expected - b.observed) for b in filled) / max(1, sum(b.voxels for b in filled))


def voxels_of(region: int, values: list[np.ndarray], regions: list[np.ndarray], brains: list[np.ndarray] | None,
              known: list[tuple[bool, ...]] | None) -> tuple[np.ndarray, np.ndarray]:
    """One region's voxels of all studies that know it, in a row: float32 values, boolean truth."""
    told = [n for n in range(len(values)) if known is None or known[n][region]]
    if not told:
        return np.zeros(0, np.float32), np.zeros(0, bool)
    where = [np.ones(values[n].shape[1:], bool) if brains is None else brains[n] > 0 for n in told]
    picked = np.concatenate([values[n][region][w] for n, w in zip(told, where)]).astype(np.float32)
    return picked, np.concatenate([regions[n][region][w] for n, w in zip(told, where)]) > 0


SIDE, LEFT, TOP, GAP = 200, 48, 34, 66
COLOURS = ("#c2571a", "#1f6fb2")


def draw_reliability(file: Path, names: list[str], tables: dict[str, list[list[Bin]]]) -> None:
    """One SVG panel a region, one line a key of `tables` ("before", "after"); a dot's area grows with the logarithm of its voxels.

    On the diagonal, of all voxels that were given 30 %, 30 % are tumour; below it the network is too sure of itself.
    """
    panels = "\n".join(draw_panel(n, name, {k: t[n] for k, t in tables.items()}) for n, name in enumerate(names))
    width, height = LEFT + len(names) * (SIDE + GAP), TOP + SIDE + 74
    keys = "".join(f'<circle cx="{LEFT + 120 * n}" cy="{height - 16}" r="4" fill="{COLOURS[n]}"/>'
                   f'<text x="{LEFT + 120 * n + 10}" y="{height - 12}">{escape(key)}</text>' for n, key in enumerate(tables))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                    f'font-family="Helvetica, Arial, sans-serif" font-size="12">\n<rect width="{width}" height="{height}" fill="#fff"/>\n{panels}\n{keys}\n</svg>\n')


def draw_panel(place: int, name: str, tables: dict[str, list[Bin]]) -> str:
    parts = [f'<text x="0" y="-14" font-weight="bold">{escape(name)}</text>', f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbb"/>',
             f'<line x1="0" y1="{SIDE}" x2="{SIDE}" y2="0" stroke="#999" stroke-dasharray="4 4"/>',
             f'<text x="{SIDE / 2}" y="{SIDE + 32}" text-anchor="middle">probability given</text>',
             f'<text transform="translate(-32 {SIDE / 2}) rotate(-90)" text-anchor="middle">share that is tumour</text>']
    for tick in (0, 0.5, 1):
        parts.append(f'<text x="{SIDE * tick}" y="{SIDE + 16}" text-anchor="middle">{tick:g}</text>'
                     f'<text x="-6" y="{SIDE * (1 - tick) + 4}" text-anchor="end">{tick:g}</text>')
    for n, (key, table) in enumerate(tables.items()):
        dots = [(SIDE * b.expected, SIDE * (1 - b.observed), 1 + 1.2 * np.log10(b.voxels) ** 0.5) for b in table if b.voxels]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[n]}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{COLOURS[n]}"/>' for x, y, r in dots]
        parts.append(f'<text x="8" y="{18 + 15 * n}" fill="{COLOURS[n]}">{escape(key)}: error {calibration_error(table):.4f}</text>')
    return f'<g transform="translate({LEFT + place * (SIDE + GAP)} {TOP})">\n' + "\n".join(parts) + "\n</g>"
