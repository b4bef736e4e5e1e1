"""Vietnamese text of the time before Unicode: how it is recognised and repaired."""

import re
import unicodedata
from collections.abc import Callable

# Letters that hardly any other language uses.
ONLY_VIETNAMESE = re.compile("[ăđơưĂĐƠƯẠ-ỹ]")
_OTHER_LETTERS = re.compile("[^\\W\\d_]")


def looks_vietnamese(text: str) -> bool:
    """Whether the letters beyond ASCII are mostly Vietnamese ones, so that the charset was guessed right."""
    composed = unicodedata.normalize("NFC", text[:20_000])
    if re.search("[\u0300\u0301\u0303\u0309\u0323]", composed):
        return False  # a mark on a letter that never carries it: the bytes mean something else
    beyond = [letter for letter in _OTHER_LETTERS.findall(composed) if letter > "\x7f"]
    return len(beyond) >= 2 and len(ONLY_VIETNAMESE.findall("".join(beyond))) >= 0.35 * len(beyond)


def legacy_name(label: str) -> str | None:
    """The legacy encoding that a charset label means (`viscii`, `tcvn3`, `vni`), or None."""
    name = re.sub(r"[^a-z0-9]", "", label.lower())
    if "viscii" in name:
        return "viscii"
    if "tcvn" in name:
        return "tcvn3"
    return "vni" if re.fullmatch("(x)?(vni|xvietvni).*", name) else None


def legacy_decode(data: bytes, name: str) -> str:
    """Text of bytes in a legacy encoding, for which Python has no codec (RFC 1456, TCVN 5712:1993, VNI for Windows)."""
    return LEGACY[name](data.decode("windows-1252", "replace") if name == "vni" else data.decode("latin-1"))


_VISCII = {
    **dict(zip((0x02, 0x05, 0x06, 0x14, 0x19, 0x1E), "ẲẴẪỶỸỴ", strict=True)),
    **dict(
        zip(
            range(0x80, 0x100),
            "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
            strict=True,
        )
    ),
}
# From 0xA1 on; the capitals with marks lie where Windows fonts have nothing, and were typed in a second font.
_TCVN3 = dict(
    zip(
        range(0xA1, 0x100),
        "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
        strict=True,
    )
)


def _vni() -> dict[str, str]:
    """VNI writes a letter and behind it one for its marks; capitals have capital marks."""
    tones = "\u0301\u0300\u0309\u0303\u0323"
    marks = {"": "ùøûõï", "\u0302": "áàåãä", "\u0306": "éèúüë"}
    pairs = {letter + mark: letter + tone for letter in "aeouy" for mark, tone in zip(marks[""], tones, strict=True)}
    pairs |= {f"{letter}â": f"{letter}\u0302" for letter in "aeo"} | {"aê": "a\u0306"}
    for hat, letters in (("\u0302", "aeo"), ("\u0306", "a")):
        pairs |= {one + mark: one + hat + tone for one in letters for mark, tone in zip(marks[hat], tones, strict=True)}
    for sign, horned in (("ô", "ơ"), ("ö", "ư")):
        pairs |= {sign: horned} | {sign + mark: horned + tone for mark, tone in zip(marks[""], tones, strict=True)}
    pairs |= {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}
    both = pairs | {key.upper(): value.upper() for key, value in pairs.items()}
    both |= {key.capitalize(): value.capitalize() for key, value in pairs.items()}  # "Aùnh": a small mark behind it
    return {key: unicodedata.normalize("NFC", value) for key, value in both.items()}


_VNI = _vni()
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
# windows-1252 shows bytes from 0x80 to 0x9F as these.
_BYTES_1252 = {ord(bytes([byte]).decode("windows-1252", "replace")): byte for byte in range(0x80, 0xA0)}
del _BYTES_1252[0xFFFD]
# What windows-1258 means by bytes that latin-1 shows as other letters.
_MARKS_1258 = {byte: bytes([byte]).decode("windows-1258", "replace") for byte in range(0xC0, 0x100)}


def _from_viscii(text: str) -> str:
    return text.translate(_BYTES_1252).translate(_VISCII)


def _from_tcvn3(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_TCVN3))


def _from_vni(text: str) -> str:
    return _VNI_PAIR.sub(lambda match: _VNI[match[0]], text)


def _from_1258(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_MARKS_1258))


# Each takes text as latin-1 or windows-1252 showed its bytes. The order decides between equals.
LEGACY: dict[str, Callable[[str], str]] = {
    "tcvn3": _from_tcvn3,
    "vni": _from_vni,
    "viscii": _from_viscii,
    "windows_1258": _from_1258,
}
