#!/bin/sh
# Trains the shipped models again, one after the other: reproduce.sh WORK_FOLDER STUDIES_FOLDER...
# Stopped at any point, the same command goes on where it was. PYTHON names another interpreter.
set -eu
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$1"
work=$(readlink -f "$1")
shift
export PYTHON="${PYTHON:-python3}" OMP_NUM_THREADS="${OMP_NUM_THREADS:-2}"
# Threads that spin while they wait steal from whatever else the machine does.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"

"$PYTHON" "$here/make_dataset.py" "$work/data/fold" "$@" --hold-back 1,5,9,13 --about "$here/brats-2021.json"
"$PYTHON" "$here/make_dataset.py" "$work/data/all" "$@" --about "$here/brats-2021.json"

# one NAME DATASET WARM_START HYPERPARAMETERS: lays out what SageMaker would, and trains
one() {
  prefix=$work/runs/$1
  [ -e "$prefix/model/README.md" ] && return
  mkdir -p "$prefix/input/config" "$prefix/input/data"
  ln -sfn "$work/data/$2" "$prefix/input/data/training"
  if [ -n "$3" ]; then ln -sfn "$work/runs/$3/model" "$prefix/input/data/model"; fi
  echo "$4" > "$prefix/input/config/hyperparameters.json"
  "$here/train" --prefix "$prefix"
}

# The fold models give the figures; the shipped ones grow from them and see every study, held-back ones too.
one fold-3d    fold ""      '{"rank": "3", "minutes": "50", "seed": "1"}'
one shipped-3d all  fold-3d '{"rank": "3", "minutes": "25", "seed": "2", "learning_rate": "5e-4"}'
one fold-2d    fold ""      '{"rank": "2", "minutes": "20", "seed": "1"}'
one shipped-2d all  fold-2d '{"rank": "2", "minutes": "10", "seed": "2", "learning_rate": "5e-4"}'
