"""A calendar part as text that can be read, and what it asks for (RFC 5545, RFC 5546)."""

import re

_SHOWN = {
    "SUMMARY": "Nội dung",
    "DTSTART": "Bắt đầu",
    "DTEND": "Kết thúc",
    "LOCATION": "Địa điểm",
    "DESCRIPTION": "Mô tả",
}
_FIELD = re.compile(r"^([A-Z-]+)(?:;[^:\n]*)?:(.*)$", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")


def as_text(calendar: str) -> str:
    """Summary, times, place and description of the first event, one line each; "" when there is no event."""
    shown: dict[str, str] = {}
    inside = False
    for name, value in _fields(calendar):
        if name == "BEGIN":
            inside = value.strip().upper() in ("VEVENT", "VTODO")
        elif inside and name in _SHOWN:
            shown.setdefault(name, value)
    return "\n".join(
        f"{_SHOWN[name]}: {_readable(name, shown[name])}" for name in _SHOWN if shown.get(name, "").strip()
    )


def method(calendar: str) -> str:
    """The METHOD of a calendar, lower case: `request`, `reply`, `cancel` …; "" for none."""
    return next((value.strip().lower() for name, value in _fields(calendar) if name == "METHOD"), "")


def _fields(calendar: str) -> list[tuple[str, str]]:
    unfolded = re.sub(r"\r?\n[ \t]", "", calendar[:200_000])
    found = (_FIELD.match(line.strip()) for line in unfolded.splitlines())
    return [(match[1].upper(), match[2]) for match in found if match]


def _readable(name: str, value: str) -> str:
    if name.startswith("DT") and (match := _TIME.match(value.strip())):
        year, month, day, hour, minute, utc = match.groups()
        clock = f" {hour}:{minute}{' UTC' if utc else ''}" if hour else ""
        return f"{day}/{month}/{year}{clock}"
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\n", "\n", value, flags=re.IGNORECASE)).strip()
