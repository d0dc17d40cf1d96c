"""Which folder, of those that were given or zipped, holds the model."""

import zipfile
from pathlib import Path

from importing.monai_bundle import is_bundle
from importing.nnunet import is_nnunet
from importing.refusal import Refusal

EXPECTED = "one MONAI bundle (configs/metadata.json, configs/inference.json) or one nnU-Net v2 result (plans.json, dataset.json, fold_*)"


def unpacked(source: Path, folder: Path) -> Path:
    """The source itself, or what a zip file holds, written into `folder`."""
    if source.is_dir():
        return source
    if not zipfile.is_zipfile(source):
        raise Refusal(f"{source.name}, which is no folder and no zip file", EXPECTED)
    with zipfile.ZipFile(source) as archive:
        archive.extractall(folder)  # never writes outside of it
    return folder


def find_source(root: Path) -> tuple[str, Path]:
    """("monai" or "nnunet", its folder), at `root` or anywhere below it."""
    folders = [root, *sorted(p for p in root.rglob("*") if p.is_dir())]
    found = [(kind, f) for f in folders for kind, holds in (("monai", is_bundle), ("nnunet", is_nnunet)) if holds(f)]
    if len(found) != 1:
        raise Refusal(" and ".join(str(f.relative_to(root)) for _, f in found) or "neither", EXPECTED)
    return found[0]
