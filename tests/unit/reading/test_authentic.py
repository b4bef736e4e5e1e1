"""The third proof: only what our own servers wrote about the sender counts."""

import pytest

from daemon.reading.authentic import sender_is_authentic
from daemon.reading.mail import TraceHeaders

FROM = "hungnv02@vst.gov.vn"
PINNED = ("mx.vst.gov.vn", "store.vst.gov.vn")
NETWORKS = ("10.0.0.0/8", "fd00::/8")
LMTP = "from mx.vst.gov.vn by store.vst.gov.vn with LMTP id abc; Mon, 12 May 2025 10:21:36 +0700"
LMTP_TCP = "from mx.vst.gov.vn ([127.0.0.1]) by store.vst.gov.vn with LMTP id abc; Mon, 12 May 2025"
OUTSIDE = (
    "from mail.bank.vn (mail.bank.vn [203.0.113.5]) by mx.vst.gov.vn (Postfix) with ESMTPS id 4Zx for <h@x.vn>; Mon"
)
INSIDE = "from pc-12 (unknown [10.20.3.4]) by mx.vst.gov.vn (Postfix) with ESMTPSA id 4Zx; Mon, 12 May 2025"
FOREIGN = "from pc (unknown [10.9.9.9]) by mail.bank.vn (Postfix) with ESMTP id 1; Mon, 12 May 2025"
FORGED_OURS = "from pc-12 (unknown [10.20.3.4]) by mx.vst.gov.vn (Postfix) with ESMTP id 9; Mon, 12 May 2025"
PASS = "mx.vst.gov.vn; dmarc=pass (p=reject) header.from=vst.gov.vn"


def judged(received: list[str], results: list[tuple[int, str]] = []) -> bool:  # noqa: B006
    return sender_is_authentic(TraceHeaders(tuple(received), tuple(results)), FROM, PINNED, NETWORKS)


@pytest.mark.parametrize(
    "received",
    [
        [INSIDE],
        [LMTP, INSIDE],
        [LMTP_TCP, INSIDE],
        [LMTP, INSIDE, FOREIGN],
        ["from pc-12 ([10.20.3.4]) by mx.vst.gov.vn with ESMTP; now"],
        ["from pc-12 ([10.20.3.4]) by MX.vst.gov.vn. with ESMTP"],
        ["from x ([IPv6:fd00::5]) by mx.vst.gov.vn with ESMTP; now"],
        ["from A (10.1.2.3) by mx.vst.gov.vn (10.0.0.1) with Microsoft SMTP Server; now"],
        ["from [10.1.2.3] (helo=pc) by mx.vst.gov.vn with esmtpa; now"],
        [
            "from localhost (localhost [127.0.0.1]) by mx.vst.gov.vn (Postfix); now",
            "from mx ([127.0.0.1]) by localhost (amavisd-new); now",
            INSIDE,
        ],
    ],
)
def test_a_mail_that_our_border_took_from_our_network_is_authentic(received: list[str]) -> None:
    assert judged(received)


@pytest.mark.parametrize(
    "received",
    [
        [],
        [OUTSIDE],
        [FOREIGN],
        [FOREIGN, INSIDE],
        [LMTP, OUTSIDE],
        [OUTSIDE, FORGED_OURS],
        [LMTP, OUTSIDE, FORGED_OURS],
        ["by mx.vst.gov.vn (Postfix, from userid 1000) id 1; now", FORGED_OURS],
        ["from [10.0.0.1] (rdns.example [203.0.113.5]) by mx.vst.gov.vn (Postfix); now"],
        ["from x ([10.0.0.1]) by mx.vst.gov.vn (evil [203.0.113.5]) by mx.vst.gov.vn (Postfix); now"],
        ["from [203.0.113.5] (helo=[10.0.0.1]) by mx.vst.gov.vn with esmtp; now"],
        ["from pc (unknown [10.20.3.4]) by mx.vst.gov.vn.evil.example (Postfix); now"],
    ],
)
def test_a_line_that_our_border_did_not_write_proves_no_network(received: list[str]) -> None:
    assert not judged(received)


@pytest.mark.parametrize(
    "value",
    [
        PASS,
        "MX.vst.gov.vn; dkim=pass header.d=vst.gov.vn header.i=@vst.gov.vn",
        "mx.vst.gov.vn; spf=fail smtp.mailfrom=x.vn; dkim=pass header.d=mail.vst.gov.vn",
        "mx.vst.gov.vn; spf=pass smtp.mailfrom=hungnv02@vst.gov.vn",
        "mx.vst.gov.vn; auth=pass (login) smtp.auth=hungnv02@vst.gov.vn",
        "mx.vst.gov.vn; auth=pass smtp.auth=hungnv02",
    ],
)
def test_a_pass_by_a_pinned_server_above_its_own_line_is_authentic(value: str) -> None:
    assert judged([OUTSIDE], [(0, value)])
    assert judged([LMTP, OUTSIDE, FOREIGN], [(1, value)])


@pytest.mark.parametrize(
    "value",
    [
        "mx.vst.gov.vn; none",
        "mx.vst.gov.vn; dmarc=fail header.from=vst.gov.vn; spf=pass smtp.mailfrom=vst.gov.vn",
        "mx.vst.gov.vn; dmarc=pass header.from=evil.example",
        "mx.vst.gov.vn; dkim=pass header.d=evil.example",
        "mx.vst.gov.vn; dkim=pass header.d=gov.vn",
        "mx.vst.gov.vn; spf=pass smtp.mailfrom=a@evilvst.gov.vn",
        "mx.vst.gov.vn; auth=pass smtp.auth=lan@vst.gov.vn",
        "mx.evil.example; dmarc=pass header.from=vst.gov.vn",
        "spf=pass smtp.mailfrom=vst.gov.vn",
        "; ; (((",
        "",
    ],
)
def test_other_results_prove_nothing(value: str) -> None:
    assert not judged([OUTSIDE], [(0, value)])


