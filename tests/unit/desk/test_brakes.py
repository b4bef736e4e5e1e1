"""The brakes as decisions: caps of addresses and domains, circles, full tickets, dead addresses. FIELD rows 10 and 11."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.desk.brakes import Fate, Hour, around_muted, fate_of, is_capped, is_held, later_by, stand_in, stopped_note
from daemon.desk.decide import decide
from daemon.desk.facts import Policy, Recent
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.desk.undelivered import address_is_dead, undelivered
from daemon.reading.mail import Address, Kind, TraceHeaders
from storage.tables import EntryKind, InboundState, ReplyGoes
from tests.unit.desk.builders import (
    LAN,
    MAI,
    MONITOR,
    NOW,
    POLICY,
    STRANGER,
    USER,
    event_kinds,
    facts_of,
    judged,
    kinds,
    letter_of,
    mail,
    the,
    ticket,
)

DESK, OFFICE = "servicedesk@vst.gov.vn", "tinhoc.lamdong@vst.gov.vn"
FULL = Recent(entries_of_ticket=30)


def policy(**brakes: Any) -> Policy:
    return replace(POLICY, brakes=replace(POLICY.brakes, **brakes))


OWN_DOMAIN = policy(uncapped_domains=frozenset({"vst.gov.vn", "gmail.com"}))


# Caps.


@pytest.mark.parametrize(
    ("kind", "recipient", "hour", "fate"),
    [
        (LetterKind.ACKNOWLEDGEMENT, "a@x.example", Hour(9, 99), Fate.SENT),
        (LetterKind.ACKNOWLEDGEMENT, "a@x.example", Hour(10, 10), Fate.STOPPED),
        (LetterKind.ACKNOWLEDGEMENT, "a@x.example", Hour(0, 100), Fate.STOPPED),
        (LetterKind.GUIDE, "a@x.example", Hour(10), Fate.STOPPED),
        (LetterKind.ACKNOWLEDGEMENT, USER.address, Hour(9, 5000), Fate.SENT),
        (LetterKind.ACKNOWLEDGEMENT, USER.address, Hour(10, 10), Fate.STOPPED),
        (LetterKind.ACKNOWLEDGEMENT, "a@cntt.vst.gov.vn", Hour(0, 5000), Fate.SENT),
        (LetterKind.ACKNOWLEDGEMENT, "a@notvst.gov.vn", Hour(0, 5000), Fate.STOPPED),
        (LetterKind.CLOSING_WARNING, "a@x.example", Hour(10, 100), Fate.LATER),
        (LetterKind.CLOSING_WARNING, "a@x.example", Hour(9, 5000), Fate.SENT),
        (LetterKind.NOTICE, OFFICE, Hour(199), Fate.SENT),
        (LetterKind.NOTICE, OFFICE.upper(), Hour(200), Fate.HELD),
        (LetterKind.HELP, LAN.address, Hour(200), Fate.HELD),
        (LetterKind.RESULT, LAN.address, Hour(200), Fate.SENT),  # an officer's words, which no machine causes
        (LetterKind.BUNDLE, OFFICE, Hour(500), Fate.SENT),
    ],
)
def test_what_becomes_of_one_more_automatic_letter(kind: LetterKind, recipient: str, hour: Hour, fate: Fate) -> None:
    assert fate_of(kind, recipient, hour, OWN_DOMAIN) is fate


def test_the_clocks_letters_wait_for_as_many_hours_as_are_full() -> None:
    assert [later_by(Hour(n), POLICY) for n in (10, 19, 20, 35)] == [timedelta(hours=n) for n in (1, 1, 2, 3)]


@pytest.mark.parametrize(
    ("domain", "capped"),
    [("x.example", True), ("gmail.com", False), ("mail.gmail.com", False), ("com", True), ("", True)],
)
def test_domains_that_many_unrelated_people_share_are_not_capped(domain: str, capped: bool) -> None:
    assert is_capped(domain, OWN_DOMAIN) is capped


def test_a_stopped_answer_is_reported_once_a_day_for_its_address_or_for_its_domain() -> None:
    address = stopped_note("A@X.example", Hour(10), NOW, POLICY)
    domain = stopped_note("b@x.example", Hour(1, 100), NOW, POLICY)
    assert (address.once, domain.once) == ("slot:brake:a@x.example@2026-11-17", "slot:brake:@x.example@2026-11-17")
    assert "thuộc x.example" in domain.lines[0]
    assert {address.recipient, domain.recipient} == {DESK}
    assert stopped_note("a@x.example", Hour(10), NOW + timedelta(days=1), POLICY).once != address.once


def test_a_note_about_an_address_names_the_cap_of_that_address() -> None:
    assert "đã nhận đủ 10 thư" in stopped_note("a@x.example", Hour(10), NOW, POLICY).lines[0]
    asks = mail("Hướng dẫn", LAN, subject="huong dan")
    below, over = (
        decide(asks, facts_of(None, LAN, recent=Recent(automatic_to_sender=number)), POLICY) for number in (199, 200)
    )
    assert kinds(below) == [LetterKind.GUIDE]
    assert "đã nhận đủ 200 thư" in the(over, LetterKind.BRAKE).lines[0]


def test_who_asks_the_desk_again_and_again_gets_no_more_guides_and_the_service_desk_hears_of_it_once() -> None:
    asks = mail("Hướng dẫn", subject="huong dan")
    assert kinds(decide(asks, facts_of(recent=Recent(automatic_to_sender=9)), POLICY)) == [LetterKind.GUIDE]
    over = decide(asks, facts_of(recent=Recent(automatic_to_sender=10)), POLICY)
    assert (kinds(over), over.outcome) == ([LetterKind.BRAKE], InboundState.IGNORED)
    told = facts_of(recent=Recent(automatic_to_sender=10, braked_already=True))
    assert decide(asks, told, POLICY).letters == ()


# Senders.


def hops(count: int) -> dict[str, Any]:
    return {"trace": TraceHeaders(("from a by b",) * count)}


def test_a_mail_that_passed_too_many_servers_is_on_record_and_told_once() -> None:
    plan = decide(mail(**hops(31)), facts_of(judgement=judged()), POLICY)
    assert (plan.outcome, plan.reason) == (InboundState.IGNORED, "brake: 31 Received lines, more than 30")
    assert kinds(plan) == [LetterKind.BRAKE]
    told = facts_of(judgement=judged(), recent=Recent(braked_already=True))
    assert decide(mail(**hops(31)), told, POLICY).letters == ()
    assert decide(mail(**hops(30)), facts_of(judgement=judged()), POLICY).new_ticket is not None


@pytest.mark.parametrize("kind", [Kind.BOUNCE, Kind.AUTO_REPLY, Kind.PERSON])
def test_no_kind_of_mail_goes_on_in_circles(kind: Kind) -> None:
    plan = decide(mail(kind=kind, **hops(40)), facts_of(ticket()), POLICY)
    assert plan.reason.startswith("brake: ")


@pytest.mark.parametrize("recent", [Recent(tickets_of_sender=500), Recent(entries_of_ticket=500)])
def test_no_brake_holds_what_a_person_puts_back(recent: Recent) -> None:
    about = ticket() if recent.entries_of_ticket else None
    facts = facts_of(about, judgement=judged(), recent=recent, by_person=True)
    plan = decide(mail(**hops(50)), facts, POLICY)
    assert not plan.reason.startswith("brake")
    assert LetterKind.BRAKE not in kinds(plan)


def test_mails_without_a_sender_share_one_brake() -> None:
    plan = decide(mail(sender=None), facts_of(recent=Recent(tickets_of_sender=20)), POLICY)
    assert (plan.new_ticket, kinds(plan)) == (None, [LetterKind.BRAKE])


def test_a_listed_monitor_has_a_brake_of_its_own() -> None:
    monitor = Address("Giám sát", MONITOR)
    begins = [
        decide(mail(sender=monitor, kind=Kind.AUTO_GENERATED, suppress_answer=True),
               facts_of(recent=Recent(tickets_of_sender=n)), POLICY).new_ticket is not None
        for n in (20, 59, 60)
    ]  # fmt: skip
    assert begins == [True, True, False]


def test_nothing_is_spent_on_a_mail_that_a_brake_holds() -> None:
    assert is_held(mail(), facts_of(recent=Recent(tickets_of_sender=20)), POLICY)
    assert is_held(mail(**hops(31)), facts_of(ticket()), POLICY)
    assert not is_held(mail(), facts_of(ticket(), recent=Recent(tickets_of_sender=20)), POLICY)
    assert not is_held(mail(), facts_of(recent=Recent(tickets_of_sender=19)), POLICY)


# Full tickets.


def test_a_full_ticket_files_what_comes_and_of_a_flood_keeps_only_the_record() -> None:
    filed = decide(mail("Vẫn lỗi"), facts_of(ticket(), recent=replace(FULL, entries_of_ticket=299)), POLICY)
    assert filed.entry is not None
    assert (filed.outcome, filed.entry.kind) == (InboundState.ENTRY, EntryKind.AUTOMATIC)
    flood = decide(mail("Vẫn lỗi"), facts_of(ticket(), recent=replace(FULL, entries_of_ticket=300)), POLICY)
    assert (flood.outcome, flood.entry, flood.ticket_id) == (InboundState.IGNORED, None, 7)


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BULK, Kind.AUTO_GENERATED])
def test_automatic_mail_fills_a_ticket_as_little_as_anybodys(kind: Kind) -> None:
    full = replace(FULL, entries_of_ticket=300)
    plan = decide(mail(kind=kind, suppress_answer=True), facts_of(ticket(), recent=full), POLICY)
    assert plan.outcome is InboundState.IGNORED


def test_one_note_is_written_for_a_full_ticket_whoever_writes_to_it() -> None:
    first = decide(mail("Vẫn lỗi"), facts_of(ticket(), recent=FULL), POLICY)
    assert the(first, LetterKind.BRAKE).once == "slot:brake:HT-2026-000007@2026-11-17"
    told = facts_of(ticket(), recent=replace(FULL, ticket_braked_already=True))
    assert decide(mail("Vẫn lỗi", STRANGER), told, POLICY).letters == ()


def test_an_officers_words_act_on_a_full_ticket_and_his_plain_text_does_not() -> None:
    full = facts_of(ticket(), LAN, recent=FULL)
    assert LetterKind.ANSWER in kinds(decide(mail("#xong\nĐã sửa.", LAN), full, POLICY))
    assert kinds(decide(mail("Đã sửa.", LAN), full, POLICY)) == [LetterKind.BRAKE]
    forged = facts_of(ticket(), LAN, recent=FULL, authentic=False)
    assert LetterKind.ANSWER not in kinds(decide(mail("#xong\nĐã sửa.", LAN), forged, POLICY))


# Addresses that our letters do not reach.


@pytest.mark.parametrize(
    ("said", "dead"),
    [
        ("550 5.1.1 user unknown", True),
        ("550 5.2.1 mailbox disabled", True),
        ("452 4.2.2 mailbox full", True),
        ("550 no such user", True),
        ("552 5.2.3 message too long", False),
        ("452 4.2.3 message too long", False),
        ("553 5.1.7 the sender's address is malformed", False),
        ("501 5.1.8 the sender's domain does not exist", False),
        ("550 5.1.10 recipient not found", True),
        ("553 sender address rejected", False),
        ("554 5.7.1 spam", False),
        ("552 message size", False),
        ("0 the program failed on this letter", None),
        ("Undelivered Mail Returned to Sender", None),
        ("from 10.5.1.1.2 at port 5501", None),
    ],
)
def test_only_a_server_that_speaks_of_the_address_makes_it_dead(said: str, dead: bool | None) -> None:
    assert address_is_dead(said) is dead


def bounce(recipient: str, letter: str = "notice", text: str = "550 5.1.1 no such user", **facts: Any) -> Plan:
    sender = Address("", "mailer-daemon@vst.gov.vn")
    returned = mail(text, sender, kind=Kind.BOUNCE, bounce_permanent=True, suppress_answer=True)
    bounced = letter_of(ReplyGoes.HOLDER, recipient=recipient, kind=letter)
    return decide(returned, facts_of(ticket(), bounced_letter=bounced, **facts), POLICY)


def test_an_office_that_cannot_be_reached_is_muted_until_a_date_and_the_service_desk_told_once() -> None:
    plan = bounce(OFFICE)
    (mute,) = plan.mutes
    assert (mute.address, mute.until) == (OFFICE, NOW + timedelta(days=7))
    letter = the(plan, LetterKind.UNDELIVERABLE)
    assert letter.recipient == DESK
    assert "09:00 ngày 24/11/2026" in letter.lines[1]
    again = bounce(OFFICE, muted_already=True)
    assert (again.letters, again.mutes) == ((), ())
    assert event_kinds(again) == ["letter_bounced"]


@pytest.mark.parametrize(
    ("recipient", "letter", "text"),
    [
        (DESK, "notice", "550 5.1.1 no such user"),
        (USER.address, "answer", "550 5.1.1 no such user"),
        (LAN.address, "acknowledgement", "550 5.1.1 no such user"),  # as a requester
        (OFFICE, "notice", "554 5.7.1 looks like spam"),
        (OFFICE, "undeliverable", "550 5.1.1 no such user"),
    ],
)
def test_nobody_else_is_muted(recipient: str, letter: str, text: str) -> None:
    assert bounce(recipient, letter, text).mutes == ()


def test_a_bounce_for_a_full_ticket_is_on_record_as_any_other() -> None:
    plan = bounce(USER.address, recent=FULL)
    assert event_kinds(plan) == ["letter_bounced", "brake_reached"]
    assert [mute.address for mute in bounce(OFFICE, recent=FULL).mutes] == [OFFICE]


def test_a_list_with_one_dead_member_is_not_muted_and_told_once_a_day() -> None:
    returned = mail("550 5.1.1 no such user", Address("", "mailer-daemon@vst.gov.vn"), kind=Kind.BOUNCE,
                    bounce_permanent=True, suppress_answer=True, bounced_recipients=(MAI.address,))  # fmt: skip
    plan = decide(returned, facts_of(ticket(), bounced_letter=letter_of(ReplyGoes.HOLDER, recipient=OFFICE)), POLICY)
    assert plan.mutes == ()
    assert all(letter.once == f"slot:failed:{OFFICE}@2026-11-17" for letter in plan.letters)


def test_a_refusal_by_the_relay_mutes_as_a_bounce_does_and_our_own_failure_does_not() -> None:
    refused = letter_of(ReplyGoes.NOTE, recipient=OFFICE)
    assert len(undelivered(ticket(), (), refused, "550 5.1.1 unknown", NOW, POLICY).mutes) == 1
    assert len(undelivered(None, (), refused, "550 5.1.1 unknown", NOW, POLICY).mutes) == 1
    assert undelivered(ticket(), (), refused, "550 5.1.1 unknown", NOW, POLICY, muted_already=True).letters == ()
    assert undelivered(ticket(), (), refused, "0 the program failed on this letter", NOW, POLICY).mutes == ()


def test_what_a_muted_officer_would_get_goes_to_his_office_and_an_offices_to_the_service_desk() -> None:
    until = NOW + timedelta(days=7)
    assert stand_in(LAN.address, {LAN.address: until}, POLICY)[0] == OFFICE
    both = {LAN.address: until, OFFICE: until}
    assert stand_in(LAN.address, both, POLICY)[0] == stand_in(OFFICE, both, POLICY)[0] == DESK


def test_letters_go_around_a_muted_address_and_answers_to_its_own_mails_are_left_out() -> None:
    plan = decide(mail(), facts_of(judgement=judged()), POLICY)
    moved = around_muted(plan, {OFFICE: NOW}, POLICY)
    assert [(letter.kind, letter.recipient) for letter in moved.letters] == [
        (LetterKind.ACKNOWLEDGEMENT, USER.address),
        (LetterKind.NOTICE, DESK),
    ]
    assert OFFICE in moved.letters[1].why
    done = decide(mail("#nhan", LAN), facts_of(ticket(), LAN), POLICY)
    assert LetterKind.DONE in kinds(done)
    assert LetterKind.DONE not in kinds(around_muted(done, {LAN.address: NOW}, POLICY))
