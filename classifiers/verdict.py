"""What the classifiers are asked and what they answer: labels with calibrated confidence and evidence, or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TRUNG_UONG = "TRUNG_UONG"


@dataclass(frozen=True, slots=True)
class MailText:
    """The parts of a mail that a judge looks at, each NFC, each may be empty."""

    sender_name: str
    sender_address: str
    subject: str
    text: str
    signature: str = ""
    quoted: str = ""
    forwarded: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code` is always the best guess; only an accepted one may be acted on. Confidence is a probability, 0 to 1."""

    code: str
    confidence: float
    accepted: bool
    alternatives: tuple[tuple[str, float], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvinceVerdict:
    """`former` is one of the 63 names or TRUNG_UONG, `current` one of the 34 or TRUNG_UONG; None when unknown."""

    former: str | None
    current: str | None
    confidence: float
    accepted: bool
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All four verdicts on one mail, and the name of the model that gave them ("" without a model)."""

    application: Verdict
    province: ProvinceVerdict
    organisation: Verdict
    request_kind: Verdict
    model: str


class Judge(Protocol):
    """Anything that judges mails: the trained model, or `Undecided` when there is none."""

    @property
    def name(self) -> str: ...

    def judge(self, mails: Sequence[MailText]) -> list[Judgement]: ...


class Undecided:
    """The judge without a model: every verdict is unknown, so that the desk still works and people sort by hand.

    `reason` says why there is no model, in a sentence for the administrator; "" when nobody asked for one.
    """

    name = ""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def judge(self, mails: Sequence[MailText]) -> list[Judgement]:
        """The same unknown judgement for every mail."""
        unknown = Judgement(
            application=Verdict("KHAC", 0.0, accepted=False),
            province=ProvinceVerdict(None, None, 0.0, accepted=False),
            organisation=Verdict("khac", 0.0, accepted=False),
            request_kind=Verdict("yeu_cau", 0.0, accepted=False),
            model="",
        )
        return [unknown for _ in mails]
