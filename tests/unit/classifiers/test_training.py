import subprocess
import sys

import numpy as np
import pytest

from classifiers.corpus_files import LabelledMail
from classifiers.crossvalidation import TrainingError, Wanted
from classifiers.evaluation import evaluate, text_table
from classifiers.judge import TrainedJudge
from classifiers.model import Model
from classifiers.training import train
from classifiers.verdict import MailText

from .conftest import FEW_CATEGORIES, NOW, silent


def test_a_small_model_tells_its_categories_apart(small_model: Model) -> None:
    judge = TrainedJudge(small_model)
    mails = [
        MailText("", "a@vst.gov.vn", "Máy in", "Máy in kẹt giấy, không in được gì. KBNN Đức Trọng"),
        MailText("", "a@vst.gov.vn", "tabmis", "tabmis bao loi khi duyet but toan GL, kbnn duc trong"),
    ]
    first, second = judge.judge(mails)
    assert first.application.code == "MAY_TRAM"
    assert second.application.code == "TABMIS"
    assert len(first.application.alternatives) == len(FEW_CATEGORIES) - 1
    assert first.model == small_model.name


def test_one_mail_is_judged_as_among_many(small_model: Model) -> None:
    judge = TrainedJudge(small_model)
    mails = [MailText("", "a@vst.gov.vn", f"máy in {number}", "Máy in không lên") for number in range(5)]
    assert judge.judge(mails) == [judge.judge([mail])[0] for mail in mails]


def test_an_empty_mail_is_never_accepted(small_model: Model) -> None:
    judgement = TrainedJudge(small_model).judge([MailText("", "", "", "")])[0]
    assert not judgement.application.accepted
    assert not judgement.request_kind.accepted
    assert judgement.province.former is None


def test_the_same_rows_give_the_same_model(few: list[LabelledMail], small_model: Model) -> None:
    again = train(few, Wanted(0.8, 0.8, 0.8, 0.8), silent, NOW)
    assert again.name == small_model.name
    assert again.scores == small_model.scores
    assert np.array_equal(again.application.linear.weights, small_model.application.linear.weights)
    assert again.province == small_model.province


def test_confidences_are_probabilities(few: list[LabelledMail], small_model: Model) -> None:
    for judgement in TrainedJudge(small_model).judge([row.mail() for row in few[::10]]):
        for verdict in (judgement.application, judgement.organisation, judgement.request_kind):
            shares = [verdict.confidence, *(share for _, share in verdict.alternatives)]
            assert all(0.0 <= share <= 1.0 for share in shares)
            assert shares == sorted(shares, reverse=True)


def test_training_refuses_a_category_of_four_mails(few: list[LabelledMail]) -> None:
    rows = [row for row in few if row.application != "KHAC"] + [row for row in few if row.application == "KHAC"][:4]
    with pytest.raises(TrainingError, match="fewer than 5 of KHAC"):
        train(rows, Wanted(), silent, NOW)


def test_progress_goes_forward_to_the_end_of_each_step(few: list[LabelledMail]) -> None:
    seen: dict[str, list[float]] = {}
    evaluate(few, Wanted(), lambda step, share: seen.setdefault(step, []).append(share))
    assert seen
    for shares in seen.values():
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_the_evaluation_counts_every_mail(few: list[LabelledMail]) -> None:
    found = evaluate(few, Wanted(0.8, 0.8, 0.8, 0.8), silent)
    assert sum(label.support for label in found.application.labels) == len(few)
    assert found.province.told + found.province.untold == len(few)
    assert found.application.by_coverage[-1] == (1.0, found.application.accuracy)
    table = text_table(found)
    assert all(code in table for code in FEW_CATEGORIES)


def test_judging_never_imports_the_training_libraries() -> None:
    code = "import sys, classifiers.registry; assert not {'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
