"""Every word of the contract by every way to forge it: nothing moves, the text is kept, the officer whose name was used is told.

Each case is real bytes through reading, the facts and the decision, on a database with the letters that the desk had sent.
The number of cases is the number of forged commands tried and refused: `pytest tests/property/test_forged_commands.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from classifiers.verdict import Undecided
from daemon.desk.decide import decide
from daemon.desk.facts import Facts
from daemon.desk.letters import LetterKind
from daemon.desk.origin import origin_of, question_for_judge
from daemon.desk.plan import Plan
from daemon.desk.words import Word
from daemon.loops.gather import Gatherer
from daemon.reading.mail import Mail
from daemon.reading.message import read
from daemon.reading.ours import Ours
from daemon.settings import LimitSettings
from storage import intake, outbox, tickets
from storage.database import Database
from storage.migrations import upgrade
from storage.tables import EntryKind, Inbound, Outbox, Passing, TicketState
from tests.property.forgeries import (
    ACK,
    CODE,
    FORGERIES,
    NETWORKS,
    NOTICE,
    OTHER_CODE,
    OTHER_NOTICE,
    PINNED,
    RESULT,
    RING,
    TYPED,
    Fate,
    Forgery,
    forged,
    letter_id,
    subject,
)
from tests.unit.desk.builders import (
    COLLEAGUE,
    DIRECTORY,
    LAN,
    MINH,
    NOW,
    OWN,
    POLICY,
    TUAN,
    USER,
    chain,
    participants,
    ticket,
)

OURS = Ours.of((OWN,), (), RING)
LIMITS = LimitSettings()


def _letter(ticket_id: int, kind: LetterKind, recipient: str, message_id: str) -> Outbox:
    return Outbox(
        ticket_id=ticket_id, cause=f"event:{message_id}", letter=kind.value, recipient=recipient, message_id=message_id,
        subject="", text="", html="", created_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Two tickets at TABMIS, the letters that were sent about them, and the row of the mail in hand."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('forged')}/desk.db")
    upgrade(database)
    with database.write() as session:
        one = tickets.add(session, ticket("TABMIS", id=None, code=CODE)).id
        other = tickets.add(session, ticket("TABMIS", id=None, code=OTHER_CODE)).id
        assert one is not None and other is not None
        tickets.replace_chain(session, one, [_passing(one)])
        for person in participants(COLLEAGUE):
            person.ticket_id = one
            tickets.add_participant(session, person)
        for row in (
            _letter(one, LetterKind.ACKNOWLEDGEMENT, USER.address, ACK),
            _letter(one, LetterKind.NOTICE, TUAN.address, NOTICE),
            _letter(one, LetterKind.COPY, LAN.address, RESULT),
            _letter(one, LetterKind.NOTICE, "nhom.tabmis@vst.gov.vn", letter_id("shared")),
            _letter(other, LetterKind.NOTICE, TUAN.address, OTHER_NOTICE),
        ):
            outbox.add_letter(session, row)
        intake.add(session, Inbound(mailbox="m", uidvalidity=1, uid=1, size=1, received_at=NOW))
    with database.read() as session:
        yield session
    database.close()


def _passing(ticket_id: int) -> Passing:
    (link,) = chain(LAN)
    link.ticket_id = ticket_id
    return link


def decided(session: Session, raw: bytes) -> tuple[Mail, Facts, Plan]:
    """What the desk decides about these bytes."""
    mail = read(raw, LIMITS, OURS)
    row = intake.get(session, 1)
    assert row is not None
    facts = Gatherer(RING, "HT", PINNED, NETWORKS, lambda: POLICY).facts(session, row, mail, NOW + timedelta(hours=2))
    judgement = Undecided().judge([question_for_judge(mail, origin_of(mail, facts.proof, POLICY))])[0]
    facts = Facts(**{name: getattr(facts, name) for name in Facts.__dataclass_fields__} | {"judgement": judgement})
    return mail, facts, decide(mail, facts, POLICY)


def genuine(**what: Any) -> Forgery:
    return Forgery("genuine", Fate.HIDDEN, **what)


@pytest.mark.parametrize(
    "way",
    [
        genuine(),
        genuine(answers=""),
        genuine(subject=f"Re: [{CODE}]"),
        genuine(subject="Về việc hôm qua"),
        genuine(answers=letter_id("shared"), subject="Về việc hôm qua"),
        genuine(answers="", subject=subject(CODE, "tuan.la@vst.gov.vn")),
        genuine(answers="", subject=subject(CODE, "TABMIS").upper()),
        genuine(trace=("Received: from pc (unknown [10.20.3.4]) by mx.vst.gov.vn (Postfix) with ESMTP id 2; now",)),
        genuine(sender="Nhóm TABMIS <nhom.tabmis@vst.gov.vn>"),
    ],
)
def test_with_all_three_proofs_the_word_is_carried_out(stored: Session, way: Forgery) -> None:
    """Without this, a desk that refuses everything would pass the tests below."""
    _, facts, plan = decided(stored, forged(way, "#nhan"))
    assert facts.proof.full
    assert plan.changes.get("state", TicketState.IN_PROGRESS) is TicketState.IN_PROGRESS
    assert plan.changes["taken_by"] in (TUAN.address, "nhom.tabmis@vst.gov.vn")


def test_every_word_of_the_contract_is_tried() -> None:
    assert set(TYPED) == set(Word)
    assert len({way.name for way in FORGERIES}) == len(FORGERIES)
    assert len(FORGERIES) * len(TYPED) >= 2_800


@pytest.mark.parametrize("typed", TYPED.values(), ids=[word.value for word in TYPED])
@pytest.mark.parametrize("way", FORGERIES, ids=[way.name for way in FORGERIES])
def test_a_forged_command_is_refused(stored: Session, way: Forgery, typed: str) -> None:
    mail, _, plan = decided(stored, forged(way, typed))
    _nothing_moved(plan, way)
    {
        Fate.TOLD: _filed_and_told,
        Fate.FILED: _filed,
        Fate.SAID: _said,
        Fate.APART: _apart,
        Fate.HIDDEN: _hidden,
    }[way.fate](plan, mail, way)


def _nothing_moved(plan: Plan, way: Forgery) -> None:
    assert plan.chain is None or plan.new_ticket is not None
    assert plan.records == ()
    assert not [event for event in plan.events if event.kind == "word_used"]
    if plan.new_ticket is None:
        assert not {"state", "holder", "level", "moves", "taken_by", "priority", "application", "province"} & set(
            plan.changes
        )


def _filed_and_told(plan: Plan, mail: Mail, way: Forgery) -> None:
    assert (dict(plan.changes), plan.participants) == ({}, ())
    assert plan.entry is not None and plan.entry.kind is EntryKind.STRANGER and plan.entry.text == mail.text
    assert mail.text, "the text is kept"
    assert mail.sender is not None
    known = DIRECTORY.member(mail.sender.address)
    assert known is not None
    assert [(letter.kind, letter.recipient) for letter in plan.letters] == [(LetterKind.FAILED_PROOF, known.address)]
    assert [event.kind for event in plan.events] == ["proof_failed"]


def _filed(plan: Plan, mail: Mail, way: Forgery) -> None:
    assert (dict(plan.changes), plan.participants, plan.letters) == ({}, (), ())
    assert plan.entry is not None and plan.entry.kind is EntryKind.STRANGER
    assert [event.kind for event in plan.events] == ["stranger_filed"]


def _said(plan: Plan, mail: Mail, way: Forgery) -> None:
    assert dict(plan.changes) in ({}, {"assigned_to": TUAN.address})
    assert plan.entry is not None and plan.entry.kind is EntryKind.FOLLOW_UP
    assert {letter.kind for letter in plan.letters} <= {LetterKind.FOLLOW_UP}
    assert all(letter.bound_to == "TABMIS" for letter in plan.letters)


def _apart(plan: Plan, mail: Mail, way: Forgery) -> None:
    new = plan.new_ticket
    assert plan.ticket_id is None
    assert new is not None and new.may_belong_to == CODE
    assert plan.entry is not None and plan.entry.kind is EntryKind.REQUEST
    assert plan.entry.text
    taken = {USER.address, TUAN.address, LAN.address, MINH.address, COLLEAGUE.address}
    reached = {letter.recipient for letter in plan.letters if letter.kind is not LetterKind.ACKNOWLEDGEMENT}
    assert not reached & taken
    assert new.requester_address not in taken and new.state is TicketState.NEW


def _hidden(plan: Plan, mail: Mail, way: Forgery) -> None:
    assert plan.ticket_id is not None
    assert {letter.kind for letter in plan.letters} <= {LetterKind.HELP}
