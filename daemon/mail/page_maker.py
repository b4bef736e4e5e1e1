"""From a letter and its ticket to the page of its template: who reads what, and how much of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from daemon.desk.catalogue import KHAC, Catalogue
from daemon.desk.directory import Directory, Holder, HolderKind
from daemon.desk.form import blank
from daemon.desk.letters import TO_ASKERS, TO_REQUESTER, Letter, LetterKind
from daemon.desk.words import AVAILABLE
from daemon.mail.attaching import Chosen, content_id, in_words
from daemon.mail.buttons import Button
from daemon.mail.page import Desk, OwnTicket, Page, Said
from daemon.mail.phrases import kind_and_priority, percent, province_in_words, sentence, shortened, shown_subject, who
from daemon.reading.addresses import comparable
from daemon.reading.characters import one_line, text
from daemon.reading.lookalike import imitated
from storage.tables import Channel, Entry, EntryKind, Ticket, TicketState
from templates.mail import wording

MOST_LETTERS_SHOWN = 20_000  # of a text that staff read; the whole of it is kept
MOST_NAME = 80
MOST_STORY_LETTERS = 2_000
MOST_STORY_ENTRIES = 6
# Passed on whole, however long: the words that one person wrote to another.
PASSED_ON = TO_REQUESTER | {LetterKind.RESULT, LetterKind.MESSAGE, LetterKind.CHASE}


@dataclass(frozen=True)
class PageMaker:
    """Knows the names and the clock; makes the page of a letter."""

    desk: Desk
    zone: ZoneInfo
    directory: Directory
    catalogue: Catalogue

    def page(
        self,
        letter: Letter,
        ticket: Ticket | None,
        history: Sequence[Entry],
        alternatives: Sequence[tuple[str, float]],
        chosen: Chosen,
        buttons: Sequence[Button],
    ) -> Page:
        """The page of one letter; a letter to the requester gets nothing internal in the first place."""
        page = Page(
            letter.kind.value,
            self.desk,
            name=one_line(letter.recipient_name),
            reply_goes=letter.reply_goes.value,
            reply_reaches=one_line(letter.reply_reaches)[:MOST_NAME],
            text=text(letter.text) if letter.kind in PASSED_ON else shortened(letter.text, MOST_LETTERS_SHOWN),
            by=one_line(letter.by),
            files=tuple(map(in_words, chosen.attached)),
            too_large=tuple(map(in_words, chosen.too_large)),
            withheld=tuple(map(in_words, chosen.withheld)),
            sent_before=tuple(map(in_words, chosen.sent_before)),
            pictures=tuple(map(content_id, chosen.pictures)),
            when=self.moment(letter.when),
            buttons=tuple(buttons),
        )
        if ticket is not None:
            page = replace(page, code=ticket.code, subject=shown_subject(ticket))
        if letter.kind in TO_REQUESTER:
            if ticket is None or letter.kind in TO_ASKERS:
                return self._for_asker(page, letter)
            return self._for_requester(page, ticket)
        page = replace(
            page,
            lines=tuple(map(one_line, letter.lines)),
            words=self._words(),
        )
        return self._for_staff(page, letter, ticket, history, alternatives) if ticket is not None else page

    # The requester

    def _for_requester(self, page: Page, ticket: Ticket) -> Page:
        holder = self.directory.holders.get(ticket.holder)
        understood = ticket.application_accepted and ticket.application != KHAC
        return replace(
            page,
            application=self.catalogue.get(ticket.application).name if understood else "",
            province=province_in_words(ticket),
            continues=ticket.continues or "",
            holder=holder.name if holder else "",
            by_an_office=holder is not None and holder.kind in (HolderKind.OFFICE, HolderKind.OUTSOURCED),
            due=self.moment(ticket.answer_due_at),
            since=self.moment(ticket.waiting_since or ticket.resolved_at),
            by_telephone=ticket.channel == Channel.TELEPHONE and not ticket.requester_address,
            resolved=ticket.state is TicketState.RESOLVED,
        )

    def _for_asker(self, page: Page, letter: Letter) -> Page:
        """A letter to whoever asked without a ticket; the words only to an officer, whose letter is bound to his office."""
        form = "\n".join(line.rstrip() for line in blank().split("\n"))
        return replace(
            page,
            tickets=tuple(map(self._own_ticket, letter.about)),
            form=form if letter.kind is LetterKind.FORM else "",
            words=self._words() if letter.bound_to else (),
        )

    def _own_ticket(self, ticket: Ticket) -> OwnTicket:
        holder = self.directory.holders.get(ticket.holder)
        state = wording.STATES.get(ticket.state, ticket.state)
        created, due = self.moment(ticket.created_at), self.moment(ticket.due_at)
        return OwnTicket(
            ticket.code, shown_subject(ticket) or wording.NO_SUBJECT, state, holder.name if holder else "", created, due
        )

    @staticmethod
    def _words() -> tuple[tuple[str, str], ...]:
        return tuple(wording.WORDS[word] for word in wording.WORDS if word in AVAILABLE)

    # Staff

    def _for_staff(
        self,
        page: Page,
        letter: Letter,
        ticket: Ticket,
        history: Sequence[Entry],
        alternatives: Sequence[tuple[str, float]],
    ) -> Page:
        reader = self.directory.holders.get(letter.bound_to)
        outside = reader is not None and reader.kind is HolderKind.OUTSOURCED
        holder = self._holder_seen_by(reader, ticket)
        return replace(
            page,
            picture_text=shortened(letter.picture_text, MOST_STORY_LETTERS),
            why="" if outside else sentence(letter.why or _reason(letter, ticket)),
            holder=holder.name if holder else ticket.holder,
            request=self._request(ticket, history),
            story=self._story(letter, history, outside=outside),
            due=self.moment(ticket.answer_due_at if ticket.answered_at is None else None),
            facts=tuple(self._facts(ticket, alternatives, reader)),
            resolved=ticket.state is TicketState.RESOLVED,
        )

    def _request(self, ticket: Ticket, history: Sequence[Entry]) -> Said | None:
        first = next((entry for entry in history if entry.kind is EntryKind.REQUEST), None)
        if first is None:
            return None
        words = shortened(first.text or first.full_text, MOST_LETTERS_SHOWN)
        return Said(who(ticket.requester_name, ticket.requester_address), self.moment(first.at), words)

    def _story(self, letter: Letter, history: Sequence[Entry], *, outside: bool) -> tuple[Said, ...]:
        """What happened since, for a new holder; the outside provider sees only what the requester sees."""
        if letter.kind is not LetterKind.NOTICE:
            return ()
        kinds = {EntryKind.FOLLOW_UP, EntryKind.ANSWER} | (set() if outside else {EntryKind.INTERNAL})
        later = [entry for entry in history if entry.kind in kinds and entry.text and entry.text != letter.text]
        return tuple(
            Said(
                one_line(entry.author_name) or one_line(entry.author_address),
                self.moment(entry.at),
                shortened(entry.text, MOST_STORY_LETTERS),
            )
            for entry in later[-MOST_STORY_ENTRIES:]
        )

    def _facts(
        self, ticket: Ticket, alternatives: Sequence[tuple[str, float]], reader: Holder | None
    ) -> list[tuple[str, str]]:
        outside = reader is not None and reader.kind is HolderKind.OUTSOURCED
        holder = self._holder_seen_by(reader, ticket)
        where = holder.name if holder else ticket.holder
        rows = [
            ("Mã yêu cầu", f"{ticket.code} – {wording.STATES.get(ticket.state, ticket.state)}"),
            ("Người gửi", who(ticket.requester_name, ticket.requester_address)),
            ("Cảnh báo", self._look_alike(ticket)),
            (
                "Trả lời tới",
                "" if _same(ticket.reply_address, ticket.requester_address) else one_line(ticket.reply_address),
            ),
            ("Đơn vị", wording.ORGANISATIONS.get(ticket.organisation, ticket.organisation)),
            ("Tỉnh", province_in_words(ticket) or "chưa rõ"),
            ("Ứng dụng", self._application(ticket, () if outside else alternatives, outside=outside)),
            ("Loại, ưu tiên", kind_and_priority(ticket)),
            ("Nơi xử lý", where if outside else f"{where} (mức {ticket.level})"),
            ("Người nhận xử lý", "" if outside else self._taken_by(ticket)),
            ("Hạn trả lời", self.moment(ticket.answer_due_at) or "chưa đặt"),
            ("Hạn xử lý xong", self.moment(ticket.due_at) or "chưa đặt"),
            ("Nhận lúc", self.moment(ticket.created_at)),
            ("Kênh", "" if ticket.channel == "mail" else wording.CHANNELS.get(ticket.channel, ticket.channel)),
            ("Tiếp nối yêu cầu", ticket.continues or ""),
            ("Trùng với", ticket.duplicate_of or ""),
            ("Có thể liên quan", "" if outside else ticket.may_belong_to or ""),
        ]
        return [(label, value) for label, value in rows if value]

    def _look_alike(self, ticket: Ticket) -> str:
        addresses = (ticket.requester_address, ticket.reply_address)
        ours = next(filter(None, (imitated(address, self.desk.own_domains) for address in addresses)), "")
        return wording.looks_like_ours(ours) if ours else ""

    def _holder_seen_by(self, reader: Holder | None, ticket: Ticket) -> Holder | None:
        """Who has the ticket; the outside firm sees nobody behind the group that it passes up to."""
        if reader is not None and reader.kind is HolderKind.OUTSOURCED and reader.code != ticket.holder:
            return self.directory.holders.get(reader.passes_to or "")
        return self.directory.holders.get(ticket.holder)

    def _application(self, ticket: Ticket, alternatives: Sequence[tuple[str, float]], *, outside: bool) -> str:
        best = self._named(ticket.application)
        if outside:
            return best
        best = f"{best} – {wording.confidence_in_words(ticket.application_confidence, ticket.application_accepted)}"
        if ticket.application_accepted or not alternatives:
            return best
        others = ", ".join(f"{self._named(code)} {percent(share)}" for code, share in alternatives[:3])
        return f"{best} ({percent(ticket.application_confidence)}); cũng có thể: {others}"

    def _named(self, code: str) -> str:
        return f"{self.catalogue.get(code).name} ({code})" if self.catalogue.knows(code) else code

    def _taken_by(self, ticket: Ticket) -> str:
        person = self.directory.member(ticket.taken_by) if ticket.taken_by else None
        return person.name if person else ticket.taken_by or ""

    def moment(self, at: datetime | None) -> str:
        """`15:30 thứ Hai, 23/11/2026` in the desk's zone; "" for None. Times without zone are UTC."""
        if at is None:
            return ""
        local = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(self.zone)
        return wording.moment_in_words(local)


def _reason(letter: Letter, ticket: Ticket) -> str:
    """Why the ticket is at its holder, for the letters that bring the holder something to do."""
    at_holder = letter.bound_to == ticket.holder and letter.kind in (LetterKind.NOTICE, LetterKind.FOLLOW_UP)
    return ticket.why if at_holder else ""


def _same(one: str, other: str) -> bool:
    return not one or comparable(one) == comparable(other)