def test_results_below_the_border_do_not_count() -> None:
    assert not judged([OUTSIDE], [(1, PASS)])  # nothing separates it from the sender's own headers
    assert not judged([OUTSIDE, FOREIGN], [(2, PASS)])
    assert not judged([FOREIGN], [(0, PASS)])
    assert not judged([], [(0, PASS)])
    assert not judged([OUTSIDE, FORGED_OURS, FOREIGN], [(2, PASS)])


def test_a_filter_that_writes_right_below_its_servers_line_counts() -> None:
    assert judged([OUTSIDE, FOREIGN], [(1, PASS)])
    assert not judged([OUTSIDE, FOREIGN], [(1, "mx.vst.gov.vn; dmarc=fail header.from=vst.gov.vn"), (1, PASS)])


# What a sender writes into his own mail to make it look checked, where the border did not take it out.
FAIL = "mx.vst.gov.vn; dmarc=fail header.from=vst.gov.vn"
NONE = "mx.vst.gov.vn; spf=none smtp.mailfrom=evil.example; dmarc=none header.from=vst.gov.vn"


@pytest.mark.parametrize(
    "results",
    [
        [(0, NONE), (1, PASS)],  # what stands above the border's line speaks alone
        [(0, NONE), (2, PASS)],
        [(0, FAIL), (0, "mx.evil.example; dmarc=pass header.from=vst.gov.vn")],
        [(0, NONE), (1, PASS), (1, PASS), (2, PASS)],
        [(1, NONE), (1, PASS)],  # the filter's header, and below it the sender's
        [(1, PASS), (1, NONE)],
        [(1, PASS), (1, PASS)],  # nobody reports one check twice
        [(2, PASS), (3, PASS)],
    ],
)
def test_a_pass_that_the_sender_wrote_beside_the_servers_own_results_is_recognised(
    results: list[tuple[int, str]],
) -> None:
    assert not judged([OUTSIDE, FORGED_OURS, FOREIGN], results)


@pytest.mark.parametrize(
    "value",
    [
        'mx.vst.gov.vn; dmarc=none reason="dmarc=pass header.from=vst.gov.vn"',
        "mx.vst.gov.vn (dmarc=pass header.from=vst.gov.vn); dmarc=none",
        "mx.vst.gov.vn; dmarc=none (pass) header.from=vst.gov.vn",
        "mx.vst.gov.vn; x-dmarc=pass header.from=vst.gov.vn",
        "mx.vst.gov.vn; dmarc=passed header.from=vst.gov.vn",
        'mx.vst.gov.vn; dmarc="pass fail" header.from=vst.gov.vn',
        "mx.vst.gov.vn; dmarc=pass",  # of which domain?
        "mx.vst.gov.vn; auth=pass",  # of which account?
        "mx.vst.gov.vn; iprev=pass policy.iprev=10.0.0.1",
        "mx.vst.gov.vn; dmarc=pass header.from=vst.gov.vn; dmarc=fail header.from=vst.gov.vn",
        "mx.vst.gov.vn; dmarc=pass header.from=vst.gov.vn.evil.example",
        "mx.vst.gov.vn; spf=pass smtp.helo=vst.gov.vn",
        "mx.vst.gov.vn 2; dmarc=pass header.from=vst.gov.vn",  # a version that we do not know
        "mx.vst.gov.vn/1; dmarc=pass header.from=vst.gov.vn",
        "mx.vst.gov.vn.; ; dmarc=pass",
        "mx.vst.gov.vn evil; dmarc=pass header.from=vst.gov.vn",
        "mх.vst.gov.vn; dmarc=pass header.from=vst.gov.vn",  # a Cyrillic х
        "dmarc=pass header.from=vst.gov.vn; mx.vst.gov.vn",
    ],
)
def test_a_pass_in_an_odd_place_proves_nothing(value: str) -> None:
    assert not judged([OUTSIDE], [(0, value)])


def test_a_letter_that_only_lower_case_makes_ours_does_not_name_our_server() -> None:
    """A Kelvin sign becomes a k; the border that takes out its own name compares ASCII and lets it through."""
    line = "from x (x [203.0.113.5]) by mx.kbnn.vn (Postfix); now"
    for name, believed in [("mx.kbnn.vn", True), ("MX.KBNN.VN", True), ("mx.\u212abnn.vn", False)]:
        trace = TraceHeaders((line,), ((0, f"{name}; dmarc=pass header.from=vst.gov.vn"),))
        assert sender_is_authentic(trace, FROM, ("mx.kbnn.vn",), ()) is believed


@pytest.mark.parametrize(
    "value",
    [
        "mx.vst.gov.vn 1; dmarc=pass header.from=vst.gov.vn",
        "mx.vst.gov.vn;\r\n\tdkim=none;\r\n\tdmarc=pass (p=reject\r\n dis=none)\r\n\theader.from=vst.gov.vn",
        "(our (own) server) mx.vst.gov.vn (really) 1; dmarc/1=PASS (x; y) header.from=VST.GOV.VN",
        "mx.vst.gov.vn ; dmarc = pass header.from = vst.gov.vn",
    ],
)
def test_folds_comments_capitals_and_the_version_do_not_matter(value: str) -> None:
    assert judged([OUTSIDE], [(0, value)])


def test_without_pinned_hosts_nothing_is_believed() -> None:
    assert not sender_is_authentic(TraceHeaders((INSIDE,), ((0, PASS),)), FROM, (), NETWORKS)
