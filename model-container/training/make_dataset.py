"""Writes a `dataset.json` over folders of BraTS-style studies, leaving the files where they are.

    python make_dataset.py OUT_FOLDER STUDIES_FOLDER... [--hold-back 1,5,9,13] [--about brats-2021.json]

Studies are sorted by folder name; --hold-back takes places in that order among those with all labels, so that nobody picks the
easy ones. Studies with a mask of the whole tumour alone come after the others, and are never held back.
--about says whose data they are: name, description, source, licence, references; the model's card repeats it.
"""

import argparse
import json
import os
from pathlib import Path

ENDINGS = {"T1": "_t1.nii.gz", "T1ce": "_t1ce.nii.gz", "T2": "_t2.nii.gz", "FLAIR": "_flair.nii.gz"}
WHOLE_TUMOUR = "gt_w.nii.gz"  # a mask of the whole tumour alone; then T1 and FLAIR are enough


def study_item(folder: Path, base: Path) -> dict | None:
    """One item with paths relative to `base`; None for a folder that is no labelled study."""
    def find(ending: str) -> str | None:
        hits = [p for p in sorted(folder.iterdir()) if f"_{p.name.lower()}".endswith(ending)]
        return os.path.relpath(hits[0], base) if hits else None

    images, label, whole = [find(e) for e in ENDINGS.values()], find("_seg.nii.gz"), find(WHOLE_TUMOUR)
    if label and all(images):
        return {"name": folder.name, "image": images, "label": label}
    if whole and images[0] and images[3]:
        return {"name": folder.name, "image": images, "label": whole, "regions": ["WT"]}
    return None


def make_dataset(out: Path, sources: list[Path], hold_back: list[int], told: dict | None = None) -> dict:
    out.mkdir(parents=True, exist_ok=True)
    folders = sorted((f for s in sources for f in s.iterdir() if f.is_dir()), key=lambda f: f.name)
    found = [i for i in (study_item(f.resolve(), out.resolve()) for f in folders) if i]
    items = [i for i in found if "regions" not in i]
    if hold_back and max(hold_back) >= len(items):
        raise SystemExit(f"cannot hold back study {max(hold_back)} of {len(items)} with all labels")
    about = {
        **(told or {}),
        "modality": {str(n): s for n, s in enumerate(ENDINGS)},
        "labelTable": "brats",
        "training": [item for n, item in enumerate(items) if n not in hold_back] + [i for i in found if "regions" in i],
        "validation": [items[n] for n in hold_back],
    }
    (out / "dataset.json").write_text(json.dumps(about, indent=1) + "\n")
    return about


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("studies", type=Path, nargs="+")
    parser.add_argument("--hold-back", default="", help="places in the sorted list, from 0")
    parser.add_argument("--about", type=Path)
    given = parser.parse_args()
    told = json.loads(given.about.read_text()) if given.about else None
    made = make_dataset(given.out, given.studies, [int(n) for n in given.hold_back.split(",") if n], told)
    print(f"{len(made['training'])} to train on, held back: {[i['name'] for i in made['validation']] or 'none'}")
