#!/bin/sh
# The shipped models and their figures again: reproduce.sh WORK DATA [PEER_SCRIPT]
# DATA holds folders of BraTS-style studies. Stopped at any point, the same command goes on where it was. PYTHON names another
# interpreter; AT_ONCE trainings run side by side, one thread each, the folds' for MINUTES of a processor.
set -eu
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$1"
work=$(readlink -f "$1")
data=$(readlink -f "$2")
peer=${3:+$(readlink -f "$3")}
export PYTHON="${PYTHON:-python3}"
# Threads that spin while they wait would be counted as work.
export OMP_WAIT_POLICY=PASSIVE

"$PYTHON" "$here/cross_validate.py" "$work/cv" "$data" --minutes "${MINUTES:-8}" --at-once "${AT_ONCE:-$(nproc)}" ${peer:+--peer "$peer"}
for masks in "$work"/cv/masks/*; do
  name=$(basename "$masks")
  against=${peer:+--against "$work/cv/masks/peer"}
  [ "$name" = peer ] && against=
  # shellcheck disable=SC2086 # two words
  node "$here/../../functions/cli/neurotile.mjs" evaluate "$masks" --reference "$work/cv/data/all" $against --clean --out "$work/cv/scores/$name" --seed 1
done

# one NAME HYPERPARAMETERS: a model that sees every study
one() {
  prefix=$work/$1
  mkdir -p "$prefix/input/config" "$prefix/input/data"
  ln -sfn "$work/cv/data/all" "$prefix/input/data/training"
  echo "$2" > "$prefix/input/config/hyperparameters.json"
  [ -e "$prefix/model/README.md" ] || OMP_NUM_THREADS=${THREADS:-1} "$here/train" --prefix "$prefix"
  "$PYTHON" "$here/publish.py" "$prefix/model" "$work/cv" "$prefix/published"
}

one all-3d '{"rank": "3", "minutes": "45", "seed": "11"}'
one all-2d '{"rank": "2", "minutes": "40", "seed": "11", "batch": "8"}'
