"""One small training for all tests of this folder, and the province model of the whole learning corpus."""

from datetime import UTC, datetime

import pytest

from classifiers.corpus_files import CORPUS, LabelledMail, load
from classifiers.crossvalidation import Wanted
from classifiers.model import Model
from classifiers.province import ProvinceModel
from classifiers.province_fitting import choice_of, fit_province
from classifiers.training import train

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FEW_CATEGORIES = ("MAY_TRAM", "TABMIS", "KHAC")


def silent(_step: str, _share: float) -> None:
    """A progress callback that shows nothing."""


@pytest.fixture(scope="session")
def learning() -> list[LabelledMail]:
    return load(CORPUS / "learning")


@pytest.fixture(scope="session")
def few(learning: list[LabelledMail]) -> list[LabelledMail]:
    """Thirty mails of each of three categories."""
    return [row for code in FEW_CATEGORIES for row in [one for one in learning if one.application == code][:30]]


@pytest.fixture(scope="session")
def small_model(few: list[LabelledMail]) -> Model:
    return train(few, Wanted(0.8, 0.8, 0.8, 0.8), silent, NOW)


@pytest.fixture(scope="session")
def provinces(learning: list[LabelledMail]) -> ProvinceModel:
    return ProvinceModel(fit_province([choice_of(row) for row in learning]), 0.6)
