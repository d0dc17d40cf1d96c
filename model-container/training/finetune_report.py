"""Before and after fine-tuning, on studies that neither tuned on: numbers for the metadata, a table for the card."""

import statistics

from data import REGIONS

Scores = dict[str, dict[str, float | None]]  # {study: {region: Dice or None}}

POPULATIONS = {"left out": "new, each left out once", "held back": "new, held back", "old": "old, held back"}


def fine_tuning(before: dict[str, Scores], after: dict[str, Scores], recipe: dict, seen: list[str]) -> dict:
    """Both by POPULATIONS, then by study; `seen` names the studies that trained the model that tuning began with."""
    studies = {g: {n: {"before": b, "after": after[g][n]} for n, b in scores.items()} for g, scores in before.items() if scores}
    return {"recipe": recipe, "seen": seen, "studies": studies, "table": [r for g, s in studies.items() for r in rows(g, s)]}


def rows(group: str, studies: dict[str, dict]) -> list[dict]:
    """One row a region that has references large enough: means, spreads (sample standard deviation) and n."""
    out = []
    for region in REGIONS:
        pairs = [(s["before"].get(region), s["after"].get(region)) for s in studies.values()]
        pairs = [(b, a) for b, a in pairs if b is not None and a is not None]
        if pairs:
            columns = {"before": [b for b, _ in pairs], "after": [a for _, a in pairs], "difference": [a - b for b, a in pairs]}
            out.append({"population": group, "region": region, "n": len(pairs), **{k: summary(v) for k, v in columns.items()}})
    return out


def summary(values: list[float]) -> dict[str, float | None]:
    spread = round(statistics.stdev(values), 4) if len(values) > 1 else None
    return {"mean": round(statistics.fmean(values), 4), "spread": spread}


def section(tuned: dict) -> str:
    """The card's section, in Markdown."""
    recipe = tuned["recipe"]
    parts = ["## Fine-tuning",
             f"{recipe['selection'][0].upper()}{recipe['selection'][1:]}. {recipe['steps']} steps, peak learning rate {recipe['learningRate']}, "
             f"frozen: {recipe['frozen']}, seed {recipe['seed']}. The weights are a mean: {recipe['kept']:.0%} of the model before, {1 - recipe['kept']:.0%} of the tuned one."]
    if tuned["table"]:
        parts += ["Dice before and after, on studies that were not tuned on: mean ± standard deviation over n studies.", table(tuned["table"])]
    else:
        parts += ["No study was held back of either population: what it gained and what it forgot is not known."]
    if "old" not in tuned["studies"]:
        parts += ["No study of the old population was given: what it forgot is not known."] if tuned["table"] else []
    again = [n for n in tuned["studies"].get("left out", {}) if n in tuned["seen"]]
    if again:
        parts += [f"The model had been trained on {len(again)} of the studies left out, so their figures flatter it."]
    return "\n\n".join(parts) + "\n"


def table(lines: list[dict]) -> str:
    head = ["| studies | region | n | before | after | difference |", "| --- | --- | --- | --- | --- | --- |"]
    body = [f"| {POPULATIONS[r['population']]} | {r['region']} | {r['n']} | {shown(r['before'])} | {shown(r['after'])} | {shown(r['difference'], '+')} |" for r in lines]
    return "\n".join([*head, *body])


def shown(value: dict, sign: str = "") -> str:
    spread = "" if value["spread"] is None else f" ± {value['spread']:.3f}"
    return f"{value['mean']:{sign}.3f}{spread}"
