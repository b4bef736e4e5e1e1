"""Names and terms of the applications: what experts recognise an application by, and where a mail uses them."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from classifiers.features import message_of
from classifiers.text import LONGEST_TEXT, folded, normal, words
from classifiers.verdict import MailText

_FILE = Path(__file__).parent / "lexicon" / "terms.toml"
_WORDS_AFTER = 9  # within so many words somebody says that what he named works
_TERMS_OF_A_DESCRIPTION = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One wording of one application, unaccented words with single blanks; `is_name` for its own names.

    `trust` is the share of the mails with this wording that are about the application, as far as training knows.
    """

    wording: str
    code: str
    is_name: bool
    trust: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A wording found in a mail; `works` when the writer says that what it names is in order."""

    wording: str
    in_subject: bool
    works: bool


@dataclass(frozen=True)
class Lexicon:
    """Terms by wording, for looking up."""

    terms: tuple[Term, ...]
    by_wording: Mapping[str, tuple[Term, ...]] = field(init=False, repr=False, compare=False)
    longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Term]] = {}
        for term in self.terms:
            found.setdefault(term.wording, []).append(term)
        object.__setattr__(self, "by_wording", {wording: tuple(terms) for wording, terms in found.items()})
        object.__setattr__(self, "longest", max((wording.count(" ") + 1 for wording in found), default=0))

    def hits(self, mail: MailText) -> list[Hit]:
        """The wordings of subject and message in their order, the longest first where several begin together."""
        found: list[Hit] = []
        for text, in_subject in ((normal(mail.subject[:LONGEST_TEXT]), True), (message_of(mail), False)):
            line = [folded(word) for word in words(text)]
            at = 0
            while at < len(line):
                size = self._longest_at(line, at)
                if size:
                    after = line[at + size : at + size + _WORDS_AFTER]
                    works = ("binh" in after and "thuong" in after) or "ok" in after[:6]
                    found.append(Hit(" ".join(line[at : at + size]), in_subject, works))
                at += max(size, 1)
        return found

    def _longest_at(self, line: list[str], at: int) -> int:
        for size in range(min(self.longest, len(line) - at), 0, -1):
            if " ".join(line[at : at + size]) in self.by_wording:
                return size
        return 0


@cache
def _entries() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {code: {kind: tuple(entry[kind]) for kind in ("names", "terms")} for code, entry in found.items()}


def lexicon_of(codes: Iterable[str]) -> Lexicon:
    """The lexicon of these categories before training; a category without an entry has its code as its only name."""
    kinds: dict[tuple[str, str], bool] = {}
    for code in codes:
        entry = _entries().get(code, {"names": (), "terms": ()})
        for term in entry["terms"]:
            kinds.setdefault((_wording(term), code), False)
        for name in (*entry["names"], code.replace("_", " "), code.replace("_", "")):
            kinds[_wording(name), code] = True
    return Lexicon(
        tuple(Term(wording, code, is_name, 0.5) for (wording, code), is_name in sorted(kinds.items()) if wording)
    )


def _wording(term: str) -> str:
    return " ".join(folded(word) for word in words(normal(term)))


def descriptions_of(code: str) -> Iterator[MailText]:
    """An expert's description of a category in short mails of a few terms each, from which a model may learn too."""
    entry = _entries().get(code, {"names": (), "terms": ()})
    terms = entry["names"] + entry["terms"]
    for start in range(0, len(terms), _TERMS_OF_A_DESCRIPTION):
        yield MailText("", "", "", ", ".join(terms[start : start + _TERMS_OF_A_DESCRIPTION]))
