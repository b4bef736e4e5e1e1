"""Encrypted mail and text read from pictures: who gets them, and what is never said to whom."""

from dataclasses import replace
from typing import Any

import pytest

from daemon.desk.decide import decide
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.reading.mail import Kind
from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings
from storage.tables import ReplyGoes
from tests.unit.desk.builders import POLICY, USER, facts_of, judged, kinds, letter_of, mail, the, ticket

ARMOUR = "-----BEGIN PGP MESSAGE-----\nVersion: GnuPG v2\n\nhQEMA5x\n=abcd\n-----END PGP MESSAGE-----"


def begins(**more: Any) -> Plan:
    return decide(mail("", **more), facts_of(None, judgement=judged()), POLICY)


def test_encrypted_mail_goes_to_the_service_desk_and_its_sender_is_asked_for_plain_text() -> None:
    plan = begins(encrypted=True)
    assert plan.new_ticket is not None
    assert (plan.new_ticket.holder, plan.new_ticket.rule) == ("SERVICE_DESK", "0 encrypted")
    assert kinds(plan) == [LetterKind.ACKNOWLEDGEMENT, LetterKind.NOTICE]
    asked = the(plan, LetterKind.ACKNOWLEDGEMENT)
    assert asked.recipient == USER.address and "không mã hóa" in asked.text
    assert "mã hóa" in the(plan, LetterKind.NOTICE).why


def test_a_mail_too_large_and_encrypted_is_told_both() -> None:
    said = the(begins(encrypted=True, defects=("mail_too_large",)), LetterKind.ACKNOWLEDGEMENT).text
    assert "mã hóa" in said and "lớn hơn" in said


def test_an_encrypted_mail_with_an_automatic_sign_is_never_answered() -> None:
    plan = begins(encrypted=True, suppress_answer=True)
    assert kinds(plan) == [LetterKind.NOTICE]
    assert decide(mail("", encrypted=True, kind=Kind.AUTO_REPLY), facts_of(None), POLICY).letters == ()


def test_a_requester_who_answers_encrypted_is_asked_for_plain_text_and_the_holder_is_told() -> None:
    facts = facts_of(ticket(), answers_letter=letter_of(ReplyGoes.NOTE, recipient=USER.address, kind="answer"))
    sealed = mail("", encrypted=True, full_text="(mã hóa)")
    plan = decide(sealed, facts, POLICY)
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == USER.address
    assert "không mã hóa" in the(plan, LetterKind.ACKNOWLEDGEMENT).text
    assert "mã hóa" in the(plan, LetterKind.FOLLOW_UP).why
    assert LetterKind.ACKNOWLEDGEMENT not in kinds(decide(replace(sealed, suppress_answer=True), facts, POLICY))
    assert LetterKind.ACKNOWLEDGEMENT not in kinds(decide(mail("Vẫn lỗi ạ."), facts, POLICY))


def test_other_mail_is_not_asked_for_plain_text() -> None:
    assert "mã hóa" not in the(begins(), LetterKind.ACKNOWLEDGEMENT).text


@pytest.mark.parametrize(
    ("body", "encrypted"),
    [
        (ARMOUR, True),
        (f"Gửi anh.\n\n{ARMOUR}\n\nTrân trọng,\nHoa", True),
        (f"Màn hình TABMIS báo lỗi APP-1 từ sáng nay ở cả phòng kế toán, chi tiết ở phần mã hóa.\n\n{ARMOUR}", False),
        ("Em gặp chữ BEGIN PGP MESSAGE trong thư, nhờ anh xem.", False),
    ],
)
def test_an_encrypted_block_counts_when_hardly_anything_else_is_said(body: str, encrypted: bool) -> None:
    raw = f"From: a@x.vn\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    found = read(raw.encode(), LimitSettings(), Ours())
    assert found.encrypted is encrypted
    assert "hQEMA5x" not in found.text


# Pictures.


def test_what_a_machine_read_from_a_picture_goes_to_staff_and_is_nobodys_words() -> None:
    plan = begins(picture_text="Lỗi hệ thống APP-FND-01564")
    assert the(plan, LetterKind.NOTICE).picture_text == "Lỗi hệ thống APP-FND-01564"
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).picture_text == ""
    assert plan.entry is not None and "01564" not in plan.entry.text + plan.entry.full_text


def test_a_picture_in_a_follow_up_is_read_to_the_holder_and_not_to_the_user() -> None:
    facts = facts_of(ticket(), answers_letter=letter_of(ReplyGoes.NOTE, recipient=USER.address, kind="answer"))
    plan = decide(mail("Vẫn lỗi ạ.", picture_text="APP-FND-01564"), facts, POLICY)
    told = {letter.kind: letter.picture_text for letter in plan.letters}
    assert told[LetterKind.FOLLOW_UP] == "APP-FND-01564"
    assert all(not text for kind, text in told.items() if kind is not LetterKind.FOLLOW_UP)
