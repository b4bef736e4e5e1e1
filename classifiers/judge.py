"""The trained judge: one model applied to mails, without scikit-learn and without any file."""

from collections.abc import Sequence

from classifiers.application import verdict_of
from classifiers.features import text_features
from classifiers.gazetteer.places import names
from classifiers.model import Model
from classifiers.verdict import Judgement, MailText


class TrainedJudge:
    """Judges mails with a model; the same mail always gets the same judgement."""

    def __init__(self, model: Model) -> None:
        self._model = model
        # Built once, here: the first mail should not wait for the gazetteer.
        names()

    @property
    def name(self) -> str:
        """The model's name, as `models list` shows it."""
        return self._model.name

    @property
    def model(self) -> Model:
        """The model itself, for explanations."""
        return self._model

    def judge(self, mails: Sequence[MailText]) -> list[Judgement]:
        """One judgement for each mail, in their order."""
        return [self._judged(mail) for mail in mails]

    def _judged(self, mail: MailText) -> Judgement:
        model = self._model
        columns, values = model.vocabulary.vector(text_features(mail))
        province = model.province.judge(mail)
        return Judgement(
            application=model.application.judge(columns, values, model.application.lexicon.hits(mail)),
            province=province,
            organisation=model.organisation.judge(mail, province),
            request_kind=verdict_of(model.request_kind, columns, values),
            model=model.name,
        )
