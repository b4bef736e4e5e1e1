"""A requester whose name anybody could have written: what he adds is kept and told, what he decides needs a proof."""

import pytest

from daemon.desk.decide import decide
from daemon.desk.facts import Match, Proof
from daemon.desk.followup import NOT_PROVEN
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from storage.tables import EntryKind, TicketState
from tests.unit.desk.builders import LAN, NOW, POLICY, STRANGER, USER, event_kinds, facts_of, kinds, mail, the, ticket
from tests.unit.desk.typing_words import state

NOBODY = Proof(keyed=False, staff=None, authentic=False)
WAITING = ticket(state=TicketState.WAITING, waiting_since=NOW)
RESOLVED = ticket(state=TicketState.RESOLVED, resolved_at=NOW)


def says(text: str, about: object = None, proof: Proof = NOBODY, **more: object) -> Plan:
    return decide(mail(text, USER, **more), facts_of(about or ticket(), match=Match.CODE, proof=proof), POLICY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "about", "reached"),
    [
        ("#mo\nVẫn lỗi.", RESOLVED, TicketState.IN_PROGRESS),
        ("Vẫn chưa được.", RESOLVED, TicketState.IN_PROGRESS),
        ("Đã xong, cảm ơn.", RESOLVED, TicketState.CLOSED),
        ("Em ở Lâm Đồng.", WAITING, TicketState.IN_PROGRESS),
    ],
)
def test_only_a_proven_requester_reopens_closes_or_wakes_his_request(
    text: str, about: object, reached: TicketState
) -> None:
    forged = says(text, about)
    assert state(forged) is None and not {"followed_up", *event_kinds(forged)} - {"followed_up"}
    assert forged.entry is not None and forged.entry.kind is EntryKind.FOLLOW_UP
    assert the(forged, LetterKind.FOLLOW_UP).why == NOT_PROVEN
    for proof in (Proof(True, None, False), Proof(False, None, True)):
        assert state(says(text, about, proof)) is reached


def test_an_unproven_requester_brings_nobody_into_the_conversation() -> None:
    assert says("Cho thêm người này.", cc=(STRANGER,)).participants == ()
    assert [one.address for one in says("Cho thêm.", None, Proof(True, None, True), cc=(STRANGER,)).participants] == [
        STRANGER.address
    ]


def test_an_officer_who_is_the_requester_is_told_of_a_mail_in_his_name() -> None:
    own = ticket(requester_address=LAN.address, reply_address=LAN.address)
    plan = decide(mail("Đã xong, cảm ơn.", LAN), facts_of(own, LAN, authentic=False), POLICY)
    assert kinds(plan) == [LetterKind.FAILED_PROOF]
    assert plan.entry is not None and plan.entry.kind is EntryKind.STRANGER
