"""Vietnamese text of the time before Unicode: how it is recognised and repaired."""

import re
import unicodedata

# Letters that hardly any other language uses, and ordinary words that carry them.
_ONLY_VIETNAMESE = re.compile("[ăđơưĂĐƠƯẠ-ỹ]")
_OTHER_LETTERS = re.compile("[^\\W\\d_]")


def looks_vietnamese(text: str) -> bool:
    """Whether the letters beyond ASCII are mostly Vietnamese ones, so that the charset was guessed right."""
    composed = unicodedata.normalize("NFC", text[:20_000])
    if re.search("[\u0300\u0301\u0303\u0309\u0323]", composed):
        return False  # a mark on a letter that never carries it: the bytes mean something else
    beyond = [letter for letter in _OTHER_LETTERS.findall(composed) if letter > "\x7f"]
    return len(beyond) >= 2 and len(_ONLY_VIETNAMESE.findall("".join(beyond))) >= 0.35 * len(beyond)


def legacy_name(label: str) -> str | None:
    """The legacy encoding that a charset label means (`viscii`, `tcvn3`, `vni`), or None."""
    name = re.sub(r"[^a-z0-9]", "", label.lower())
    if "viscii" in name:
        return "viscii"
    if "tcvn" in name:
        return "tcvn3"
    return "vni" if re.fullmatch("(x)?(vni|xvietvni).*", name) else None


def legacy_decode(data: bytes, name: str) -> str:
    """Text of bytes in a legacy encoding, which Python has no codec for; bytes without a letter stay Latin-1."""
    return data.decode("latin-1")
