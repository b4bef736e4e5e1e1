import numpy as np

from classifiers.folds import FOLDS, folds_of


def test_a_writer_is_never_judged_by_a_model_of_his_own_mail() -> None:
    writers = [writer for writer in "abcdef" for _ in range(20)]
    labels = [label for _ in "abcdef" for label in ("TABMIS", "TCS") for _ in range(10)]
    for learn, test in folds_of(labels, np.arange(120), writers):
        assert not {writers[one] for one in learn} & {writers[one] for one in test}


def test_every_mail_is_tested_once() -> None:
    writers = ["a"] * 30 + ["b"] * 30 + ["c"] * 7
    labels = ["TABMIS"] * 30 + ["TCS"] * 37
    tested = np.concatenate([test for _, test in folds_of(labels, np.arange(67), writers)])
    assert sorted(tested.tolist()) == list(range(67))


def test_a_label_of_one_writer_is_spread_so_that_it_can_be_learned() -> None:
    writers = [writer for writer in "abcde" for _ in range(20)] + ["f"] * 20
    labels = ["TCS"] * 100 + ["BMS"] * 20
    folds = folds_of(labels, np.arange(120), writers)
    assert len(folds) == FOLDS
    for learn, test in folds:
        assert sum(labels[one] == "BMS" for one in learn) >= 12
        assert sum(labels[one] == "BMS" for one in test) <= 8


def test_near_texts_stay_together() -> None:
    groups = np.array([number // 2 * 2 for number in range(60)])
    for _, test in folds_of(["TCS"] * 60, groups, ["a"] * 60):
        assert len(test) % 2 == 0
        assert all(groups[one] in test for one in test)
