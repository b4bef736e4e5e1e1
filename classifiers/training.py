"""From labelled mails to a model: cross-validation gives temperature, thresholds and scores, then all mails teach."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from classifiers.application import ApplicationModel
from classifiers.calibration import calibration_error
from classifiers.combining import trusted
from classifiers.corpus_files import LabelledMail
from classifiers.crossvalidation import (
    COSTS,
    Prepared,
    Progress,
    Unseen,
    Wanted,
    applications,
    as_verdicts,
    prepare,
    ruled_by,
    teaching,
    tells_province,
    validate,
)
from classifiers.fitting import fit_text
from classifiers.linear import LinearText, Vocabulary
from classifiers.model import Model
from classifiers.organisation import OrganisationModel, measured
from classifiers.province import ProvinceModel
from classifiers.province_fitting import fit_province
from classifiers.terms import lexicon_of


def train(rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress, now: datetime) -> Model:
    """A model of all rows. The same rows and the same time give the same model. TrainingError when rows are too few."""
    return train_and_judge(rows, wanted, progress, now)[0]


def train_and_judge(
    rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress, now: datetime
) -> tuple[Model, dict[str, Unseen]]:
    """As `train`, with what the cross-validation's models said of the mails that they had not seen."""
    prepared = prepare(rows, progress)
    unseen, clue_weights = validate(rows, prepared, wanted, progress)
    progress("final fit", 0.0)
    vocabulary, linear = _text_models(prepared, unseen, len(rows))
    application = _application_model(rows, prepared, linear["application"], clue_weights)
    province = _province_model(rows, prepared, unseen["province"])
    organisation = _organisation_model(rows, unseen)
    progress("final fit", 1.0)
    digest = _digest(rows)
    model = Model(
        name=f"{now:%Y%m%d-%H%M%S}-{digest[:8]}",
        trained_at=now,
        corpus_size=len(rows),
        corpus_digest=digest,
        vocabulary=vocabulary,
        application=application,
        request_kind=linear["request_kind"],
        province=province,
        organisation=organisation,
        scores=_scores(unseen),
    )
    return model, unseen


def _text_models(
    prepared: Prepared, unseen: Mapping[str, Unseen], count: int
) -> tuple[Vocabulary, dict[str, LinearText]]:
    vocabulary, fitted = fit_text(prepared.material, COSTS, np.arange(count))
    linear = {}
    for name, (weights, offsets) in fitted.items():
        narrow = weights.astype(np.float32), offsets.astype(np.float32)
        labels, judged = prepared.material.labels[name], unseen[name]
        linear[name] = LinearText(labels, *narrow, judged.sharpness, judged.threshold)
    return vocabulary, linear


def _application_model(
    rows: Sequence[LabelledMail], prepared: Prepared, linear: LinearText, clue_weights: dict[str, float]
) -> ApplicationModel:
    lexicon = lexicon_of(prepared.material.labels["application"])
    learnt = trusted(lexicon, prepared.hits, applications(rows), teaching(rows, np.arange(len(rows))))
    return ApplicationModel(linear, learnt, clue_weights, linear.threshold)


def _province_model(rows: Sequence[LabelledMail], prepared: Prepared, unseen: Unseen) -> ProvinceModel:
    telling = [choice for row, choice in zip(rows, prepared.choices, strict=True) if tells_province(row)]
    return ProvinceModel(fit_province(telling), unseen.threshold)


def _organisation_model(rows: Sequence[LabelledMail], unseen: Mapping[str, Unseen]) -> OrganisationModel:
    ruled = ruled_by(rows, as_verdicts(unseen["province"]))
    telling = [one for row, one in zip(rows, ruled, strict=True) if "organisation" in row.teaches]
    return OrganisationModel(measured(telling), unseen["organisation"].threshold)


def _scores(unseen: Mapping[str, Unseen]) -> dict[str, float]:
    """The figures that a model carries with it, all cross-validated."""
    scores: dict[str, float] = {}
    for name, one in unseen.items():
        judged = np.array([right is not None for right in one.right]) & one.known
        accepted = one.accepted & one.known
        scores[f"{name}.accuracy"] = float(one.is_right[judged].mean()) if judged.any() else 0.0
        scores[f"{name}.coverage"] = float(accepted.sum() / one.known.sum()) if one.known.any() else 0.0
        scores[f"{name}.precision"] = float(one.is_right[accepted].mean()) if accepted.any() else 0.0
        scores[f"{name}.calibration_error"] = calibration_error(one.confidence[one.known], one.is_right[one.known])
    return {name: round(value, 4) for name, value in scores.items()}


def _digest(rows: Sequence[LabelledMail]) -> str:
    """SHA-256 over all rows in their order: two models of the same rows carry the same one."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(repr(row).encode())
    return whole.hexdigest()
