"""The digest that a mail shares with its copies: delivered twice, through a second alias or another relay."""

import hashlib
import re

# What servers add or change on the way (RFC 5321 4.4, RFC 8601, RFC 8617) and what filters and lists stamp on it.
_TRACE = re.compile(
    rb"(received|return-path|delivered-to|x-original-to|envelope-to|x-envelope-\S*|x-rcpt-to|x-delivered-to|"
    rb"authentication-results(-original)?|received-spf|arc-\S+|dkim-\S+|domainkey-\S+|x-google-\S+|x-gm-\S+|"
    rb"x-received|x-spam-\S+|x-virus-\S+|x-ms-exchange-\S+|x-forefront-\S+|x-microsoft-antispam\S*|"
    rb"x-originating-ip|x-mozilla-\S+|x-uid\S*|x-keywords|status|x-status|x-sieve|x-zimbra-\S+|thread-index|"
    rb"x-getmail-\S+|x-rspamd-\S+|x-forwarded-\S+|resent-\S+|errors-to|lines|content-length)",
    re.IGNORECASE,
)


def content_digest(raw: bytes) -> str:
    """SHA-256, in hex, over the mail without its trace headers.

    Line ends count as one kind and blank lines at the end do not count, because servers change both.
    """
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if text.startswith(b"From ") and b"\n" in text:  # an mbox separator belongs to the folder, not to the mail
        text = text.split(b"\n", 1)[1]
    head, _, body = (b"", b"", text[1:]) if text.startswith(b"\n") else text.partition(b"\n\n")
    digest = hashlib.sha256()
    for line in re.split(rb"\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        if line and not (colon and _TRACE.fullmatch(name.strip())):
            digest.update(name.strip().lower() + b":" + b" ".join(value.split()) + b"\n")
    digest.update(b"\n" + body.rstrip(b"\n"))
    return digest.hexdigest()
