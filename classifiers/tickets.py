"""Tickets as rows to learn from: what people said about judged requests, newer sayings weighing more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.corpus_files import LabelledMail
from classifiers.gazetteer.places import current_names, former_names
from classifiers.verdict import TRUNG_UONG

_HALF_LIFE_DAYS = 180.0
# A correction names what the model did not know, so it counts like several mails of the corpus; agreement counts less.
_CORRECTED, _CONFIRMED, _OLDEST = 4.0, 1.0, 0.25


@dataclass(frozen=True, slots=True)
class Saying:
    """One label as the daemon stores it. `question` is `category` or `province`; `who` is the person's address."""

    ticket: int
    question: str
    corrected: bool
    said: str
    judged: str | None
    who: str
    at: datetime
    sender_name: str
    sender_address: str
    subject: str
    text: str


def rows_of(sayings: Sequence[Saying], codes: Sequence[str], now: datetime) -> list[LabelledMail]:
    """One row for each ticket with what was said of it last; labels that no longer exist are left out.

    The writer is who labelled it, so that in cross-validation nobody's labels are judged by a model of his own.
    """
    by_ticket: dict[int, dict[str, Saying]] = {}
    for saying in sayings:
        label = _known(saying, codes)
        if label is not None and (saying.subject.strip() or saying.text.strip()):
            by_ticket.setdefault(saying.ticket, {})[saying.question] = saying
    return [_row(ticket, said, now) for ticket, said in sorted(by_ticket.items())]


def _known(saying: Saying, codes: Sequence[str]) -> str | None:
    if saying.question == "category":
        return saying.said if saying.said in codes else None
    if saying.said in former_names() or saying.said == TRUNG_UONG:
        return saying.said
    # The only current name that is not a former one as well.
    return "Thừa Thiên Huế" if saying.said == "Huế" and saying.said in current_names() else None


def _row(ticket: int, said: dict[str, Saying], now: datetime) -> LabelledMail:
    category, province = said.get("category"), said.get("province")
    first = category or province
    assert first is not None
    return LabelledMail(
        id=f"ticket-{ticket}", from_name=first.sender_name, from_address=first.sender_address, subject=first.subject,
        body=first.text, application=category.said if category else "",
        province=_known(province, ()) if province else None, organisation="", request_kind="", style="",
        writer=first.who, weight=weight_of(first, now),
        teaches=tuple(
            name for name, one in (("application", category), ("province", province)) if one is not None
        ),
    )  # fmt: skip


def weight_of(saying: Saying, now: datetime) -> float:
    """How much a saying counts: halved every 180 days, never quite forgotten."""
    age = max(0.0, (now - saying.at).total_seconds() / 86400)
    return float(max(_OLDEST, (_CORRECTED if saying.corrected else _CONFIRMED) * 0.5 ** (age / _HALF_LIFE_DAYS)))
