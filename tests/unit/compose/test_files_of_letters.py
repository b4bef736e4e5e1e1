"""Which stored files a letter brings: the whole request to who gets it, the new ones otherwise, nothing internal to the firm."""

from dataclasses import replace

from daemon.desk.enclosures import Before, files_of
from daemon.desk.letters import Letter, LetterKind
from storage.tables import Attachment, Entry, EntryKind
from tests.unit.desk.builders import DIRECTORY, ITO_MAN, NOW, SON, USER


def entry(number: int, kind: EntryKind, author: str) -> Entry:
    return Entry(id=number, ticket_id=7, kind=kind, at=NOW, author_address=author, text="")


def file(number: int, entry_id: int) -> Attachment:
    return Attachment(
        id=number, entry_id=entry_id, digest=str(number), filename=f"{number}.txt", content_type="", size=1
    )


BEFORE = Before(
    [
        entry(1, EntryKind.REQUEST, USER.address),
        entry(2, EntryKind.INTERNAL, SON.address),
        entry(3, EntryKind.INTERNAL, ITO_MAN.address),
    ],
    [file(1, 1), file(2, 2), file(3, 3)],
)
NEW = [file(4, 4)]
NOTICE = Letter(LetterKind.NOTICE, SON.address, bound_to=SON.holder)


def names(letter: Letter) -> list[int | None]:
    return [one.id for one in files_of(letter, BEFORE, NEW, DIRECTORY)]


def test_a_notice_brings_the_whole_request() -> None:
    assert names(NOTICE) == [1, 2, 3, 4]


def test_other_letters_bring_what_is_new_and_what_they_speak_of() -> None:
    assert names(replace(NOTICE, kind=LetterKind.RESULT)) == [4]
    assert names(replace(NOTICE, kind=LetterKind.ANSWER, files_of=(3,))) == [3, 4]


def test_the_outside_firm_gets_no_file_that_others_wrote_for_colleagues() -> None:
    assert names(replace(NOTICE, recipient=ITO_MAN.address, bound_to=ITO_MAN.holder)) == [1, 3, 4]
