import json

from conftest import make_study, tell

import show_finetuning
import train
from make_dataset import make_dataset
from show_finetuning import subset, table


def test_a_subset_takes_the_first_of_each_list_whose_labels_tell_all_from_where_they_lie(tmp_path):
    for n, name in enumerate("abcd"):
        make_study(tmp_path / "studies", name, seed=n)
    about = make_dataset(tmp_path / "set", [tmp_path / "studies"], [3])
    about["training"][0]["regions"] = ["WT"]
    (tmp_path / "set/dataset.json").write_text(json.dumps(about))
    subset(tmp_path / "set", tmp_path / "deeper/down", 1, 3)
    made = json.loads((tmp_path / "deeper/down/dataset.json").read_text())
    assert [[i["name"] for i in made[s]] for s in ("training", "validation")] == [["b"], ["d"]]
    assert (tmp_path / "deeper/down" / made["training"][0]["image"][0]).samefile(tmp_path / "studies/b/b_t1.nii.gz")


def test_the_table_pairs_each_study_with_itself_and_leaves_out_regions_without_references():
    def told(after):
        new = {"a": {"before": {"WT": 0.5, "TC": None}, "after": {"WT": after, "TC": 0.3}}, "b": {"before": {"WT": 0.7}, "after": {"WT": after}}}
        return {"studies": {"held back": new, "old": {"a": {"before": {"WT": 0.9}, "after": {"WT": 0.8}}}}}

    lines = table({1: told(0.6), 3: told(0.8)}).splitlines()
    assert lines[0].count("gain") == 2
    assert lines[2:] == ["| new scanner | WT | 2 | 0.600 ± 0.141 | 0.600 ± 0.000 | +0.000 ± 0.141 | 0.800 ± 0.000 | +0.200 ± 0.141 |",
                         "| old scanner | WT | 1 | 0.900 | 0.800 | -0.100 | 0.800 | -0.100 |"]


def test_the_show_runs_from_a_fold_s_model_to_its_table(tmp_path, monkeypatch, capsys):
    for n in range(6):
        make_study(tmp_path / "studies", f"s{n}", seed=n)
    prefix = tmp_path / "ml"
    make_dataset(prefix / "input/data/training", [tmp_path / "studies"], [3, 4, 5])
    tell(prefix, rank=2, steps=1)
    train.run(prefix)
    monkeypatch.setattr("sys.argv", ["show", str(prefix / "model"), str(prefix / "input/data/training"), str(tmp_path / "out"), "--steps", "1"])
    show_finetuning.main()
    assert "after 3 studies" in (tmp_path / "out/table.md").read_text()
    capsys.readouterr()
    show_finetuning.main()  # goes on where everything is done: nothing is tuned again
    assert "steps" not in capsys.readouterr().out
