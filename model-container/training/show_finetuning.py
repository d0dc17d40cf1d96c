"""What fine-tuning gains on a new scanner and loses on the old one, shown on a simulated scanner.

    python show_finetuning.py MODEL_FOLDER FOLD_DATASET OUT_FOLDER [--scanner north] [--steps n]

FOLD_DATASET is what the model was trained on: its "training" studies, drawn again, are tuned on; three of its
"validation" studies judge, as they are and drawn again. Once with one study and once with three; the first ones of each
list, so that nobody picks. Stopped, the same command goes on. OUT_FOLDER/table.md is the table.
"""

import argparse
import json
import os
from pathlib import Path

import finetune
from artefact import METADATA, read_metadata
from data import REGIONS, about_dataset
from finetune_report import shown, summary
from simulate_scanner import scanner_named, simulate

TUNED_ON = (1, 3)
JUDGES = 3


def subset(folder: Path, out: Path, training: int, held_back: int) -> None:
    """A dataset.json over the first items of each list, their files left where they are."""
    about = about_dataset(folder)

    def moved(file: str | None) -> str | None:
        return file and os.path.relpath((folder / file).resolve(), out.resolve())

    def item(i: dict) -> dict:
        image = moved(i["image"]) if isinstance(i["image"], str) else [moved(f) for f in i["image"]]
        return {**i, "image": image, "label": moved(i["label"])}

    out.mkdir(parents=True, exist_ok=True)
    whole = [i for i in about["training"] if "regions" not in i]  # labels that tell all
    chosen = {"training": [item(i) for i in whole[:training]], "validation": [item(i) for i in about["validation"][:held_back]]}
    (out / "dataset.json").write_text(json.dumps({**about, **chosen}, indent=1) + "\n")


def lay_out(prefix: Path, new: Path, old: Path, model: Path, studies: int, hyperparameters: dict) -> None:
    subset(new, prefix / "input/data/training", studies, JUDGES)
    for channel, folder in (("model", model), ("old", old)):
        if not (prefix / "input/data" / channel).exists():
            (prefix / "input/data" / channel).symlink_to(folder.resolve())
    (prefix / "input/config").mkdir(parents=True, exist_ok=True)
    (prefix / "input/config/hyperparameters.json").write_text(json.dumps(hyperparameters))


def table(tuned: dict[int, dict]) -> str:
    """`tuned` is {studies tuned on: the metadata's fineTuning}."""
    first = next(iter(tuned.values()))["studies"]
    heads = [f"after {n} {'study' if n == 1 else 'studies'}" for n in tuned]
    lines = ["| rendering | region | n | before | " + " | ".join(f"{h} | gain" for h in heads) + " |", "| --- | --- | --- | --- |" + " --- | --- |" * len(heads)]
    for group, said in (("held back", "new scanner"), ("old", "old scanner")):
        for region in REGIONS:
            names = [n for n, both in first[group].items() if both["before"].get(region) is not None]
            if not names:
                continue
            before = [first[group][n]["before"][region] for n in names]
            cells = [said, region, str(len(names)), shown(summary(before))]
            for told in tuned.values():
                after = [told["studies"][group][n]["after"][region] for n in names]
                cells += [shown(summary(after)), shown(summary([a - b for a, b in zip(after, before)]), "+")]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scanner", default="north")
    parser.add_argument("--steps")
    given = parser.parse_args()
    old, new = given.out / "old", given.out / "new"
    subset(given.dataset, old, max(TUNED_ON), JUDGES)
    if not (new / "dataset.json").exists():
        simulate(old, new, scanner_named(given.scanner))
    tuned = {}
    for studies in TUNED_ON:
        prefix = given.out / f"tuned-{studies}"
        lay_out(prefix, new, old, given.model, studies, {"steps": given.steps} if given.steps else {})
        if not (prefix / "model" / METADATA).exists():
            finetune.run(prefix)
        tuned[studies] = read_metadata(prefix / "model")["neurotile"]["provenance"]["fineTuning"]
    (given.out / "table.md").write_text(table(tuned))
    print((given.out / "table.md").read_text())


if __name__ == "__main__":
    main()
