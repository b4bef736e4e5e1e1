"""What a receiving server writes above a mail: Return-Path, Authentication-Results and Received; pure bytes."""

import re
from datetime import datetime
from email.utils import format_datetime

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:(?:[^\n]*\n)(?:[ \t][^\n]*\n)*")
_FROM_DOMAIN = re.compile(rb"@([A-Za-z0-9.\-]+)[^@]*\Z", re.DOTALL)


def traced(
    message: bytes,
    *,
    host: str,
    peer: str,
    helo: str,
    sender: str,
    recipient: str,
    spf: str,
    number: str,
    now: datetime,
) -> bytes:
    """The message as `host` files it for one recipient: its own trace on top, imitations of it taken out.

    `spf` is the result for the envelope `sender` ("" for bounces); dmarc passes when SPF does and the domain in From
    is the sender's. `number` identifies the reception, `now` must know its zone.
    """
    kept = without_imitations(message, host)
    domain = _header_from_domain(kept)
    aligned = spf == "pass" and domain and domain == sender.rpartition("@")[2].lower()
    results = [f"spf={spf} smtp.mailfrom={sender or helo}"]
    if domain:
        results.append(f"dmarc={'pass' if aligned else 'fail'} header.from={domain}")
    lines = [
        f"Return-Path: <{sender}>",
        f"Authentication-Results: {host};" + ";".join(f"\r\n\t{result}" for result in results),
        f"Received: from {helo} ([{peer}])\r\n\tby {host} with ESMTP id {number}\r\n\tfor <{recipient}>;"
        f"\r\n\t{format_datetime(now)}",
    ]
    return ("\r\n".join(lines) + "\r\n").encode() + kept


def without_imitations(message: bytes, host: str) -> bytes:
    """The message without Return-Path fields and without Authentication-Results that claim to be `host`'s.

    A receiving server has to remove these (RFC 8601, section 5), else anybody could write himself a pass.
    """
    kept: list[bytes] = []
    position = 0
    while field := _FIELD.match(message, position):
        if not _is_imitation(field.group(), host):
            kept.append(field.group())
        position = field.end()
    return b"".join(kept) + message[position:]


def _is_imitation(field: bytes, host: str) -> bool:
    name, _, value = field.partition(b":")
    name = name.strip().lower()
    if name == b"return-path":
        return True
    if name != b"authentication-results":
        return False
    uncommented = re.sub(rb"\([^()]*\)", b" ", value)
    words = uncommented.replace(b";", b" ").replace(b'"', b" ").split()
    return bool(words) and words[0].lower() == host.lower().encode()


def _header_from_domain(message: bytes) -> str:
    """The domain of the From field, "" when there is not exactly one such field with an address."""
    found: list[str] = []
    position = 0
    while field := _FIELD.match(message, position):
        position = field.end()
        if field.group().lower().startswith(b"from:"):
            domain = _FROM_DOMAIN.search(field.group())
            found.append(domain.group(1).decode().lower() if domain else "")
    return found[0] if len(found) == 1 else ""
