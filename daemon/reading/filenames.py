"""File names that are safe to write on any disk and still say what the sender called the file."""

import mimetypes
import re

from daemon.reading.characters import one_line

LONGEST = 150  # characters, ending included
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_ENDINGS = {  # where the platform's own table is missing or odd
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/rtf": ".rtf",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
}


def safe_name(name: str, content_type: str, number: int) -> str:
    """The sender's name for a file made safe, or `dinh-kem-NUMBER.ext` by type when nothing usable is left of it."""
    name = one_line(name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    if not name.strip("._- "):
        return f"dinh-kem-{number}{ending_of(content_type)}"
    if _RESERVED.fullmatch(name) or name.startswith("-"):  # a name with a hyphen first is an option to many programs
        name = f"_{name}"
    return _shortened(name, LONGEST)


def numbered(names: list[str]) -> list[str]:
    """The names with doubles told apart: `a.pdf`, `a (2).pdf`; capitals do not make a difference on every disk."""
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in taken:
            number += 1
            stem, dot, ending = name.rpartition(".")
            mark = f" ({number})"
            whole = f"{stem}{mark}{dot}{ending}" if stem and len(ending) <= 10 else f"{name}{mark}"
            candidate = (
                whole if len(whole) <= LONGEST else f"{number}-{_shortened(name, LONGEST - len(str(number)) - 1)}"
            )
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def ending_of(content_type: str) -> str:
    """The usual ending for a media type, dot included; `.bin` for an unknown one."""
    return _ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"


def _shortened(name: str, longest: int) -> str:
    """The name cut in the middle, so that its ending, which says what the file is, stays."""
    if len(name) <= longest:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        return name[:longest].rstrip(" .")
    return stem[: longest - len(ending) - 1].rstrip(" .") + dot + ending
