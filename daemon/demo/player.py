"""Plays the sample day: sends its mails one after the other, and lets people react to what arrives in their mailboxes.

The player sees the desk as people do, through SMTP and mailboxes; it reads the database only to know which story a letter
belongs to and when everything is over. Nothing of the desk's own code is called.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage

from daemon.demo.board import Board
from daemon.demo.postbox import Arrived, Postbox
from daemon.demo.story import Member, Outcome, Person, Sample, Step
from daemon.demo.writing import new_mail, reply
from daemon.desk.catalogue import KHAC
from daemon.desk.directory import SERVICE_DESK, Directory
from daemon.desk.letters import LetterKind
from daemon.reading.addresses import comparable
from storage.tables import Ticket, TicketState

Say = Callable[[str], None]
MOST_HELD = 4  # nothing above the experts to pass to


class Story:
    """One sample and how far it has come."""

    def __init__(self, sample: Sample, sender: Person) -> None:
        self.sample = sample
        self.sender = sender
        self.message_id = ""  # of the first mail, once sent
        self.replies: list[EmailMessage] = []
        self.letters: list[Arrived] = []
        self.used: set[str] = set()  # Message-IDs of letters that brought about a step
        self.played = 0
        self.correcting = False

    @property
    def next_step(self) -> Step | None:
        return self.sample.steps[self.played] if self.played < len(self.sample.steps) else None

    def waiting(self, kind: LetterKind) -> Arrived | None:
        """The oldest letter of this kind that nobody has reacted to; a confirmation only if it confirms the last reply."""
        fresh = [one for one in self.letters if one.row.letter == kind.value and one.row.message_id not in self.used]
        if kind is LetterKind.DONE:
            last = str(self.replies[-1]["Message-ID"]) if self.replies else ""
            fresh = [one for one in fresh if one.mail["In-Reply-To"] == last]
        return next(iter(fresh), None)

    def latest(self, kind: LetterKind) -> Arrived | None:
        return next((one for one in reversed(self.letters) if one.row.letter == kind.value), None)


class Player:
    """One day. `turn` does what can be done now; `say` is told each thing that somebody does."""

    def __init__(
        self, samples: Sequence[Sample], postbox: Postbox, directory: Directory, desk: str,
        clock: Callable[[], datetime], say: Say,
    ) -> None:  # fmt: skip
        self._postbox = postbox
        self._directory = directory
        self._desk = desk
        self._clock = clock
        self._say = say
        self.stories = [Story(sample, self._person(sample)) for sample in samples]
        self._unsent = list(self.stories)

    def react(self, letters: Sequence[Arrived], board: Board) -> None:
        """Let everybody type what his part in a story is. The board must be read after the letters were found."""
        by_ticket = self._by_ticket(board)
        for letter in letters:
            story = by_ticket.get(letter.row.ticket_id or 0)
            if story is not None:
                story.letters.append(letter)
        for ticket_id, story in by_ticket.items():
            self._go_on(story, board.tickets[ticket_id])

    @property
    def over(self) -> bool:
        """Every mail is sent and every step of every story played."""
        return not self._unsent and all(story.next_step is None for story in self.stories)

    @property
    def steps_played(self) -> int:
        return sum(story.played for story in self.stories)

    def story(self, key: str) -> Story:
        return next(story for story in self.stories if story.sample.key == key)

    def _by_ticket(self, board: Board) -> dict[int, Story]:
        by_mail = {story.message_id: story for story in self.stories if story.message_id}
        return {
            row.ticket_id: by_mail[row.message_id]
            for row in board.inbound
            if row.ticket_id is not None and row.message_id in by_mail
        }

    # New mails

    def send_next(self, board: Board) -> None:
        """Send the next mail of the day, if there is one left that can be sent now."""
        for story in self._unsent:
            code = self._code(story.sample.about, board)
            if code is None:
                continue  # it names a ticket that is still to come
            self._unsent.remove(story)
            mail = new_mail(story.sample, story.sender, self._desk, self._clock(), code)
            story.message_id = str(mail["Message-ID"])
            for _ in range(story.sample.copies):
                self._postbox.send(story.sender.address, mail)
            return

    def _code(self, about: str, board: Board) -> str | None:
        """The code of the ticket that the named story began, "" when no story is named."""
        if not about:
            return ""
        ticket = board.ticket_of(self.story(about).message_id)
        return ticket.code if ticket is not None else None

    def _person(self, sample: Sample) -> Person:
        if isinstance(sample.sender, Person):
            return sample.sender
        return self._colleague(sample.sender) or Person("", self._directory.holder(SERVICE_DESK).address)

    def _colleague(self, member: Member) -> Person | None:
        # An office's shared address stands in the directory too, but a person answers in his own name.
        shared = comparable(self._directory.holder(member.holder).address)
        members = self._directory.members(member.holder) or [
            one
            for one in self._directory.staff.values()
            if one.province == member.holder  # its office is a region's
        ]
        people = [one for one in members if comparable(one.address) != shared]
        one = next((one for one in people if not one.leader), next(iter(people), None))
        return Person(one.name, one.address) if one is not None else None

    # Reactions

    def _go_on(self, story: Story, ticket: Ticket) -> None:
        if story.correcting and not self._corrected(story):
            return
        if self._needs_sorting(story, ticket):
            self._sort(story, ticket)
            return
        step = story.next_step
        cause = story.waiting(step.trigger) if step is not None else None
        if step is None or cause is None:
            return
        letter = cause if step.to is step.trigger else story.latest(step.to)
        if letter is None or (step.to is LetterKind.NOTICE and letter.row.ticket_moves != ticket.moves):
            return  # the ticket has moved on; its new holder's notice is on its way
        story.used.add(cause.row.message_id)
        story.played += 1
        self._answer(story, step, letter, ticket)

    def _needs_sorting(self, story: Story, ticket: Ticket) -> bool:
        """Whether the program was not sure and the Service Desk, which is, has the notice in hand."""
        sample = story.sample
        known = sample.application or KHAC
        right = ticket.application == known and ticket.application_accepted and ticket.province is not None
        return (
            ticket.holder == SERVICE_DESK
            and not sample.at_desk
            and sample.outcome is Outcome.TICKET
            and known != KHAC
            and bool(sample.province)
            and not right
            and ticket.state is TicketState.NEW
            and story.waiting(LetterKind.NOTICE) is not None
        )

    def _sort(self, story: Story, ticket: Ticket) -> None:
        letter = story.waiting(LetterKind.NOTICE)
        assert letter is not None
        story.correcting = True
        text = f"#phanloai {story.sample.application}\n#tinh {story.sample.province}"
        self._answer(story, Step(LetterKind.NOTICE, text), letter, ticket)

    def _corrected(self, story: Story) -> bool:
        """Whether the desk has confirmed the correction; only then does the story go on."""
        done = story.waiting(LetterKind.DONE)
        if done is not None:
            story.used.add(done.row.message_id)
            story.correcting = False
        return done is not None

    def _answer(self, story: Story, step: Step, letter: Arrived, ticket: Ticket) -> None:
        person = self._reader(letter, story, ticket)
        mail = reply(step, person, letter.mail, self._clock(), min(ticket.level + 1, MOST_HELD))
        self._postbox.send(person.address, mail)
        story.replies.append(mail)
        # What stands above the quoted letter is what he typed; its first line tells enough.
        first = step.text.replace("{up}", str(ticket.level + 1)).split("\n")[0]
        self._say(f"{person.name or person.address} → {ticket.code}: {first}")

    def _reader(self, letter: Arrived, story: Story, ticket: Ticket) -> Person:
        """Who reads this mailbox: the requester, the officer himself, or a member of the office whose shared one it is."""
        address = comparable(letter.address)
        staff = self._directory.member(letter.address)
        holder = next((one for one in self._directory.holders.values() if comparable(one.address) == address), None)
        if holder is not None:
            return self._colleague(Member(holder.code)) or Person(holder.name, holder.address)
        if staff is not None:
            return Person(staff.name, staff.address)
        if comparable(story.sender.address) == address:
            return story.sender
        return Person(ticket.requester_name, letter.address)
