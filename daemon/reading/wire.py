"""A mail between this process and the child that reads it: JSON, and after it the bytes as they are. No pickle.

An order is one line of JSON (limits, ours) and the raw mail; an answer is one line of JSON (a mail or a reason) and the contents
of its attachments one after the other, whose sizes the line tells.
"""

import json
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from daemon.reading.mail import Mail
from daemon.reading.ours import Ours
from daemon.reading.proof import Key, KeyRing
from daemon.settings import LimitSettings

_MAIL: TypeAdapter[Mail] = TypeAdapter(Mail)


def pack_order(raw: bytes, limits: LimitSettings, own: Ours) -> bytes:
    """What the child gets on its standard input."""
    keys = [[key.name, key.secret.hex()] for key in own.keys.keys] if own.keys is not None else []
    head = {
        "limits": limits.model_dump(mode="json"),
        "addresses": sorted(own.addresses),
        "monitors": sorted(own.monitors),
        "keys": keys,
        "spam": [list(own.spam_headers), own.spam_score],
        "allowed": sorted(own.allowed_types),
    }
    return json.dumps(head).encode("ascii") + b"\n" + raw


def unpack_order(order: bytes) -> tuple[bytes, LimitSettings, Ours]:
    """The raw mail, the limits and ours."""
    line, _, raw = order.partition(b"\n")
    head = json.loads(line)
    keys = tuple(Key(name, bytes.fromhex(secret)) for name, secret in head["keys"])
    own = Ours(
        frozenset(head["addresses"]),
        frozenset(head["monitors"]),
        KeyRing(keys) if keys else None,
        tuple(head["spam"][0]),
        float(head["spam"][1]),
        frozenset(head["allowed"]),
    )
    return raw, LimitSettings.model_validate(head["limits"]), own


def pack_answer(answer: Mail | str) -> bytes:
    """What the child says: a mail, or the reason why there is none."""
    if isinstance(answer, str):
        return json.dumps({"reason": answer}).encode("ascii") + b"\n"
    contents = [file.content for file in answer.attachments]
    bare = replace(answer, attachments=tuple(replace(file, content=b"") for file in answer.attachments))
    mail = json.loads(_MAIL.dump_json(bare))
    line = json.dumps({"mail": mail, "sizes": [len(content) for content in contents]}).encode("ascii")
    return b"\n".join((line, b"".join(contents)))


def unpack_answer(answer: bytes) -> Mail | str | None:
    """The mail or the reason; None for an answer that is not whole."""
    line, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(line)
        if "reason" in head:
            return str(head["reason"])
        mail = _MAIL.validate_json(json.dumps(head["mail"]))
        sizes: list[int] = head["sizes"]
    except (ValueError, KeyError, TypeError, ValidationError):
        return None
    if sum(sizes) != len(rest) or len(sizes) != len(mail.attachments):
        return None
    files, at = [], 0
    for file, size in zip(mail.attachments, sizes, strict=True):
        files.append(replace(file, content=rest[at : at + size]))
        at += size
    return replace(mail, attachments=tuple(files))
