"""python -m importing convert <source> <out> [what the user says] ; python -m importing predict <source> <study> <mask> [the same]

Answers in one line of JSON: {"refused": {"found", "expected"}} or what was done. Everything else that is printed is somebody else's.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from importing.find_source import find_source, unpacked
from importing.refusal import Refusal
from importing.taken import Taken, Told

ANSWER = "neurotile: "


def main() -> int:
    given = arguments()
    told = Told(fold=given.fold, axes=given.axes, sequences=listed(given.sequences), regions=listed(given.regions), labels=table(given.labels))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            kind, folder = find_source(unpacked(given.source, Path(scratch)))
            answer = given.work(kind, folder, told, given)
        except Refusal as refusal:
            answer = {"refused": {"found": refusal.found, "expected": refusal.expected}}
    print(ANSWER + json.dumps(answer), flush=True)
    return 0


def read(kind: str, folder: Path, told: Told) -> Taken:
    if kind == "monai":
        from importing.monai_bundle import read_bundle as reader
    else:
        from importing.nnunet import read_nnunet as reader
    return reader(folder, told)


def work_convert(kind: str, folder: Path, told: Told, given: argparse.Namespace) -> dict:
    from importing.convert import convert

    taken = read(kind, folder, told)
    return {**convert(taken, given.out), "name": taken.name, "notes": taken.notes}


def work_predict(kind: str, folder: Path, told: Told, given: argparse.Namespace) -> dict:
    from importing.own_predictor import write_own_mask

    return write_own_mask(kind, folder, read(kind, folder, told), told, given.study, given.reference, given.mask)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    works = parser.add_subparsers(required=True)
    converting = works.add_parser("convert")
    converting.add_argument("source", type=Path)
    converting.add_argument("out", type=Path)
    converting.set_defaults(work=work_convert)
    predicting = works.add_parser("predict")
    predicting.add_argument("source", type=Path)
    predicting.add_argument("study", type=Path, help="folder with <sequence>.nii.gz of every sequence, on one grid")
    predicting.add_argument("reference", type=Path, help="image on whose grid the mask is to lie")
    predicting.add_argument("mask", type=Path)
    predicting.set_defaults(work=work_predict)
    for each in (converting, predicting):
        for name in ("fold", "sequences", "labels", "regions"):
            each.add_argument(f"--{name}")
        each.add_argument("--axes", default="LPS")
    return parser.parse_args()


def listed(text: str | None) -> tuple[str, ...] | None:
    return tuple(text.split(",")) if text else None


def table(text: str | None) -> dict[int, int] | None:
    if not text:
        return None
    try:
        return {int(a): int(b) for a, b in (pair.split("=") for pair in text.split(","))}
    except ValueError as cause:
        raise SystemExit(f"--labels {text}: expected 1=2,2=1,3=4") from cause


if __name__ == "__main__":
    sys.exit(main())
