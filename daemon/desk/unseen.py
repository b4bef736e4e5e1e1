"""Mail that became no ticket and that a person should look at: lines of the Service Desk's morning list. Pure.

Suspected spam is never gone unseen (docs/READING, "spam"); nor is what the brakes or the quarantine hold.
"""

from collections.abc import Iterable, Sequence

from daemon.desk import quarantine
from storage.tables import Inbound
from templates.mail.wording import NO_SUBJECT, UNSEEN

MOST_SPAM = 30
MOST_SENDERS = 20
SPAM_REASON = "suspected spam"


def lines_of(spam: Sequence[Inbound], braked: Sequence[Inbound], quarantined: Iterable[Inbound]) -> tuple[str, ...]:
    """One line for each suspected spam, each braked sender, and each cause of quarantine."""
    lines = [
        UNSEEN["spam"].format(number=one.id, sender=one.sender or "?", subject=one.subject[:120] or NO_SUBJECT)
        for one in spam[:MOST_SPAM]
    ]
    if len(spam) > MOST_SPAM:
        lines.append(UNSEEN["more_spam"].format(number=len(spam) - MOST_SPAM))
    senders: dict[str, list[Inbound]] = {}
    for one in braked:
        senders.setdefault(one.sender.lower(), []).append(one)
    for sender, mails in list(senders.items())[:MOST_SENDERS]:
        lines.append(UNSEEN["braked"].format(sender=sender or "?", mails=quarantine.numbered(mails)))
    if len(senders) > MOST_SENDERS:
        lines.append(UNSEEN["more_senders"].format(number=len(senders) - MOST_SENDERS))
    for cause, mails in quarantine.by_cause(quarantined).items():
        lines.append(UNSEEN["quarantined"].format(line=quarantine.line(cause, mails)))
    return tuple(lines)
