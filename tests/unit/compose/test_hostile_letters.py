"""Whatever people wrote, a letter stays ours: its headers, its tags, its links, its one recipient."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from daemon.desk.letters import Choice, LetterKind, Listed, Section
from daemon.mail.buttons import mailto
from daemon.mail.message import FileToAttach, build
from storage.tables import Attachment, Entry, EntryKind, Outbox
from tests.hostile import EVERY, MAILTO
from tests.unit.compose.samples import ADDRESS, ALTERNATIVES, LETTERS, NOW, SENDER, ticket, write

HEADERS = {
    "date", "from", "to", "subject", "message-id", "in-reply-to", "references", "auto-submitted",
    "x-auto-response-suppress", "x-loop", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Seen(HTMLParser):
    """The tags of a page, each with the names of its attributes, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, ...]] = set()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, *sorted(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.sources += [value or "" for name, value in attrs if name in ("src", "background", "action")]


@cache
def ordinary_tags() -> frozenset[tuple[str, ...]]:
    rows = [write(LETTERS[kind], ticket(), alternatives=ALTERNATIVES) for kind in LetterKind]
    rows.append(
        write(
            LETTERS[LetterKind.NOTICE],
            ticket(),
            history=[Entry(ticket_id=7, kind=EntryKind.REQUEST, at=NOW, author_address="a@b.vn")],
        )
    )
    return frozenset().union(*(Seen(row.html).tags for row in rows))


def hostile_letter(kind: LetterKind, evil: str) -> Outbox:
    """A letter with this string wherever a mail, the directory or the settings can put one."""
    listed = Listed("HT-2026-000123", evil, evil, chase=True)
    letter = replace(
        LETTERS[kind], recipient_name=evil, reply_reaches=evil, text=f"{evil}\n{evil}", by=evil, why=evil, lines=(evil,),
        sections=(Section(evil, evil, (listed,), 3, lines=(evil,)),), choices=(Choice(evil, evil, evil),),
    )  # fmt: skip
    about = ticket(
        subject=evil, requester_name=evil, requester_address=evil, reply_address=evil, holder=evil, taken_by=evil,
        application=evil, province=evil, province_current=evil, organisation=evil, request_kind=evil, priority=evil,
        why=evil, may_belong_to=evil, duplicate_of=evil, continues=evil,
    )  # fmt: skip
    said = [
        Entry(ticket_id=7, kind=each, at=NOW, author_address=evil, author_name=evil, text=evil, full_text=evil)
        for each in EntryKind
    ]
    file = Attachment(id=1, entry_id=1, digest="0" * 64, filename=evil, content_type=evil, size=3, withheld=False)
    held = Attachment(id=2, entry_id=1, digest="1" * 64, filename=evil, content_type=evil, size=3, withheld=True)
    thread = [evil, "<first@vst.gov.vn>", f"<{evil}>"]
    return write(letter, about, history=said, alternatives=[(evil, 0.3)], files=[file, held], thread=thread)


@pytest.mark.parametrize("evil", EVERY.values(), ids=EVERY)
def test_no_string_makes_a_header_a_tag_a_link_or_a_recipient(evil: str) -> None:
    for kind in LetterKind:
        row = hostile_letter(kind, evil)
        _one_line_each(row)
        _nothing_computed(row, evil)
        page = Seen(row.html)
        assert page.tags <= ordinary_tags(), kind
        assert all(urlsplit(link).path == ADDRESS and link.startswith("mailto:") for link in page.links), kind
        assert all(set(parse_qs(urlsplit(link).query)) <= {"subject", "body"} for link in page.links)
        assert all(source.startswith("cid:") for source in page.sources), kind


def _one_line_each(row: Outbox) -> None:
    assert not UNSEEN.search(row.subject + row.recipient_name) and "\n" not in row.subject + row.recipient_name
    assert not UNSEEN.search(row.text)
    assert not UNSEEN.search(row.html)


def _nothing_computed(row: Outbox, evil: str) -> None:
    for part in (row.subject, row.text, row.html):
        assert "133713371337" not in part
        assert "1337" not in part or "1337" in evil
        assert "subclasses at" not in part and "<class" not in part


@pytest.mark.parametrize("evil", EVERY.values(), ids=EVERY)
def test_no_string_gets_out_of_its_header_on_the_wire(evil: str) -> None:
    row = hostile_letter(LetterKind.NOTICE, evil)
    row.recipient, row.references, row.in_reply_to = "hoa.nt@vst.gov.vn", [evil, "<a@b.vn>", f"<{evil}>"], evil
    file = FileToAttach(evil, evil, b"abc", inline=True, content_id=evil)
    raw = build(row, [file, replace(file, inline=False)], replace(SENDER, name=evil), [evil])
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))
    assert {line.split(b":")[0].lower().decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"} <= HEADERS
    mail = message_from_bytes(raw, policy=policy.default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["hoa.nt@vst.gov.vn"]
    assert [one.addr_spec for one in mail["From"].addresses] == [ADDRESS]
    assert len(mail.get_all("Subject", [])) == 1 and mail["Bcc"] is None and mail["Cc"] is None
    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert len(parts) == 4, "text, HTML and the two files"
    for part in parts:
        assert {name.lower() for name in part} <= {
            "content-type", "content-transfer-encoding", "content-disposition", "content-id",
        }  # fmt: skip
        assert not UNSEEN.search(part.get_filename() or "")


@pytest.mark.parametrize("evil", EVERY.values(), ids=EVERY)
def test_an_address_that_was_damaged_stays_one_recipient(evil: str) -> None:
    row = hostile_letter(LetterKind.NOTICE, evil)
    row.recipient = f"hoa{evil}@vst.gov.vn"
    raw = build(row, [], SENDER)
    head = raw.partition(b"\r\n\r\n")[0].decode()
    (to,) = (line for line in head.replace("\r\n ", " ").split("\r\n") if line.lower().startswith("to:"))
    assert to.count("<") == to.count(">") == 1 or to.startswith('To: "')
    assert not re.search(r"^(bcc|cc|x-evil):", head, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("evil", [*MAILTO.values(), *EVERY.values()])
def test_a_mailto_link_holds_exactly_its_subject_and_its_body(evil: str) -> None:
    link = mailto(ADDRESS, evil, evil)
    assert re.fullmatch(r"mailto:[\w.@]+\?subject=[A-Za-z0-9%_.~-]*&body=[A-Za-z0-9%_.~-]*", link)
    subject, body = (unquote(part.partition("=")[2]) for part in link.partition("?")[2].split("&"))
    assert body.replace("\r\n", "\n") == evil.replace("\r\n", "\n").replace("\udfff", "?")
    assert subject.startswith(evil[:1])
