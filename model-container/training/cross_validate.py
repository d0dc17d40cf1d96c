"""Cross-validation over studies: cross_validate.py WORK DATA [--peer SCRIPT]

DATA holds folders of BraTS-style studies. Of those with all labels, sorted by name, fold f holds back places f, f + 4, f + 8 ...;
studies with a whole-tumour mask alone are always trained on. Per fold a 3D model, a 2D model and, where a script is given, another
recipe (see peer.py) are trained, each for the same minutes of processor time; then the held-back studies are predicted:

    WORK/masks/{unet3d,unet2d,ensemble}[-flips]/<study>.nii.gz, WORK/masks/peer/...
    WORK/logits/{unet3d,unet2d}/<study>.npz     of a part of the brain's voxels, for calibrate.py

`neurotile evaluate WORK/masks/<one> --reference DATA --against WORK/masks/<other> --clean` scores them. Stopped anywhere, the same
command goes on.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from make_dataset import make_dataset

HERE = Path(__file__).resolve().parent
FOLDS = 4
RANKS = (3, 2)
EVERY = 11  # of the brain's voxels go to calibration: a prime, so that no plane is preferred


def jobs(work: Path, data: Path, minutes: float, peer: Path | None) -> list[list[str]]:
    """One command a training, one a fold's predictions: those that are not done yet."""
    out = []
    for fold in range(FOLDS):
        for rank in RANKS:
            prefix = work / f"fold{fold}-{rank}d"
            if not (prefix / "model/README.md").exists():
                lay_out(prefix, work / f"data/fold{fold}", {"rank": rank, "minutes": minutes, "seed": fold + 1})
                out.append([str(HERE / "train.py"), "--prefix", str(prefix)])
        if peer and not (work / f"fold{fold}-peer.done").exists():
            left_out = ",".join(item["name"] for item in held_back(work, fold))
            out.append([str(HERE / "peer.py"), "train", str(peer), str(data), str(work / f"fold{fold}-peer.pt"), str(minutes), left_out])
    return out


def lay_out(prefix: Path, dataset: Path, settings: dict) -> None:
    (prefix / "input/config").mkdir(parents=True, exist_ok=True)
    (prefix / "input/data").mkdir(exist_ok=True)
    (prefix / "input/config/hyperparameters.json").write_text(json.dumps({k: str(v) for k, v in settings.items()}))
    channel = prefix / "input/data/training"
    if not channel.is_symlink():
        channel.symlink_to(dataset.resolve())


def held_back(work: Path, fold: int) -> list[dict]:
    return json.loads((work / f"data/fold{fold}/dataset.json").read_text())["validation"]


def run(command: list[str], log: Path) -> None:
    with log.open("a") as file:
        subprocess.run([sys.executable, "-u", *command], check=True, stdout=file, stderr=file, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if "peer.py" in command[0] and command[1] == "train":
        Path(command[4]).with_suffix(".done").touch()
    print("done:", *command[1:5], flush=True)


def predict_fold(work: Path, fold: int, peer: Path | None) -> None:
    """Every model of the fold on every study that it did not see."""
    from data import load_dataset
    from predict import FLIPS, TURNED, label_map, load_model, predict_study, save_mask

    models = [load_model(work / f"fold{fold}-{rank}d/model") for rank in RANKS]
    for study in load_dataset(work / f"data/fold{fold}", "validation"):
        if (work / f"masks/ensemble-flips/{study.name}.nii.gz").exists():
            continue
        plain = predict_study(models, study)
        flips = [(one + len(TURNED) * others) / len(FLIPS) for one, others in zip(plain, predict_study(models, study, TURNED))]
        for found, ending in ((plain, ""), (flips, "-flips")):
            for name, probabilities in zip(("unet3d", "unet2d", "ensemble"), (*found, np.mean(found, 0))):
                save_mask(label_map(probabilities), study, work / f"masks/{name}{ending}/{study.name}.nii.gz")
                if not ending and name != "ensemble":
                    save_logits(work / f"logits/{name}/{study.name}.npz", probabilities, study)
        print(study.name, flush=True)
    if peer:
        import peer as other

        folder = (work / f"data/fold{fold}").resolve()
        waiting = [item for item in held_back(work, fold) if not (work / f"masks/peer/{item['name']}.nii.gz").exists()]
        other.test(str(peer), str(work / f"fold{fold}-peer.pt"), str(work / "masks/peer"),
                   *(str((folder / item["label"]).resolve().parent) for item in waiting))


def save_logits(file: Path, probabilities: np.ndarray, study) -> None:
    brain = (study.image != 0).any(0)
    p = np.clip(probabilities[:, brain][:, ::EVERY].astype(np.float64), 1e-7, 1 - 1e-7)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, logits=np.log(p / (1 - p)).astype(np.float32), regions=study.regions[:, brain][:, ::EVERY])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--minutes", type=float, default=30, help="of one processor, a model")
    parser.add_argument("--at-once", type=int, default=os.cpu_count())
    parser.add_argument("--predict", type=int, help="a fold: its predictions alone")
    given = parser.parse_args()
    if given.predict is not None:
        predict_fold(given.work, given.predict, given.peer)
        sys.exit()
    sources = sorted(f for f in given.data.iterdir() if f.is_dir())
    about = json.loads((HERE / "brats-2021.json").read_text())
    count = len([i for i in make_dataset(given.work / "data/all", sources, [], about)["training"] if "regions" not in i])
    for fold in range(FOLDS):
        make_dataset(given.work / f"data/fold{fold}", sources, list(range(fold, count, FOLDS)), about)
    with ThreadPoolExecutor(given.at_once) as pool:
        list(pool.map(lambda command: run(command, given.work / "log.txt"), jobs(given.work, given.data, given.minutes, given.peer)))
        again = [str(HERE / "cross_validate.py"), str(given.work), str(given.data), *(["--peer", str(given.peer)] if given.peer else [])]
        list(pool.map(lambda fold: run([*again, "--predict", str(fold)], given.work / "log.txt"), range(FOLDS)))
