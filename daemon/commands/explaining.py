"""`classify --explain`: the words behind a verdict, for people."""

import sys
from collections.abc import Mapping
from typing import Any

from classifiers.explaining import explain
from classifiers.judge import TrainedJudge
from classifiers.verdict import MailText
from daemon.output import printable


def explained(judge: TrainedJudge, mail: MailText) -> dict[str, Any]:
    """The explanation as an object: `code`, `instead`, `for` and `against` (lists of word and share), `named`."""
    found = explain(judge.model, mail)
    return {
        "code": found.code,
        "instead": found.instead,
        "for": [list(one) for one in found.words_for],
        "against": [list(one) for one in found.words_against],
        "named": list(found.named),
    }


def show_explanation(row: Mapping[str, Any] | None) -> None:
    """A few lines on stdout; nothing without an explanation."""
    if row is None:
        return
    out = sys.stdout.write
    out(f"  why {row['code']} and not {row['instead']}:\n")
    for name in ("for", "against"):
        words = ", ".join(f"{printable(word)} {share:+.2f}" for word, share in row[name])
        out(f"    {name:8} {words or '-'}\n")
    out(f"    named    {', '.join(map(printable, row['named'])) or '-'}\n\n")
