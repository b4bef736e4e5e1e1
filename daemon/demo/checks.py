"""Whether everything that the sample day expects has happened. Pure: rows in, sentences out."""

from collections.abc import Iterator

from daemon.demo.board import Board
from daemon.demo.player import Player, Story
from daemon.demo.postbox import Postbox
from daemon.demo.story import Outcome
from storage.tables import InboundState, OutboxState


def missing(player: Player, board: Board, postbox: Postbox) -> list[str]:
    """What did not happen, one line each; empty when all is as expected."""
    return [
        *_mails(board, postbox),
        *(line for story in player.stories for line in _story(story, board)),
        *_letters(board, postbox),
    ]


def quiet(board: Board, postbox: Postbox) -> bool:
    """Whether the desk has nothing left to do: every mail settled, every letter in its mailbox."""
    return (
        len(board.inbound) == postbox.sent == board.settled
        and set(board.letters) <= {OutboxState.ACCEPTED}
        and len(postbox.arrived) == board.accepted
    )


def _mails(board: Board, postbox: Postbox) -> Iterator[str]:
    if len(board.inbound) != postbox.sent:
        yield f"{postbox.sent} mails were sent to the desk, {len(board.inbound)} are in its ledger"
    for row in board.inbound:
        if row.state in (InboundState.PENDING, InboundState.QUARANTINED):
            yield f"mail {row.id} from {row.sender or '?'} is {row.state.value} {row.reason}".rstrip()


def _story(story: Story, board: Board) -> Iterator[str]:
    sample = story.sample
    if not story.message_id:
        yield f"{sample.key}: the mail was never sent"
        return
    rows = board.rows_of(story.message_id)
    entries = [row for row in rows if row.state is InboundState.ENTRY]
    ignored = [row for row in rows if row.state is InboundState.IGNORED]
    wanted = (1, sample.copies - 1) if sample.outcome is Outcome.TICKET else (0, sample.copies)
    if (len(entries), len(ignored)) != wanted:
        yield (
            f"{sample.key}: expected {wanted[0]} ticket and {wanted[1]} ignored, "
            f"found {len(entries)} and {len(ignored)} ({'; '.join(row.reason for row in ignored) or 'no reason'})"
        )
    ticket = board.ticket_of(story.message_id)
    for mail in story.replies:
        joined = board.ticket_of(str(mail["Message-ID"]))
        if ticket is not None and (joined is None or joined.id != ticket.id):
            yield f"{sample.key}: a reply of {mail['From']} did not join {ticket.code}"
    if story.next_step is not None:
        step = story.next_step
        yield f"{sample.key}: step {story.played + 1} never came: waited for the letter “{step.trigger.value}”"
    elif sample.ends is not None and (ticket is None or ticket.state is not sample.ends):
        yield f"{sample.key}: expected to end {sample.ends.value}, is {ticket.state.value if ticket else 'without ticket'}"


def _letters(board: Board, postbox: Postbox) -> Iterator[str]:
    for state, number in board.letters.items():
        if state is not OutboxState.ACCEPTED:
            yield f"{number} letters are {state.value}"
    if len(postbox.arrived) != board.accepted:
        yield f"{board.accepted} letters were accepted, {len(postbox.arrived)} are in mailboxes"
    for address in postbox.not_ours:
        yield f"{address} got a mail that no letter in the database explains"
