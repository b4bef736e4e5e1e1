"""Ways to forge a command as real bytes: who it claims to be from, what it carries as proof, and what the servers wrote above it.

The ticket is at the group TABMIS, passed up by the office of Lâm Đồng. A forgery lacks at least one of the three proofs, or
hides its word where no officer types one. `FORGERIES` lists them; `forged(way, typed)` is the mail.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from daemon.desk.directory import Staff
from daemon.desk.words import Word
from daemon.reading import proof
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address
from tests.unit.desk.builders import COLLEAGUE, HUNG, LAN, MAI, MINH, OWN, STRANGER, TUAN, USER

HOST, STORE = "mx.vst.gov.vn", "store.vst.gov.vn"
PINNED, NETWORKS = (HOST, STORE), ("10.0.0.0/8",)
CODE, OTHER_CODE = "HT-2026-000007", "HT-2026-000008"
OLD = proof.KeyRing((proof.Key("k1", b"the key that was thrown away"),))
RING = proof.KeyRing((proof.Key("k3", b"the key of these days 12"), proof.Key("k2", b"the key of last month 12")))
GUESSED = proof.KeyRing((proof.Key("k3", b"what somebody else made up"),))


def letter_id(name: str, code: str = CODE, ring: proof.Ring = RING) -> str:
    """The Message-ID of a letter of the desk."""
    return proof.message_id(ring, code, name, "vst.gov.vn")


def subject(code: str, bound_to: str, ring: proof.Ring = RING) -> str:
    """What stands in the subject of a letter that is bound to an address or an office."""
    return f"Re: [{code}] (~{proof.reply_token(ring, code, bound_to)}) Nhờ hỗ trợ"


BARE = f"Re: [{CODE}] Nhờ hỗ trợ"
HOLDERS, PASSERS, DESKS = subject(CODE, "TABMIS"), subject(CODE, "Lâm Đồng"), subject(CODE, "SERVICE_DESK")
USERS = subject(CODE, comparable(USER.address))
NOTICE, ACK, RESULT = letter_id("notice"), letter_id("ack"), letter_id("copy-to-lan")
OTHER_NOTICE = letter_id("other-notice", OTHER_CODE)

# What our border writes.
OUTSIDE = f"Received: from mail.example.com (mail.example.com [203.0.113.5]) by {HOST} (Postfix) with ESMTPS id 1; now"
INSIDE = f"Received: from pc (unknown [10.20.3.4]) by {HOST} (Postfix) with ESMTP id 2; now"
FOREIGN = "Received: from pc (unknown [10.9.9.9]) by mail.example.com (Postfix) with ESMTP id 3; now"


def results(domain: str, verdict: str = "pass", host: str = HOST) -> str:
    return f"Authentication-Results: {host}; spf={verdict} smtp.mailfrom={domain}; dmarc={verdict} header.from={domain}"


PASS, FAIL, NONE = results("vst.gov.vn"), results("vst.gov.vn", "fail"), results("vst.gov.vn", "none")


OUTSIDER = "la@example.com"


def officer(person: Staff | Address = TUAN) -> str:
    return f"{person.name} <{person.address}>"


class Fate(StrEnum):
    """What must become of a forgery, beside nothing of the ticket changing."""

    TOLD = "filed as a stranger's, and the officer's own address is told"
    FILED = "filed as a stranger's, and nobody is told"
    SAID = "what a requester or a participant says, as plain text"
    APART = "a ticket of its own, which may belong to the other"
    HIDDEN = "the officer's own mail, whose word stands where nobody types one"


@dataclass(frozen=True)
class Forgery:
    """One way: by default everything is right for the officer TUAN of the group that holds the ticket."""

    name: str
    fate: Fate
    sender: str = field(default_factory=officer)
    subject: str = HOLDERS
    answers: str = NOTICE
    trace: tuple[str, ...] = (PASS, OUTSIDE)
    more: tuple[str, ...] = ()
    body: Callable[[str], str] = lambda typed: typed


def told(name: str, **what: Any) -> Forgery:
    return replace(Forgery(name, Fate.TOLD), **what)


def told_unkeyed(name: str, **what: Any) -> Forgery:
    """Right From and a pass, and something wrong as the first proof."""
    return told(name, **{"subject": BARE, "answers": "", **what})


def apart(name: str, **what: Any) -> Forgery:
    """From somebody who has no part in the ticket and knows its code."""
    return replace(
        Forgery(name, Fate.APART),
        **{"subject": BARE, "answers": "", "trace": (results("example.com"), OUTSIDE), **what},
    )


def hidden(name: str, body: Callable[[str], str], **what: Any) -> Forgery:
    return replace(Forgery(name, Fate.HIDDEN), body=body, **what)


def _quoted(typed: str) -> str:
    lines = "\n".join(f"> {line}" for line in typed.splitlines())
    return f"\nVào Th 2, 23 thg 11, 2026 vào lúc 09:12 Hỗ trợ CNTT <{OWN}> đã viết:\n\n{lines}\n"


def _outlook(typed: str) -> str:
    return (
        f"\n________________________________\nTừ: Hỗ trợ CNTT <{OWN}>\nĐã gửi: Thứ Hai, 23 Tháng 11, 2026 09:12\n"
        f"Đến: Lê Anh Tuấn <{TUAN.address}>\nChủ đề: [{CODE}] Nhờ hỗ trợ\n\n{typed}\n"
    )


def _forwarded(typed: str) -> str:
    return (
        "\n---------- Forwarded message ---------\nTừ: Kẻ lạ <la@example.com>\nDate: Th 2, 23 thg 11, 2026 lúc 09:12\n"
        f"Subject: lệnh\nTo: <{OWN}>\n\n{typed}\n"
    )


_TOKEN = proof.reply_token(RING, CODE, "TABMIS")
FORGERIES = (
    # The right From, vouched for, without the first proof.
    told_unkeyed("only the code"),
    told_unkeyed("an empty token", subject=f"[{CODE}] (~) x"),
    told_unkeyed("a made-up token", subject=f"[{CODE}] (~abcdefghijkl) x"),
    told_unkeyed("a token cut short", subject=f"[{CODE}] (~{_TOKEN[:8]}) x"),
    told_unkeyed("a token with a letter more", subject=f"[{CODE}] (~{_TOKEN}a) x"),
    told_unkeyed(
        "a token with a letter changed", subject=f"[{CODE}] (~{_TOKEN[:-1]}{'b' if _TOKEN[-1] != 'b' else 'c'}) x"
    ),
    told_unkeyed("another office's token", subject=PASSERS),
    told_unkeyed("the Service Desk's token", subject=DESKS),
    told_unkeyed("the requester's token", subject=USERS),
    told_unkeyed("a token bound to a colleague's address", subject=subject(CODE, comparable(MINH.address))),
    told_unkeyed("a token bound to nobody", subject=subject(CODE, "")),
    told_unkeyed("the token of another ticket", subject=subject(OTHER_CODE, "TABMIS").replace(OTHER_CODE, CODE)),
    told_unkeyed("a token of a key that was thrown away", subject=subject(CODE, "TABMIS", OLD)),
    told_unkeyed("a token of a key that somebody made up", subject=subject(CODE, "TABMIS", GUESSED)),
    told_unkeyed(
        "the token beside the code of another ticket",
        subject=f"[{CODE}] [{OTHER_CODE}] (~{proof.reply_token(RING, OTHER_CODE, 'TABMIS')})",
    ),
    told_unkeyed("the requester's acknowledgement answered", answers=ACK),
    told_unkeyed("another office's letter answered", answers=RESULT),
    told_unkeyed("a Message-ID of a key that was thrown away", answers=letter_id("notice", CODE, OLD)),
    told_unkeyed("a Message-ID of a key that somebody made up", answers=letter_id("notice", CODE, GUESSED)),
    told_unkeyed("a Message-ID whose code was changed", answers=OTHER_NOTICE.replace(OTHER_CODE, CODE)),
    told_unkeyed("a Message-ID whose letter was changed", answers=NOTICE.replace(".notice.", ".ack.")),
    told_unkeyed("a Message-ID that only looks like ours", answers=f"<{CODE}.notice.k3.{'a' * 20}@vst.gov.vn>"),
    told_unkeyed("a Message-ID of a letter that was never written", answers=letter_id("no-such-letter")),
    told_unkeyed("our Message-ID in another header", more=(f"X-In-Reply-To: {NOTICE}", f"Thread-Index: {NOTICE}")),
    told_unkeyed("our Message-ID in the text", body=lambda typed: f"{typed}\n{NOTICE}\n{HOLDERS}"),
    told_unkeyed("a made-up X-Loop", more=(f"X-Loop: {OWN} k3 {'a' * 24}",)),
    # The right From and a stolen token, not vouched for.
    told("DMARC failed", trace=(FAIL, OUTSIDE)),
    told("no check was made", trace=(NONE, OUTSIDE)),
    told("no Authentication-Results", trace=(OUTSIDE,)),
    told("no trace at all", trace=()),
    told("a pass and no Received line", trace=(PASS,)),
    told("the results of another server", trace=(results("vst.gov.vn", host="mx.example.com"), OUTSIDE)),
    told(
        "the results of a server whose name begins like ours",
        trace=(results("vst.gov.vn", host=f"{HOST}.example.com"), OUTSIDE),
    ),
    told("a pass below the server's fail", trace=(FAIL, PASS, OUTSIDE)),
    told(
        "another server's pass above the server's fail",
        trace=(results("vst.gov.vn", host="mx.example.com"), FAIL, OUTSIDE),
    ),
    told("a pass below the server's own line", trace=(NONE, OUTSIDE, PASS)),
    told("a pass below the server's own line and a foreign one", trace=(NONE, OUTSIDE, PASS, FOREIGN)),
    told("a pass between foreign lines", trace=(NONE, OUTSIDE, FOREIGN, PASS, FOREIGN)),
    told("the server's results and the sender's below its line", trace=(OUTSIDE, NONE, PASS, FOREIGN)),
    told("a pass for another domain", trace=(results("example.com"), OUTSIDE)),
    told(
        "a pass for a domain below which ours seems to lie",
        trace=(results("gov.vn").replace("dmarc", "dkim").replace("header.from", "header.d"), OUTSIDE),
    ),
    told(
        "a pass in a comment",
        trace=(f"Authentication-Results: {HOST} (dmarc=pass header.from=vst.gov.vn); dmarc=none", OUTSIDE),
    ),
    told(
        "a pass as a reason",
        trace=(f'Authentication-Results: {HOST}; dmarc=fail reason="dmarc=pass" header.from=vst.gov.vn', OUTSIDE),
    ),
    told(
        "a pass of a check that says nothing about From",
        trace=(f"Authentication-Results: {HOST}; iprev=pass policy.iprev=203.0.113.5", OUTSIDE),
    ),
    told(
        "another account logged in",
        trace=(f"Authentication-Results: {HOST}; auth=pass smtp.auth={USER.address}", OUTSIDE),
    ),
    told("a version that nobody knows", trace=(PASS.replace(f"{HOST};", f"{HOST} 99;"), OUTSIDE)),
    told(
        "results that cannot be read",
        trace=(f"Authentication-Results: {HOST}; dmarc=pass header.from=vst.gov.vn; ;;((", OUTSIDE),
    ),
    told("ARC results instead", trace=(f"ARC-{PASS.replace(': ', ': i=1; ', 1)}", OUTSIDE)),
    told("an internal line below a foreign one", trace=(OUTSIDE, INSIDE)),
    told(
        "an internal line on top that another server wrote",
        trace=(INSIDE.replace(f"by {HOST}", "by mx.example.com"), INSIDE),
    ),
    told(
        "an internal address only in the greeting",
        trace=(OUTSIDE.replace("from mail.example.com (", "from [10.20.3.4] ("),),
    ),
    told("several addresses in From", sender=f"{officer()}, {officer(STRANGER)}"),
    told(
        "several addresses in From, the officer last but vouched for",
        sender=f"{officer()}, {officer(HUNG)}",
        trace=(PASS, OUTSIDE),
    ),
    # A forwarded notice, and other people's tokens.
    told("an officer of another office answers a forwarded notice", sender=officer(HUNG)),
    told("an officer of another office without the token", sender=officer(HUNG), subject=BARE),
    told("an officer of another office with the token alone", sender=officer(HUNG), answers=""),
    told("an officer of the office below with the holder's notice", sender=officer(LAN)),
    told("the Service Desk with the holder's notice", sender=officer(MAI)),
    Forgery("the requester who got a notice by mistake", Fate.SAID, sender=officer(USER)),
    Forgery("the requester by his own button", Fate.SAID, sender=officer(USER), subject=USERS, answers=ACK),
    Forgery(
        "the requester, not vouched for, with the officer's token",
        Fate.SAID,
        sender=officer(USER),
        trace=(FAIL, OUTSIDE),
    ),
    Forgery(
        "somebody as the requester, with the code alone",
        Fate.SAID,
        sender=officer(USER),
        subject=BARE,
        answers="",
        trace=(FAIL, OUTSIDE),
    ),
    Forgery("a colleague in Cc with the officer's token", Fate.SAID, sender=officer(COLLEAGUE)),
    Forgery(
        "a stranger who got the notice forwarded",
        Fate.FILED,
        sender=officer(STRANGER),
        trace=(results("example.com"), OUTSIDE),
    ),
    Forgery("two From lines", Fate.FILED, more=(f"From: {officer(STRANGER)}",)),
    Forgery("an empty From", Fate.FILED, sender=""),
    Forgery("only a name in From", Fate.FILED, sender='"tuan.la"'),
    # Somebody who only looks like the officer.
    apart("only the code, from outside", sender=OUTSIDER),
    apart("the officer's token from outside", sender=OUTSIDER, subject=HOLDERS),
    apart("the officer's name", sender=f'"{TUAN.name}" <la@example.com>'),
    apart("the officer's address as a name", sender=f'"{TUAN.address}" <la@example.com>', subject=HOLDERS),
    apart(
        "the officer's address as an encoded name",
        sender=f"=?utf-8?B?{b64encode(f'{TUAN.name} <{TUAN.address}>'.encode()).decode()}?= <la@example.com>",
        subject=HOLDERS,
    ),
    apart("the officer's address in a comment", sender=f"la@example.com ({officer()})", subject=HOLDERS),
    apart("a domain that ends like ours", sender="tuan.la@evil-vst.gov.vn", subject=HOLDERS),
    apart("a domain that begins like ours", sender="tuan.la@vst.gov.vn.example.com", subject=HOLDERS),
    apart("a domain with a hyphen", sender="tuan.la@vst-gov.vn", subject=HOLDERS),
    apart("a domain with a Cyrillic letter", sender="tuan.la@vѕt.gov.vn", subject=HOLDERS),
    apart("the same domain in its encoded form", sender="tuan.la@xn--vt-p6c.gov.vn", subject=HOLDERS),
    apart("a local part with a Cyrillic letter", sender="tuаn.la@vst.gov.vn", subject=HOLDERS),
    apart("a local part with a tag", sender="tuan.la+x@vst.gov.vn", subject=HOLDERS),
    apart("full-width letters", sender="tuan.la@ｖｓｔ.gov.vn", subject=HOLDERS),
    apart("a per-cent route", sender="tuan.la%vst.gov.vn@example.com", subject=HOLDERS),
    apart("a quoted local part", sender='"tuan.la@vst.gov.vn"@example.com', subject=HOLDERS),
    apart("the officer in Reply-To", sender=OUTSIDER, subject=HOLDERS, more=(f"Reply-To: {officer()}",)),
    apart("the officer in Sender", sender=OUTSIDER, subject=HOLDERS, more=(f"Sender: {officer()}",)),
    apart(
        "the officer in Resent-From and Return-Path",
        sender=OUTSIDER,
        subject=HOLDERS,
        more=(f"Resent-From: {officer()}", f"Return-Path: <{TUAN.address}>"),
    ),
    apart(
        "the officer in X-Original-From",
        sender=OUTSIDER,
        subject=HOLDERS,
        more=(f"X-Original-From: {officer()}", f"X-Sender: {TUAN.address}"),
    ),
    # All proofs, and the word where nobody types one: the officer quotes or forwards somebody else's words.
    hidden("in a quote", _quoted),
    hidden("in an Outlook quote", _outlook),
    hidden("below the signature's mark", lambda typed: f"\n-- \nLê Anh Tuấn\n{typed}"),
    hidden("in a forward", _forwarded, subject=f"Fwd: {HOLDERS}"),
    hidden(
        "in a hidden part of HTML",
        lambda typed: f'<p></p><div style="display:none">{typed}</div>',
        more=("Content-Type: text/html; charset=utf-8",),
    ),
    hidden(
        "in an HTML comment", lambda typed: f"<p></p><!-- {typed} -->", more=("Content-Type: text/html; charset=utf-8",)
    ),
)

# One mail for every word of the contract, with what it needs.
TYPED = {
    Word.TAKE: "#nhan", Word.ANSWER: "#traloi\nĐã sửa xong.", Word.NOTE: "#noibo\nGhi chú.", Word.ASK: "#hoi\nAnh/chị gửi ảnh nhé?",
    Word.RESOLVE: "#xong\nĐã xử lý xong.", Word.LET_THROUGH: "#duyet", Word.HAND_OVER: "#chuyen muc 3",
    Word.GIVE_BACK: "#tra\nKhông phải việc của nhóm.", Word.CHASE: "#donduc", Word.CATEGORY: "#phanloai TTSP",
    Word.PROVINCE: "#tinh Hà Nội", Word.PRIORITY: "#uutien cao", Word.INCIDENT: "#suco", Word.SERVICE: "#yeucau",
    Word.QUESTION: "#hoidap", Word.PROPOSAL: "#dexuat", Word.BUG: "#loi", Word.USER_MISTAKE: "#loithaotac",
    Word.CHANGE: "#thaydoi\nNâng cấp máy chủ.", Word.DUPLICATE: f"#trung {OTHER_CODE}", Word.REOPEN: "#mo",
    Word.NOT_A_REQUEST: "#rac", Word.ON_BEHALF: "#thay la@example.com\nMáy in hỏng.", Word.KNOWLEDGE: "#kienthuc",
    Word.PUBLISH: "#xuatban", Word.EDIT: "#sua", Word.DROP: "#bo", Word.USE: "#dung 1", Word.SEARCH: "#tim abc",
    Word.WIDESPREAD: "#dienrong", Word.ANNOUNCE: "#thongbao\nMất mạng.", Word.CHECK: "#kiemtra TABMIS ok",
}  # fmt: skip


def forged(way: Forgery, typed: str) -> bytes:
    """The mail as it lies in the desk's mailbox."""
    head = [*way.trace, *([f"From: {way.sender}"]), f"To: <{OWN}>", f"Subject: {way.subject}"]
    head += [f"In-Reply-To: {way.answers}", f"References: <a@b.vn> {way.answers}"] if way.answers else []
    head += [
        "Message-ID: <forged@example.com>",
        "Date: Mon, 23 Nov 2026 09:30:00 +0700",
        "MIME-Version: 1.0",
        *way.more,
    ]
    if not any(line.lower().startswith("content-type") for line in way.more):
        head.append("Content-Type: text/plain; charset=utf-8")
    return ("\r\n".join(head) + "\r\n\r\n" + way.body(typed).replace("\n", "\r\n") + "\r\n").encode()
