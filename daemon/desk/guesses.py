"""What the classifiers believed of a ticket without being sure, for the buttons of a question. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from classifiers.verdict import TRUNG_UONG


@dataclass(frozen=True, slots=True)
class Guesses:
    """What the classifiers believed without being sure, the best first; codes of applications, one province."""

    applications: tuple[str, ...] = ()
    province: str = ""

    @classmethod
    def of(cls, judged: Mapping[str, object] | None) -> "Guesses":
        """From the details of a ticket's `judged` event; anything unexpected in them gives no guess."""
        said = judged or {}
        best, others, province = said.get("application"), said.get("alternatives"), said.get("province")
        pairs = [best, *(others if isinstance(others, list) else [])]
        codes = [pair[0] for pair in pairs if isinstance(pair, list) and pair and isinstance(pair[0], str)]
        named = province[0] if isinstance(province, list) and province else ""
        return cls(tuple(dict.fromkeys(codes)), named if isinstance(named, str) and named != TRUNG_UONG else "")
