"""Labelled mails from the corpus' files, checked line by line."""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.gazetteer.places import former_names
from classifiers.verdict import TRUNG_UONG, MailText

CORPUS = Path(__file__).parent / "corpus"
ORGANISATIONS = ("kbnn", "tw", "tc", "qhns", "bn", "khac")
REQUEST_KINDS = ("yeu_cau", "su_co", "hoi_dap", "de_xuat")
STYLES = ("named", "unnamed", "noisy")
# What a labelled mail may teach.
TARGETS = ("application", "province", "organisation", "request_kind")

_GATE = 10
_TEXTS = (
    "id", "from_name", "from_address", "subject", "body", "application", "organisation", "request_kind", "style", "writer",
)  # fmt: skip


class CorpusError(ValueError):
    """A corpus file that cannot be used; the sentences name file and line, one for each defect."""


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """One row of the corpus. `province` is a former province, `TRUNG_UONG`, or None when the mail does not tell it."""

    id: str
    from_name: str
    from_address: str
    subject: str
    body: str
    application: str
    province: str | None
    organisation: str
    request_kind: str
    style: str
    writer: str
    weight: float = 1.0  # how much the row counts in training
    teaches: tuple[str, ...] = TARGETS  # of these labels it tells the truth; the others are not known

    def mail(self) -> MailText:
        """What a judge sees of this mail; the body with its signature as typed."""
        return MailText(self.from_name, self.from_address, self.subject, self.body)


def load(folder: Path, applications: Collection[str] | None = None) -> list[LabelledMail]:
    """All rows under a folder in the order of file names. CorpusError lists every defect with its file and line.

    `applications` are the allowed category codes; without them any code is taken.
    """
    rows: list[LabelledMail] = []
    defects: list[str] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in _lines(path, defects):
            place = f"{path.name}:{number}"
            row = _row(line, place, applications, defects)
            if row is None:
                continue
            if row.id in seen:
                defects.append(f"{place}: id {row.id!r} is already used at {seen[row.id]}")
            seen.setdefault(row.id, place)
            rows.append(row)
    if defects:
        raise CorpusError("\n".join(defects))
    return rows


def load_part(corpus: Path, part: str, applications: Collection[str] | None = None) -> list[LabelledMail]:
    """The rows of one part of a corpus: "learning", "gate" or "kept". CorpusError as `load`.

    A corpus without a folder `gate` has its gate part inside `learning`: the rows for which `in_gate` is true.
    """
    if part == "kept" or any((corpus / "gate").glob("*.jsonl")):
        return load(corpus / part, applications)
    return [row for row in load(corpus / "learning", applications) if in_gate(row.id) == (part == "gate")]


def in_gate(row_id: str) -> bool:
    """Whether a row belongs to the gate part: one in ten, by its id's SHA-256, so that it never changes its part."""
    return int(hashlib.sha256(row_id.encode()).hexdigest(), 16) % _GATE == 0


def _lines(path: Path, defects: list[str]) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        defects.append(f"{path.name}: cannot be read: {error}")
        return
    # Only a line feed ends a row: other separators may stand inside a mail's text.
    yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _row(line: str, place: str, applications: Collection[str] | None, defects: list[str]) -> LabelledMail | None:
    try:
        found = json.loads(line)
    except ValueError as error:
        defects.append(f"{place}: is not JSON: {error}")
        return None
    if not isinstance(found, dict):
        defects.append(f"{place}: is not an object")
        return None
    wrong = list(defects_of(found, applications))
    defects.extend(f"{place}: {defect}" for defect in wrong)
    if wrong:
        return None
    texts = {name: unicodedata.normalize("NFC", found[name]) for name in _TEXTS}
    province = found["province"]
    teaches = tuple(name for name in TARGETS if name not in found.get("unknown", ()))
    fields: dict[str, Any] = {
        **texts,
        "province": province and unicodedata.normalize("NFC", province),
        "teaches": teaches,
    }
    return LabelledMail(**fields)


def defects_of(found: dict[str, object], applications: Collection[str] | None) -> Iterator[str]:
    """What is wrong with a row of the corpus, a sentence for each; `applications` as in `load`."""
    expected = {*_TEXTS, "province"}
    if missing := expected - found.keys():
        yield f"lacks {', '.join(sorted(missing))}"
    if unknown := found.keys() - expected - {"unknown"}:
        yield f"has unknown fields {', '.join(sorted(unknown))}"
    for name in _TEXTS:
        if name in found and not isinstance(found[name], str):
            yield f"{name} is not text"
    not_known = found.get("unknown", [])
    if not isinstance(not_known, list) or not set(TARGETS[1:]).issuperset(map(str, not_known)):
        yield f"unknown is not a list of {', '.join(TARGETS[1:])}"
    provinces = {None, TRUNG_UONG, *former_names()}
    closed: list[tuple[str, Collection[object]]] = [
        ("organisation", ORGANISATIONS), ("request_kind", REQUEST_KINDS), ("style", STYLES), ("province", provinces),
    ]  # fmt: skip
    if applications is not None:
        closed.append(("application", applications))
    for name, allowed in closed:
        value = found.get(name)
        if name in found and (not isinstance(value, str | None) or value not in allowed):
            yield f"{name} {value!r} is not one of its values"
    if not str(found.get("subject", "")).strip() and not str(found.get("body", "")).strip():
        yield "has neither subject nor body"
