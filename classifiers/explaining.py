"""Which words spoke for and against a verdict: the shares of the words in the margin between the best two labels."""

from collections import defaultdict
from dataclasses import dataclass

from classifiers.features import text_features
from classifiers.model import Model
from classifiers.text import folded
from classifiers.verdict import MailText

_PIECES = "c:"  # parts of words, which would only repeat the words


@dataclass(frozen=True, slots=True)
class Explanation:
    """Words with their shares of the margin of `code` before `instead`, the weightiest first; `against` are negative.

    `named` are the names and terms of the lexicon that the mail uses, each with the applications it may mean.
    """

    code: str
    instead: str
    words_for: tuple[tuple[str, float], ...]
    words_against: tuple[tuple[str, float], ...]
    named: tuple[str, ...]


def explain(model: Model, mail: MailText, most: int = 8) -> Explanation:
    """Why the application's best label came before the second best."""
    views = text_features(mail)
    columns, values = model.vocabulary.vector(views)
    hits = model.application.lexicon.hits(mail)
    verdict = model.application.judge(columns, values, hits)
    code, instead = verdict.code, verdict.alternatives[0][0] if verdict.alternatives else verdict.code
    linear, scale = model.application.linear, model.application.weights["margin"]
    best, second = linear.labels.index(code), linear.labels.index(instead)
    shares: dict[str, float] = defaultdict(float)
    for column, value in zip(columns, values, strict=True):
        name = str(model.vocabulary.names[column])
        if not name.startswith(_PIECES):
            difference = float(linear.weights[column, best] - linear.weights[column, second])
            shares[folded(name.partition(":")[2])] += scale * value * difference
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return Explanation(
        code,
        instead,
        tuple((word, round(share, 3)) for word, share in ranked[:most] if share > 0),
        tuple((word, round(share, 3)) for word, share in ranked[::-1][:most] if share < 0),
        tuple(dict.fromkeys(_told(model, hit.wording, hit.works) for hit in hits)),
    )


def _told(model: Model, wording: str, works: bool) -> str:
    terms = model.application.lexicon.by_wording[wording]
    return f"{wording} ({', '.join(term.code for term in terms)}{'; said to work' if works else ''})"
