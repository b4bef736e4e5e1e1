"""Keyed Message-IDs, tokens and loop marks are believed only when one of our keys made them."""

import pytest

from daemon.reading import proof

OLD, NEW = proof.Key("k1", b"an older secret of 16"), proof.Key("k2", b"the current secret 16")
RING = proof.KeyRing((NEW, OLD))
STRANGER = proof.KeyRing((proof.Key("k2", b"somebody else's secret"),))
CODE = "HT-2026-000123"


def test_a_message_id_names_its_ticket_to_whoever_has_the_key() -> None:
    made = proof.message_id(RING, CODE, "ack", "vst.gov.vn")
    assert made.startswith("<HT-2026-000123.ack.k2.") and made.endswith("@vst.gov.vn>")
    assert proof.ticket_of_message_id(RING, made) == CODE
    assert proof.ticket_of_message_id(RING, made.lower().strip("<>")) == CODE
    assert proof.ticket_of_message_id(STRANGER, made) is None


def test_a_message_id_is_the_same_for_the_same_letter_and_differs_for_another() -> None:
    assert proof.message_id(RING, CODE, "a", "x.vn") == proof.message_id(RING, CODE, "a", "x.vn")
    assert proof.message_id(RING, CODE, "a", "x.vn") != proof.message_id(RING, CODE, "b", "x.vn")


def test_a_message_id_with_another_ticket_code_put_in_is_refused() -> None:
    made = proof.message_id(RING, CODE, "ack", "vst.gov.vn")
    assert proof.ticket_of_message_id(RING, made.replace("000123", "000124")) is None


def test_a_letter_key_that_is_unsafe_in_a_header_becomes_its_digest() -> None:
    made = proof.message_id(RING, CODE, "event:7/ack <x@y>", "vst.gov.vn")
    assert proof.ticket_of_message_id(RING, made) == CODE
    assert made.count("<") == 1 and " " not in made


def test_a_letter_without_a_ticket_is_ours_but_names_none() -> None:
    made = proof.message_id(RING, "", "daily", "vst.gov.vn")
    assert proof.is_our_message_id(RING, made)
    assert proof.ticket_of_message_id(RING, made) is None


def test_what_an_older_key_signed_stays_valid_until_the_key_is_thrown_away() -> None:
    before = proof.KeyRing((OLD,))
    made = proof.message_id(before, CODE, "ack", "vst.gov.vn")
    token = proof.reply_token(before, CODE, "a@vst.gov.vn")
    assert proof.ticket_of_message_id(RING, made) == CODE
    assert proof.token_is_valid(RING, CODE, token, ["a@vst.gov.vn"])
    assert proof.ticket_of_message_id(proof.KeyRing((NEW,)), made) is None
    assert not proof.token_is_valid(proof.KeyRing((NEW,)), CODE, token, ["a@vst.gov.vn"])


def test_a_token_holds_for_its_ticket_and_its_recipient_only() -> None:
    token = proof.reply_token(RING, CODE, "a@vst.gov.vn")
    assert len(token) == 12 and token.isalnum() and token == token.lower()
    assert proof.token_is_valid(RING, CODE, token.upper(), ["b@vst.gov.vn", "a@vst.gov.vn"])
    assert not proof.token_is_valid(RING, "HT-2026-000124", token, ["a@vst.gov.vn"])
    assert not proof.token_is_valid(RING, CODE, token, ["b@vst.gov.vn"])
    assert not proof.token_is_valid(RING, CODE, "", ["a@vst.gov.vn"])
    assert not proof.token_is_valid(RING, CODE, "é" * 12, ["a@vst.gov.vn"])
    assert not proof.token_is_valid(RING, CODE, token, [])


def test_a_loop_mark_is_ours_only_with_our_key() -> None:
    mark = proof.loop_mark(RING, "hotro@vst.gov.vn")
    assert proof.loop_mark_is_ours(RING, mark)
    assert not proof.loop_mark_is_ours(STRANGER, mark)
    assert not proof.loop_mark_is_ours(RING, mark.replace("hotro", "other"))
    assert not proof.loop_mark_is_ours(RING, "hotro@vst.gov.vn")


@pytest.mark.parametrize(
    ("subject", "code", "token"),
    [
        ("[HT-2026-000123] (~k3f9x2m8qabc) Lỗi in", CODE, "k3f9x2m8qabc"),
        ("RE: TL: [ht-2026-000123]  ( ~K3F9X2M8QABC ) x", CODE, "k3f9x2m8qabc"),
        ("Về phiếu HT-2026-000123 hôm qua", CODE, None),
        ("HT-2026-000999 và [HT-2026-000123]", CODE, None),
        ("XHT-2026-000123", None, None),
        ("[YC-2026-000123] (abc)", None, None),
        ("", None, None),
    ],
)
def test_the_code_and_the_token_are_found_in_a_subject(subject: str, code: str | None, token: str | None) -> None:
    assert proof.subject_code(subject, "HT") == code
    assert proof.subject_token(subject) == token


def test_a_key_without_a_proper_name_or_with_a_short_secret_is_refused() -> None:
    for name, secret in (("1", b"x" * 32), ("k.1", b"x" * 32), ("k1", b"short")):
        with pytest.raises(ValueError, match=r"key|secret"):
            proof.Key(name, secret)
    assert "secret" not in repr(RING)
