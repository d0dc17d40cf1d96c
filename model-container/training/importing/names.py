"""Names of sequences, labels and regions, as people write them. Who reads one for another swaps core and oedema without any error,
so nothing is guessed: an unknown name is refused, and the user says what it means."""

from data import REGIONS, SEQUENCES, SYNONYMS

from importing.refusal import Refusal

REGION_NAMES = {
    "TC": {"tc", "core", "tumorcore"},
    "WT": {"wt", "whole", "wholetumor"},
    "ET": {"et", "enhancing", "enhancingtumor", "gdenhancingtumor", "activetumor"},
}
LABEL_NAMES = {
    1: {"ncr", "ncrnet", "net", "netc", "necrosis", "necrotic", "necroticcore", "necrotictumor", "necrotictumorcore", "nonenhancing", "nonenhancingtumor",
        "nonenhancingtumorcore", "necroticandnonenhancingtumor", "necroticandnonenhancingtumorcore"},
    2: {"ed", "edema", "peritumoraledema", "snfh", "surroundingnonenhancingflairhyperintensity"},
    4: REGION_NAMES["ET"] | {"gdenhancing"},
}
OUTPUT_LABELS = (0, 2, 1, 4)  # BraTS's, in the order in which a network of labels tells them to the pipeline


def plain(name: str) -> str:
    letters = "".join(c for c in name.lower() if c.isalnum())
    return letters.replace("tumour", "tumor").replace("oedema", "edema")


def sequences_of(names: list[str], said: tuple[str, ...] | None) -> tuple[str, ...]:
    """The source's input channels in BraTS's names; `said` by the user wins."""
    found = list(said) if said else [SYNONYMS.get(plain(n)) for n in names]
    if len(found) != len(names) or None in found or len(set(found)) != len(found) or not set(found) <= set(SEQUENCES):
        raise Refusal(f"input channels {list(said) if said else names}", f"{len(names)} different ones of {', '.join(SEQUENCES)}, or --sequences to name them in order")
    return tuple(found)


def regions_of(names: list[str], said: tuple[str, ...] | None) -> tuple[str, ...]:
    """The regions that sigmoid outputs tell, in their order."""
    found = list(said) if said else [next((r for r, known in REGION_NAMES.items() if plain(n) in known), None) for n in names]
    if len(names) != len(REGIONS) or set(found) != set(REGIONS):
        raise Refusal(f"regions {list(said) if said else names}", "whole tumour, tumour core and enhancing tumour, or --regions WT,TC,ET in the outputs' order")
    return tuple(found)


def label_table(names: dict[int, str], said: dict[int, int] | None) -> dict[int, int]:
    """The source's labels but the background -> BraTS's."""
    table = said or {v: next((b for b, known in LABEL_NAMES.items() if plain(n) in known), 0) for v, n in names.items()}
    if set(table) != set(names) or set(table.values()) != {1, 2, 4}:
        raise Refusal(f"labels {said or names}", "necrotic core, oedema and enhancing tumour, or --labels 1=2,2=1,3=4: the source's label = BraTS's 1, 2 or 4")
    return table


def label_groups(heads: list[int], table: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    """For each of OUTPUT_LABELS, the output channels that stand for it. `heads`: the source's label of each channel, 0 the background."""
    return tuple(tuple(n for n, label in enumerate(heads) if table.get(label, 0) == brats) for brats in OUTPUT_LABELS)
