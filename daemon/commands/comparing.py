"""`models list|use|rollback|compare`, and the answers of two models that the gate compares."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from classifiers import registry
from classifiers.corpus_files import LabelledMail
from classifiers.crossvalidation import Unseen
from classifiers.gate import Answer, decide
from classifiers.gazetteer.places import current_of
from classifiers.judge import TrainedJudge
from classifiers.verdict import Judge, Judgement
from daemon.commands.faults import WrongUse
from daemon.output import print_done, print_json, print_table
from daemon.settings import load

_TEACHES = {"category": "application", "province": "province"}


def answers_of(old: Judge, new: Judge, rows: Sequence[LabelledMail]) -> list[Answer]:
    """Both models' answers on rows that neither was trained on."""
    mails = [row.mail() for row in rows]
    found = []
    for row, one, two in zip(rows, old.judge(mails), new.judge(mails), strict=True):
        for question in row.teaches:
            if question in _TEACHES.values():
                old_right, old_accepted = _answer(one, question, row)
                new_right, new_accepted = _answer(two, question, row)
                found.append(Answer(question, row.writer, old_right, new_right, old_accepted, new_accepted))
    return found


def answers_on_tickets(
    old: Judge, tickets: Sequence[LabelledMail], latest: set[tuple[int, str]], unseen: dict[str, Unseen], first: int
) -> list[Answer]:
    """Answers on what was said since the old model was trained, the new model's by a cross-validated likeness of it that
    has learned nothing of the same person. The tickets' rows begin at `first` among the rows of `unseen`."""
    judged = old.judge([row.mail() for row in tickets])
    found = []
    for number, (row, judgement) in enumerate(zip(tickets, judged, strict=True)):
        for said, question in _TEACHES.items():
            if question not in row.teaches or (int(row.id.removeprefix("ticket-")), said) not in latest:
                continue
            right, accepted = _answer(judgement, question, row)
            outcome = unseen[question]
            now_accepted = bool(outcome.accepted[first + number])
            now_right = bool(outcome.is_right[first + number])
            if question == "province":
                now_right = now_right and now_accepted
            found.append(Answer(question, row.writer, right, now_right, accepted, now_accepted))
    return found


def _answer(judgement: Judgement, question: str, row: LabelledMail) -> tuple[bool, bool]:
    """(right, accepted); for provinces the office counts, and "unknown" is right where the mail does not tell it."""
    if question == "application":
        return judgement.application.code == row.application, judgement.application.accepted
    verdict = judgement.province
    right = verdict.current == (current_of(row.province) if row.province else None)
    return right, verdict.accepted


def models_list(config: Path, as_json: bool) -> int:
    """The stored models, newest first."""
    models = list(reversed(registry.listed(Path(load(config).storage.model))))
    if as_json:
        for model in models:
            manifest = model.manifest
            print_json(
                {
                    "name": model.name,
                    "current": model.current,
                    "defect": model.defect or None,
                    "trained_at": manifest.trained_at.isoformat() if manifest else None,
                    "corpus_size": manifest.corpus_size if manifest else None,
                    "scores": dict(manifest.scores) if manifest else None,
                }
            )
        return 0
    print_table(
        ["", "name", "mails", "application", "province", "remark"],
        [
            ["*" if m.current else "", m.name, m.manifest.corpus_size if m.manifest else "",
             *(f"{m.manifest.scores.get(f'{kind}.accuracy', 0.0):.3f}" if m.manifest else "" for kind in ("application", "province")),
             m.defect]
            for m in models
        ],
        "no models: run `train`",
    )  # fmt: skip
    return 0


def models_use(config: Path, name: str, as_json: bool) -> int:
    """Put a stored model to use, whatever the gate said: a person decided."""
    folder = Path(load(config).storage.model)
    _stored(folder, name)
    before = registry.current_name(folder)
    registry.use(folder, name)
    print_done(as_json, {"model": name, "before": before}, [f"{name} is in use"])
    return 0


def models_rollback(config: Path, as_json: bool) -> int:
    """Back to the model that was in use before."""
    folder = Path(load(config).storage.model)
    before = registry.current_name(folder)
    name = registry.rollback(folder)
    print_done(as_json, {"model": name, "before": before}, [f"back to {name}"])
    return 0


def _stored(folder: Path, *names: str) -> None:
    """WrongUse for names that no stored model has."""
    stored = {one.name for one in registry.listed(folder)}
    if unknown := [name for name in names if name not in stored]:
        raise WrongUse(f"there is no model {', '.join(unknown)}: see `models list`")


def models_compare(config: Path, old: str, new: str, as_json: bool) -> int:
    """Both models on the gate part, and whether the new one would pass."""
    from daemon.commands.corpus_parts import part

    settings = load(config)
    folder = Path(settings.storage.model)
    _stored(folder, old, new)
    judges = [TrainedJudge(registry.opened(folder, name)) for name in (old, new)]
    decision = decide(answers_of(judges[0], judges[1], part(settings, "gate", None)), [])
    if as_json:
        print_json({"old": old, "new": new, "passes": decision.use, "reasons": list(decision.reasons),
                    "gate": [asdict(one) for one in decision.comparisons]})  # fmt: skip
        return 0
    print_table(
        ["question", "mails", old, new, "wrong but accepted"],
        [
            [one.question, one.mails, f"{one.old:.3f}", f"{one.new:.3f}", f"{one.old_wrong_accepted} → {one.new_wrong_accepted}"]
            for one in decision.comparisons
        ],
        "there is no gate part to compare on",
    )  # fmt: skip
    sys.stdout.write("".join(f"{reason}\n" for reason in decision.reasons) or f"{new} passes the gate\n")
    return 0
