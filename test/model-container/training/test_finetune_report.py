import pytest

from finetune_report import fine_tuning, section

BEFORE = {"a": {"TC": 0.5, "WT": 0.8, "ET": None}, "b": {"TC": 0.7, "WT": 0.9, "ET": None}, "c": {"TC": 0.6, "WT": 0.9, "ET": 0.7}}
AFTER = {"a": {"TC": 0.6, "WT": 0.8, "ET": 0.1}, "b": {"TC": 0.9, "WT": 0.8, "ET": None}, "c": {"TC": 0.6, "WT": 0.8, "ET": 0.8}}
RECIPE = {"selection": "fixed recipe", "steps": 10, "learningRate": 1e-4, "frozen": "encoder", "kept": 0.5, "seed": 1}


def made(groups, seen=()):
    before, after = ({g: {n: scores[n] for n in names} for g, names in groups.items()} for scores in (BEFORE, AFTER))
    return fine_tuning(before, after, RECIPE, list(seen))


def test_means_spreads_and_paired_differences_are_those_of_the_textbook():
    row, whole = made({"left out": ["a", "b"]})["table"]  # ET: in no pair are both scored
    assert (row["region"], row["n"]) == ("TC", 2)
    # 0.5 and 0.7: mean 0.6, sample standard deviation 0.2 / root 2. Differences 0.1 and 0.2.
    assert row["before"] == {"mean": 0.6, "spread": pytest.approx(0.2 / 2**0.5, abs=1e-4)}
    assert row["difference"] == {"mean": 0.15, "spread": pytest.approx(0.1 / 2**0.5, abs=1e-4)}
    assert whole["difference"]["mean"] == -0.05


def test_one_study_has_no_spread_and_the_table_shows_none():
    told = made({"left out": [], "held back": [], "old": ["c"]})
    assert "| old, held back | WT | 1 | 0.900 | 0.800 | -0.100 |" in section(told)
    assert "±" not in section(told).split("| studies |")[1]


def test_the_card_says_what_is_not_known_and_what_flatters():
    assert "what it gained and what it forgot is not known" in section(made({}))
    flattered = section(made({"left out": ["a", "b"]}, seen=["b", "x"]))
    assert "trained on 1 of the studies left out" in flattered
    assert "what it forgot is not known" in flattered
    assert "not known" not in section(made({"left out": ["a"], "old": ["c"]}))


def test_one_name_in_both_populations_is_two_studies():
    one, other = {"a": {"WT": 0.5}}, {"a": {"WT": 0.9}}
    told = fine_tuning({"held back": one, "old": other}, {"held back": other, "old": one}, RECIPE, [])
    assert [(r["population"], r["before"]["mean"], r["after"]["mean"]) for r in told["table"]] == [("held back", 0.5, 0.9), ("old", 0.9, 0.5)]
