"""What was read from a mail's pictures, for staff: beside the words of the sender, never among them, and only on staff's letters."""

from dataclasses import replace

from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.reading.mail import Mail

# They bring the mail that holds the pictures to somebody of the staff.
_BRING_THE_MAIL = frozenset({LetterKind.NOTICE, LetterKind.FOLLOW_UP, LetterKind.SECURITY_COPY})


def with_picture_text(plan: Plan, mail: Mail) -> Plan:
    """The plan whose letters to staff about this mail carry what was read from its pictures."""
    if not mail.picture_text:
        return plan

    def marked(letter: Letter) -> Letter:
        return replace(letter, picture_text=mail.picture_text) if letter.kind in _BRING_THE_MAIL else letter

    return replace(plan, letters=tuple(map(marked, plan.letters)))
