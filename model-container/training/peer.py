"""Runs a training recipe that is one plain script, `SCRIPT train DATA OUT MINUTES --leave-out NAMES` and `SCRIPT test OUT STUDY`, under
this project's rules: minutes of the processor's own time, as train.py counts them, and masks as files, to be scored like ours.

    peer.py train SCRIPT DATA OUT MINUTES NAME,NAME      peer.py test SCRIPT OUT MASKS STUDY_FOLDER...
"""

import os
import runpy
import sys
import time
from pathlib import Path

import nibabel as nib
import torch

from predict import label_map


def run(script: str, *arguments: str) -> dict:
    sys.argv = [script, *arguments]
    return runpy.run_path(script, run_name="__main__")


def train(script: str, data: str, out: str, minutes: str, left_out: str) -> None:
    begin = time.time()
    # The script asks time.time() how long it has been at work: on a machine that does other things too, that is not what it worked.
    time.time = lambda: begin + time.process_time() / torch.get_num_threads()
    run(script, "train", data, out, minutes, "--leave-out", left_out)


def test(script: str, weights: str, masks: str, *studies: str) -> None:
    for study in map(Path, studies):
        labels = label_map(run(script, "test", weights, str(study))["m"])  # TC, WT, ET, as REGIONS has them
        reference = next(p for p in sorted(study.iterdir()) if p.name.lower().endswith("seg.nii.gz"))
        Path(masks).mkdir(parents=True, exist_ok=True)
        nib.save(nib.Nifti1Image(labels, nib.load(reference).affine), Path(masks) / f"{study.name}.nii.gz")


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    {"train": train, "test": test}[sys.argv[1]](*sys.argv[2:])
