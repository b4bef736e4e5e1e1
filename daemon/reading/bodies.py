"""Which of a mail's texts is its body: the plain part, the HTML part or a calendar's event; and attached mails as text."""

import re
from dataclasses import dataclass

from daemon.reading import calendars
from daemon.reading.characters import folded
from daemon.reading.characters import text as clean_text
from daemon.reading.headers import Headers
from daemon.reading.html import to_lines
from daemon.reading.parts import Contents, contents_of
from daemon.reading.quoting import Body, body_of_html, body_of_text
from daemon.reading.shelf import Part
from daemon.reading.shown import cleaned
from daemon.settings import LimitSettings

_FILLER = re.compile(
    r"(?:html|rich text)[^.]{0,60}(?:mail|e-mail|email|client|reader|viewer|trinh duyet|thu)|(?:view|xem"
    r"|read) (?:this|thu|email)[^.]{0,60}(?:html|browser|trinh duyet)|does not support html"
    r"|khong ho tro (?:dinh dang )?html"
)
_TAGS = re.compile(
    r"<(?:style|script|head)\b.*?</(?:style|script|head)\s*>|<!--.*?-->|<[^<>]{0,2000}>|&[#\w]{2,8};",
    re.IGNORECASE | re.DOTALL,
)
_NESTED_MAILS = 5  # mails within mails that are read as text; deeper ones stay files


@dataclass(frozen=True, slots=True)
class Content:
    """A mail's body as one, and where it came from."""

    body: Body
    html: str
    calendar_method: str
    rule: str = "the plain part"


def content_of(contents: Contents, limits: LimitSettings, defects: list[str]) -> Content:
    """The body: the plain part, unless it is empty, a filler or clearly poorer than the HTML part."""
    plain = clean_text(cut("\n\n".join(one for one in contents.plain if one.strip()), limits, defects))
    markup = cut("\n".join(contents.html), limits, defects)
    method = next((found for one in contents.calendar if (found := calendars.method(one))), "")
    html = cleaned(markup) if markup else ""
    rule = _rule_for_markup(plain, markup) if markup else ""
    if rule:
        rendered = to_lines(markup)
        if rendered.hidden:
            defects.append("hidden_text")
        body = body_of_html(rendered)
        if body.text.strip():
            return Content(body, clean_text(html), method, f"the HTML part, {rule}")
    if not plain.strip() and contents.calendar:
        plain = clean_text("\n\n".join(map(calendars.as_text, contents.calendar)))
        return Content(body_of_text(plain), clean_text(html), method, "the calendar's event")
    return Content(body_of_text(plain), clean_text(html), method)


def _rule_for_markup(plain: str, markup: str) -> str:
    """Why the HTML part is read rather than the plain one; "" when it is not."""
    words = len(plain.split())
    if not words:
        return "the only text"
    if words < 60 and _FILLER.search(folded(plain)):
        return "since the plain part is a filler"
    rich = len(_TAGS.sub(" ", markup).split())
    return f"since the plain part has {words} words and it has {rich}" if rich > 20 and words < 0.4 * rich else ""


def cut(value: str, limits: LimitSettings, defects: list[str]) -> str:
    """The text within its limit; what goes beyond is a defect on record."""
    longest = limits.text_kb << 10
    if len(value) <= longest:
        return value
    defects.append("text_cut")
    return value[:longest]


def shown_html(html: str, limits: LimitSettings, defects: list[str]) -> str:
    """The cleaned HTML, or none where it is much larger than the text may be: cut through it would show the wrong thing."""
    if len(html) <= 2 * (limits.text_kb << 10):
        return html
    defects.append("html_left_out")
    return ""


def enclosed_text(message: Part, limits: LimitSettings, defects: list[str], level: int = 1) -> str:
    """An attached mail as text: its main headers and its body, mails attached to it included."""
    headers = Headers([(name, str(value)) for name, value in message.raw_items()], defects)
    contents = contents_of(message)
    body = content_of(contents, limits, defects).body.text
    sender = next(iter(headers.addresses("from")), None)
    lines = [
        f"Từ: {sender.name} <{sender.address}>".replace(":  <", ": <") if sender else "",
        f"Ngày: {clean_text(headers.words('date'))}" if "date" in headers else "",
        f"Chủ đề: {headers.words('subject')}" if "subject" in headers else "",
    ]
    head = "\n".join(line for line in lines if line)
    inner = contents.enclosed if level < _NESTED_MAILS else []
    return "\n\n".join(filter(None, (head, body, *(enclosed_text(one, limits, defects, level + 1) for one in inner))))
