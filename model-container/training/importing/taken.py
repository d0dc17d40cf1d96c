"""What an importer makes of a source: the network and everything that running it needs, whichever framework it came from."""

from dataclasses import dataclass, field

from torch import nn


@dataclass(frozen=True)
class Told:
    """What the user says because the source does not; None where it is to speak for itself."""

    fold: str | None = None  # a fold's number, or "all"
    axes: str = "LPS"  # how the training data's files lay: where i, j, k increase; BraTS's files are LPS
    sequences: tuple[str, ...] | None = None
    labels: dict[int, int] | None = None  # the source's label -> BraTS's 1, 2 or 4
    regions: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Taken:
    network: nn.Module  # N x C x D x H x W -> logits as the framework's own, N x heads x the same
    groups: tuple[tuple[int, ...], ...] | None  # label outputs: the heads of each of OUTPUT_LABELS; None where heads are regions
    regions: tuple[str, ...]
    painted: dict[int, int]  # value in the framework's own mask -> BraTS's label
    sequences: tuple[str, ...]
    axes: str  # towards where D, H, W increase
    spacing: tuple[float, ...]  # mm along D, H, W
    tile: tuple[int, ...]
    overlap: tuple[float, ...]
    mask: str  # which voxels are z-scored: see functions/contract/model.ts
    window: dict[str, str]
    name: str
    source: dict  # framework, version, configuration, sha256 of the weights: for the provenance
    about: dict[str, object]  # what the metadata says of data, authors, licence
    notes: list[str] = field(default_factory=list)  # what is done otherwise here than there
