"""One MIME part as bytes, as text and by name, whatever its labels say (RFC 2045, 2183, 2231, 3676)."""

import binascii
import hashlib
from contextlib import suppress
from email.errors import MessageError
from email.message import Message

from daemon.reading import uuencode
from daemon.reading.characters import one_line
from daemon.reading.charsets import decode
from daemon.reading.headers import decode_words
from daemon.reading.shelf import ASIDE, Aside, Part, raw_payload

_TEXT_BYTES = 4 << 20  # of one body; the text that is shown is limited further


def bytes_of(part: Part) -> bytes:
    """The decoded bytes of a part; what its transfer encoding does not allow is left out, as mail programs do."""
    aside: Aside = getattr(part, ASIDE, {})
    if aside:
        return _whole(part, aside)
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    if isinstance(raw, list):
        return b"\n".join(source_of(one) for one in raw if isinstance(one, Message))
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _whole(part: Part, aside: Aside) -> bytes:
    """The bytes of a part whose body was set aside."""
    data = str(raw_payload(part)).encode("utf-8", "surrogateescape")
    if len(aside) == 1 and data.strip() == next(iter(aside)).encode("ascii"):
        data = next(iter(aside.values()))
    else:
        for mark, body in aside.items():
            data = data.replace(mark.encode("ascii"), body)
    coding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if coding == "base64":
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            return _as_the_library_decodes(data)
    if coding == "quoted-printable":
        return binascii.a2b_qp(data)
    if coding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uuencode.decoded(data)
    return data


def _as_the_library_decodes(data: bytes) -> bytes:
    """Damaged base64: what the standard library makes of it, so that a body's size changes nothing."""
    part: Part = Message()
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(data.decode("ascii", "surrogateescape"))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def source_of(message: Part) -> bytes:
    """The bytes of an enclosed mail, as near to the original as the parser kept them."""
    try:
        _name_boundaries(message)
        source = message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, MessageError):
        return _written_plainly(message).encode("utf-8", "replace")
    for part in message.walk():
        for mark, body in getattr(part, ASIDE, {}).items():
            source = source.replace(mark.encode("ascii"), body)
    return source


def _written_plainly(message: Part) -> str:
    """A mail that the library refuses to write, such as one with line ends inside its headers."""
    head = [f"{name}: {one_line(str(value))}" for name, value in message.items()]
    payload = message.get_payload()
    children = [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []
    return "\n".join([*head, "", "\n\n".join(map(_written_plainly, children)) if children else str(payload)])


def _name_boundaries(message: Part) -> None:
    """Multiparts that lost their boundary get one by their content; left alone, they would get another one at each reading."""
    lost = [one for one in message.walk() if one.is_multipart() and one.get_boundary() is None]
    for part in reversed(lost):
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        digest = hashlib.sha256(b"".join(child.as_bytes() for child in children)).hexdigest()[:32]
        with suppress(MessageError):  # a part without Content-Type is written without a boundary
            part.set_boundary(f"=_{digest}")


def text_of(part: Part, defects: list[str]) -> str:
    """The decoded text of a part; soft line ends of `format=flowed` are joined (RFC 3676)."""
    charset = part.get_param("charset")
    label = charset[2] if isinstance(charset, tuple) else charset
    decoded = decode(_cut(bytes_of(part)), str(label) if label else None)
    defects.extend(decoded.defects)
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(decoded.text, str(part.get_param("delsp", "")).lower() == "yes")
    return decoded.text


def _cut(data: bytes) -> bytes:
    """As much as may ever be shown, no UTF-8 letter cut through."""
    if len(data) <= _TEXT_BYTES:
        return data
    end = _TEXT_BYTES
    while end > _TEXT_BYTES - 4 and 0x80 <= data[end] < 0xC0:
        end -= 1
    return data[:end]


def name_of(part: Part, defects: list[str]) -> str:
    """`filename*`, `filename`, `name` in this order (RFC 2231, RFC 2183); "" for none."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(parameter, None, header)
        except (ValueError, TypeError, LookupError, AttributeError):
            continue  # a damaged continuation; the other parameter may be whole
        if isinstance(value, tuple):
            charset, _, coded = value
            data = coded.encode("latin-1", "replace") if coded.isascii() or max(coded) < "\u0100" else coded.encode()
            decoded = decode(data, charset or None)
            defects.extend(decoded.defects)
            name = decoded.text
        else:
            # Encoded words are not allowed here but usual.
            name = decode_words(str(value or ""), defects)
        if name.strip():
            return one_line(name)
    return ""


def _unflowed(text: str, delete_space: bool) -> str:
    lines: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        soft = stuffed.endswith(" ") and stuffed != "-- " and not stuffed.startswith(">")
        stuffed_end = stuffed[:-1] if soft and delete_space else stuffed
        if open_line and not stuffed.startswith(">") and stuffed != "-- ":
            lines[-1] += stuffed_end
        else:
            lines.append(stuffed_end)
        open_line = soft
    return "\n".join(lines)
