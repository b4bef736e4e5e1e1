"""Who typed a word, and what an action on a ticket looks like."""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.desk.directory import Staff
from daemon.desk.draft import Draft
from daemon.desk.standing import Standing


@dataclass(frozen=True, slots=True)
class Speaker:
    """The proven officer who typed the words, his part in the ticket, and the text below them.

    `files_of` are entries whose files belong to the text, where he lets somebody else's through.
    """

    staff: Staff
    standing: Standing
    text: str
    files_of: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        return self.staff.address


Problem = str


Action = Callable[[Draft, Speaker, str], Problem | None]


def signature(draft: Draft, speaker: Speaker) -> str:
    """Whose words are passed on: the officer and his office; an office that answers from its shared address stands alone."""
    office = draft.policy.rules.directory.holder(speaker.staff.holder).name
    return office if speaker.staff.name in ("", office) else f"{speaker.staff.name}, {office}"
