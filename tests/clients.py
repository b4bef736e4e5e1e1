"""How mail programs write a reply: the new text, and below or above it what they repeat, each in its own shape.

A shape gets the new text and the mail that is answered, and gives a body. The shapes are those that a treasury meets; the
list grows with each one that is seen.
"""

# ruff: noqa: E501 - one shape a line is easier to compare with what a client wrote

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape


@dataclass(frozen=True)
class Answered:
    """The mail that is answered. `text` is its body; `markup` its HTML, "" when it had none."""

    name: str = "Hỗ trợ CNTT"
    address: str = "hotro@vst.gov.vn"
    to_name: str = "Trần Thị Hoa"
    to_address: str = "hoatt@vst.gov.vn"
    subject: str = "[HT-2026-000371] Lỗi đăng nhập TABMIS"
    text: str = "Chị dùng trình duyệt nào?\n\nMáy khác có bị không?"
    markup: str = ""

    @property
    def html(self) -> str:
        return self.markup or "".join(f"<p>{escape(line)}</p>" for line in self.text.split("\n") if line)


@dataclass(frozen=True)
class Client:
    """One way in which one program writes a reply."""

    name: str
    write: Callable[[str, Answered], str]
    html: bool = False

    def body(self, new: str, answered: Answered) -> str:
        return self.write(new, answered)

    def mail(self, new: str, answered: Answered, **headers: str) -> bytes:
        """A whole reply as bytes."""
        message = EmailMessage()
        message["From"] = headers.pop("sender", f"{answered.to_name} <{answered.to_address}>")
        message["To"] = f"{answered.name} <{answered.address}>"
        message["Subject"] = headers.pop("subject", f"Re: {answered.subject}")
        message["Message-ID"] = "<reply.1@vst.gov.vn>"
        message["In-Reply-To"] = "<HT-2026-000371.ack.k1.aaaa@vst.gov.vn>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(self.body(new, answered), subtype="html" if self.html else "plain", cte="8bit")
        return message.as_bytes()


# --- plain text


def _marked(text: str, mark: str = "> ") -> str:
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def _attributed(
    line: str, *, wrap: int = 0, mark: str = "> ", gap: str = "\n", below: bool = False
) -> Callable[[str, Answered], str]:
    """An attribution line, at most `wrap` wide, and the quote below it; `below` puts the answer at the end."""

    def write(new: str, answered: Answered) -> str:
        said = line.format(a=answered)
        said = "\n".join(textwrap.wrap(said, wrap, break_long_words=False, break_on_hyphens=False)) if wrap else said
        quote = f"{said}{gap}{_marked(answered.text, mark)}"
        return f"{quote}\n\n{new}\n" if below else f"{new}\n\n{quote}\n"

    return write


def _headed(head: str, *, above: str = "", mark: str = "") -> Callable[[str, Answered], str]:
    """A separator, header lines and the mail, in marks or not."""

    def write(new: str, answered: Answered) -> str:
        block = head.format(a=answered)
        quote = _marked(f"{block}\n\n{answered.text}", mark) if mark else f"{block}\n\n{answered.text}"
        return f"{new}\n\n{above}{quote}\n"

    return write


_RULE = "________________________________\n"
_GMAIL_VI = "Vào Th 3, 12 thg 5, 2026 vào lúc 09:31 {a.name} <{a.address}> đã viết:"
_OUTLOOK_VI = (
    "Từ: {a.name} <{a.address}>\nĐã gửi: Thứ Ba, 12 Tháng Năm 2026 9:31 SA\nĐến: {a.to_name} <{a.to_address}>\n"
    "Chủ đề: {a.subject}"
)
_OUTLOOK_EN = "From: {a.name} <{a.address}>\nSent: Tuesday, May 12, 2026 9:31 AM\nTo: {a.to_name} <{a.to_address}>\nSubject: {a.subject}"
_THUNDERBIRD_BLOCK = "Tiêu đề: \t{a.subject}\nNgày: \tTue, 12 May 2026 09:31:20 +0700\nTừ: \t{a.name} <{a.address}>\nTới: \t{a.to_address}"

TEXT = (
    Client("Gmail vi", _attributed(_GMAIL_VI)),
    Client("Gmail vi, wrapped", _attributed(_GMAIL_VI, wrap=50)),
    Client("Gmail vi, wrapped thrice", _attributed(_GMAIL_VI, wrap=30)),
    Client("Gmail vi, blank line below", _attributed(_GMAIL_VI, gap="\n\n")),
    Client("Gmail vi, time first", _attributed("Vào 09:31, Th 3, 12 thg 5, 2026 {a.name} <{a.address}> đã viết:")),
    Client("Gmail vi, 12 hours", _attributed("Vào Th 3, 12 thg 5, 2026 vào lúc 9:31 SA {a.name} <\n{a.address}> đã viết:")),
    Client("Gmail vi, afternoon", _attributed("Vào CN, 10 thg 5, 2026 lúc 1:31 CH {a.name} <{a.address}> đã viết:")),
    Client("Gmail vi, no diacritics", _attributed("Vao Th 3, 12 thg 5, 2026 vao luc 09:31 {a.name} <{a.address}> da viet:")),
    Client("Gmail vi, answer below", _attributed(_GMAIL_VI, below=True)),
    Client("Gmail en", _attributed("On Tue, May 12, 2026 at 9:31\u202fAM {a.name} <{a.address}> wrote:")),
    Client("Gmail en, wrapped", _attributed("On Tue, 12 May 2026 at 09:31, {a.name} <{a.address}> wrote:", wrap=45)),
    Client("Outlook vi", _headed(_OUTLOOK_VI)),
    Client("Outlook vi, below a rule", _headed(_OUTLOOK_VI, above=_RULE)),
    Client("Outlook vi, short date", _headed(_OUTLOOK_VI.replace("Thứ Ba, 12 Tháng Năm 2026 9:31 SA", "12/05/2026 09:31"))),
    Client("Outlook vi, weekday and day", _headed(_OUTLOOK_VI.replace("12 Tháng Năm 2026 9:31 SA", "ngày 12 tháng 5 năm 2026 9:31 CH"))),
    Client("Outlook vi, Ngày and Tới", _headed(_OUTLOOK_VI.replace("Đã gửi", "Ngày").replace("Đến", "Tới"))),
    Client("Outlook vi, Người gửi", _headed(_OUTLOOK_VI.replace("Từ:", "Người gửi:").replace("Đã gửi", "Ngày gửi").replace("Đến", "Người nhận"))),
    Client("Outlook vi, names only", _headed(_OUTLOOK_VI.replace(" <{a.address}>", "").replace(" <{a.to_address}>", ""), above=_RULE)),
    Client("Outlook vi, mailto", _headed(_OUTLOOK_VI.replace("<{a.address}>", "[mailto:{a.address}]"))),
    Client("Outlook vi, no diacritics", _headed(_OUTLOOK_VI.replace("Từ:", "Tu:").replace("Đã gửi", "Da gui").replace("Đến", "Den").replace("Chủ đề", "Chu de").replace("Thứ Ba, 12 Tháng Năm", "Thu Ba, 12 Thang Nam"))),
    Client("Outlook vi, bold stars", _headed(_OUTLOOK_VI.replace("Từ:", "*Từ:*").replace("Đã gửi:", "*Đã gửi:*").replace("Đến:", "*Đến:*").replace("Chủ đề:", "*Chủ đề:*"))),
    Client("Outlook en", _headed(_OUTLOOK_EN)),
    Client("Outlook en, below a rule", _headed(_OUTLOOK_EN, above=_RULE)),
    Client("Outlook en, original message", _headed(_OUTLOOK_EN, above="-----Original Message-----\n")),
    Client("Outlook vi, thư gốc", _headed(_OUTLOOK_VI, above="-----Thư gốc-----\n")),
    Client("Outlook en, marked", _headed(_OUTLOOK_EN, above="-----Original Message-----\n", mark="> ")),
    Client("Outlook en, with Cc and Importance", _headed(_OUTLOOK_EN.replace("\nSubject", "\nCc: Nguyễn Văn A <a@vst.gov.vn>;\n Lê B <b@vst.gov.vn>\nSubject") + "\nImportance: High")),
    Client("Outlook mobile vi", _headed(_OUTLOOK_VI, above=f"Tải Outlook dành cho iOS<https://aka.ms/o0ukef>\n{_RULE}")),
    Client("Outlook mobile en", _headed(_OUTLOOK_EN, above=f"Get Outlook for Android<https://aka.ms/AAb9ysg>\n{_RULE}")),
    Client("Thunderbird vi", _attributed("Vào lúc 09:31 12/05/2026, {a.name} đã viết:")),
    Client("Thunderbird vi, older", _attributed("Vào 12/05/2026 09:31 SA, {a.name} viết:")),
    Client("Thunderbird vi, written at", _attributed("{a.name} đã viết vào lúc 09:31 ngày 12/05/2026:")),
    Client("Thunderbird vi, day first", _attributed("Vào ngày 12/05/2026 lúc 09:31, {a.name} đã viết:")),
    Client("Thunderbird en", _attributed("On 5/12/26 09:31, {a.name} wrote:")),
    Client("Thunderbird en, answer below", _attributed("On 12/05/2026 09:31, {a.name} wrote:", below=True)),
    Client("Thunderbird en, one mark each", _attributed("{a.name} wrote on 12/05/2026 09:31:", mark=">")),
    Client("Apple Mail vi", _attributed("Vào 12 thg 5, 2026, lúc 09:31, {a.name} <{a.address}> đã viết:", gap="\n\n")),
    Client("Apple Mail vi, day", _attributed("Vào ngày 12 thg 5, 2026, vào lúc 9:31 SA, {a.name} <{a.address}> đã viết:", gap="\n\n")),
    Client("Apple Mail en", _attributed("On 12 May 2026, at 09:31, {a.name} <{a.address}> wrote:", gap="\n\n")),
    Client("iPhone vi", _attributed("Đã gửi từ iPhone của tôi\n\nVào 12 thg 5, 2026, lúc 09:31, {a.name} <{a.address}> đã viết:", gap="\n\n\ufeff")),
    Client("iPhone vi, attribution in the quote", _attributed("Đã gửi từ iPhone của tôi\n\n> Vào 12 thg 5, 2026, lúc 09:31, {a.name} <{a.address}> đã viết:", gap="\n> \n")),
    Client("iPhone en", _attributed("Sent from my iPhone\n\nOn May 12, 2026, at 9:31\u202fAM, {a.name} <{a.address}> wrote:", gap="\n\n")),
    Client("Yahoo vi", _attributed("Vào Thứ Ba, 12 tháng 5, 2026 lúc 09:31:20 GMT+7, {a.name} <{a.address}> đã viết:", mark="  ", gap="\n\n")),
    Client("Yahoo vi, time first", _attributed("Vào 09:31, Thứ Ba, 12 tháng 5, 2026, {a.name} <{a.address}> đã viết:", mark=" ")),
    Client("Yahoo en", _attributed("On Tuesday, May 12, 2026 at 09:31:20 AM GMT+7, {a.name} <{a.address}> wrote:", mark="  ", gap="  \n\n")),
    Client("Roundcube vi", _attributed("Vào ngày 2026-05-12 09:31, {a.name} viết:")),
    Client("Roundcube vi, short", _attributed("Vào 12-05-2026 09:31, {a.address} đã viết:")),
    Client("Roundcube en", _attributed("On 2026-05-12 09:31, {a.name} wrote:")),
    Client("Roundcube en, answer below", _attributed("On 2026-05-12 09:31, {a.name} wrote:", below=True)),
    Client("Roundcube vi, block", _headed("Tiêu đề: {a.subject}\nNgày: 2026-05-12 09:31\nGửi từ: {a.name} <{a.address}>\nNgười nhận: {a.to_address}", above="-------- Thư gốc --------\n")),
    Client("Zimbra vi", _attributed("----- Vào 12 Thg 5, 2026, lúc 9:31, {a.name} {a.address} đã viết:", gap="\n\n")),
    Client("Zimbra vi, brackets", _attributed("----- Vào 12 Thg 5, 2026, lúc 9:31, {a.name} <{a.address}> đã viết:")),
    Client("Zimbra en", _attributed("----- On May 12, 2026, at 9:31 AM, {a.name} {a.address} wrote:", gap="\n\n")),
    Client("Zimbra vi, block", _headed('Từ: "{a.name}" <{a.address}>\nTới: "{a.to_name}" <{a.to_address}>\nĐã gửi: Thứ Ba, 12 Tháng 5, 2026 9:31:00 SA\nChủ đề: {a.subject}')),
    Client("Zimbra en, block", _headed('From: "hotro" <{a.address}>\nTo: "{a.to_name}" <{a.to_address}>\nSent: Tuesday, May 12, 2026 9:31:00 AM\nSubject: {a.subject}')),
    Client("Zimbra en, dashes", _headed('From: "hotro" <{a.address}>\nTo: {a.to_address}\nSent: Tuesday, May 12, 2026 9:31:00 AM\nSubject: {a.subject}', above="----- Original Message -----\n")),
    Client("Zimbra vi, dashes", _headed('Từ: {a.address}\nTới: {a.to_address}\nĐã gửi: Thứ Ba, 12 Tháng 5, 2026 9:31:00\nChủ đề: {a.subject}', above="----- Thư gốc -----\n", mark="> ")),
    Client("Samsung vi", _headed("Từ: {a.name} <{a.address}> \nNgày: 12/05/2026 09:31 (GMT+07:00) \nĐến: {a.to_address} \nChủ đề: {a.subject} ", above="Đã gửi từ điện thoại Samsung Galaxy của tôi\n\n-------- Thư gốc --------\n")),
    Client("Samsung en", _headed("From: {a.name} <{a.address}> \nDate: 5/12/26  09:31  (GMT+07:00) \nTo: {a.to_address} \nSubject: {a.subject} ", above="Sent from my Galaxy\n\n-------- Original message --------\n")),
    Client("Android vi", _attributed("Vào 09:31 12 thg 5, 2026, {a.name} <{a.address}> đã viết:")),
    Client("K-9, day first", _attributed("12 tháng 5, 2026 09:31:20 GMT+07:00, {a.name} <{a.address}> đã viết:")),
    Client("FairEmail", _attributed("12 thg 5, 2026 09:31:20 {a.name} <{a.address}>:")),
    Client("Outlook.com, no rule", _headed("From: {a.address}\nDate: Tue, 12 May 2026 09:31:20 +0700\nTo: {a.to_address}\nSubject: {a.subject}")),
    Client("Lotus iNotes", _headed("To: {a.to_address}\nFrom: {a.name} <{a.address}>\nDate: 12/05/2026 09:31AM\nSubject: {a.subject}", above="-----{a.address} wrote: -----\n\n".replace("{a.address}", "hotro@vst.gov.vn"))),
    Client("Lotus Notes", _headed("From:   {a.name}/KBNN\nTo:     {a.to_name}/KBNN@KBNN,\nDate:   12/05/2026 09:31\nSubject:        {a.subject}\n" + "_" * 40)),
    Client("Bkav", _attributed("Ngày 12/05/2026 09:31, {a.name} <{a.address}> đã viết:")),
    Client("VNPT, in the mail of", _attributed("Trong thư ngày 12/05/2026 09:31, {a.name} <{a.address}> viết:")),
    Client("MDaemon", _headed('From: "{a.name}" <{a.address}>\nTo: <{a.to_address}>\nDate: Tue, 12 May 2026 09:31:20 +0700\nSubject: {a.subject}', above="-----Original message-----\n")),
    Client("IceWarp vi", _headed("Từ: {a.name} <{a.address}>\nĐến: {a.to_address}\nNgày gửi: 12/05/2026 09:31:20\nTiêu đề: {a.subject}", above="----- Tin nhắn gốc -----\n")),
    Client("eM Client", _headed('From "{a.name}" <{a.address}>\nTo "{a.to_name}" <{a.to_address}>\nDate 5/12/2026 9:31:20 AM\nSubject {a.subject}', above="------ Original Message ------\n")),
    Client("eM Client vi", _headed('Từ "{a.name}" <{a.address}>\nTới "{a.to_name}" <{a.to_address}>\nNgày 12/05/2026 9:31:20 SA\nTiêu đề {a.subject}', above="------ Thư gốc ------\n")),
    Client("Proton", _attributed("On Tuesday, May 12th, 2026 at 9:31 AM, {a.name} <{a.address}> wrote:", gap="\n\n")),
    Client("Proton, original", _attributed("------- Original Message -------\nOn Tuesday, May 12th, 2026 at 9:31 AM, {a.name} <{a.address}> wrote:", gap="\n\n")),
    Client("Spark", _attributed("On 12 May 2026 at 09:31 +0700, {a.name} <{a.address}>, wrote:")),
    Client("SOGo", _attributed("On Tuesday, May 12, 2026 09:31 +07, {a.name} <{a.address}> wrote:", mark=" > ", gap=" \n \n")),
    Client("QQ", _headed('From: "{a.name}"<{a.address}>;\nDate: Tue, May 12, 2026 09:31 AM\nTo: "{a.to_name}"<{a.to_address}>;\nSubject: {a.subject}', above="------------------ Original ------------------\n")),
)  # fmt: skip


# --- HTML


def _paragraphs(text: str, tag: str = "div") -> str:
    return "".join(f"<{tag}>{escape(line) or '<br>'}</{tag}>" for line in text.split("\n"))


def _page(
    below: str, *, tag: str = "div", around: str = "{}", newest_below: bool = False
) -> Callable[[str, Answered], str]:
    """The new text as paragraphs, and `below` it the client's quote, in which `{q}` stands for the answered mail."""

    def write(new: str, answered: Answered) -> str:
        typed = around.format(_paragraphs(new, tag))
        quote = below.format(a=_Escaped(answered), q=answered.html)
        return (
            f"<html><body>{quote}{typed}</body></html>" if newest_below else f"<html><body>{typed}{quote}</body></html>"
        )

    return write


class _Escaped:
    def __init__(self, answered: Answered) -> None:
        self._answered = answered

    def __getattr__(self, name: str) -> str:
        return escape(str(getattr(self._answered, name)))


_BORDER = '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal">{head}</p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{{q}}'
_HEAD_VI = "<b>Từ:</b> {a.name} &lt;{a.address}&gt; <br><b>Đã gửi:</b> Thứ Ba, 12 Tháng Năm 2026 9:31 SA<br><b>Đến:</b> {a.to_name} &lt;{a.to_address}&gt;<br><b>Chủ đề:</b> {a.subject}"
_HEAD_EN = "<b>From:</b> {a.name} &lt;{a.address}&gt; <br><b>Sent:</b> Tuesday, May 12, 2026 9:31 AM<br><b>To:</b> {a.to_name} &lt;{a.to_address}&gt;<br><b>Subject:</b> {a.subject}"
_WORD = '<div class="WordSection1">{}</div>'
_CITE = '<blockquote type="cite">{q}</blockquote>'

HTML = (
    Client("Gmail vi HTML", _page('<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Vào Th 3, 12 thg 5, 2026 vào lúc 09:31 {a.name} &lt;<a href="mailto:{a.address}">{a.address}</a>&gt; đã viết:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{q}</blockquote></div>'), html=True),
    Client("Gmail en HTML", _page('<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, May 12, 2026 at 9:31&#8239;AM {a.name} &lt;<a href="mailto:{a.address}">{a.address}</a>&gt; wrote:<br></div><blockquote class="gmail_quote">{q}</blockquote></div>'), html=True),
    Client("Outlook vi HTML", _page(_BORDER.format(head=_HEAD_VI), tag='p class="MsoNormal"', around=_WORD), html=True),
    Client("Outlook en HTML", _page(_BORDER.format(head=_HEAD_EN), tag='p class="MsoNormal"', around=_WORD), html=True),
    Client("Outlook Mac HTML", _page('<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b><span style="font-size:12.0pt;color:black">From: </span></b><span style="color:black">{a.name} &lt;{a.address}&gt;<br><b>Date: </b>Tuesday, 12 May 2026 at 09:31<br><b>To: </b>{a.to_name} &lt;{a.to_address}&gt;<br><b>Subject: </b>{a.subject}</span></p></div>{q}', tag='p class="MsoNormal"'), html=True),
    Client("Outlook web vi HTML", _page(f'<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">{_HEAD_VI}</font><div>&nbsp;</div></div><div>{{q}}</div>'), html=True),
    Client("Outlook web en HTML", _page(f'<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{_HEAD_EN}</div>{{q}}'), html=True),
    Client("Outlook mobile HTML", _page(f'<div id="ms-outlook-mobile-signature">Tải <a href="https://aka.ms/o0ukef">Outlook dành cho iOS</a></div><div id="mail-editor-reference-message-container"><hr>{_HEAD_VI}<br>{{q}}</div>'), html=True),
    Client("Apple Mail HTML", _page('<div><br><blockquote type="cite"><div>Vào 12 thg 5, 2026, lúc 09:31, {a.name} &lt;{a.address}&gt; đã viết:</div><br class="Apple-interchange-newline"><div>{q}</div></blockquote></div>'), html=True),
    Client("iPhone HTML", _page('<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Đã gửi từ iPhone của tôi</div><div dir="ltr"><br><blockquote type="cite">Vào 12 thg 5, 2026, lúc 09:31, {a.name} &lt;{a.address}&gt; đã viết:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeff{q}</div></blockquote>'), html=True),
    Client("Thunderbird HTML", _page(f'<div class="moz-cite-prefix">Vào lúc 09:31 12/05/2026, {{a.name}} đã viết:<br></div>{_CITE.replace("type=", "cite=&quot;mid:x&quot; type=").replace("&quot;", chr(34))}', tag="p"), html=True),
    Client("Thunderbird HTML, answer below", _page(f'<div class="moz-cite-prefix">On 12/05/2026 09:31, {{a.name}} wrote:<br></div>{_CITE}', tag="p", newest_below=True), html=True),
    Client("Yahoo HTML", _page('<div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-family:Helvetica"><div>Vào Thứ Ba, 12 tháng 5, 2026 lúc 09:31:20 GMT+7, {a.name} &lt;{a.address}&gt; đã viết: </div><div><br></div>{q}</div></div>'), html=True),
    Client("Yahoo app HTML", _page('<div><br></div><div id="ymail_android_signature"><a href="https://go.onelink.me/107872968">Sent from Yahoo Mail on Android</a></div> <blockquote style="margin: 0 0 20px 0;"><div>Vào Th 3, 12 thg 5, 2026 lúc 9:31 SA, {a.name}</div><div>&lt;{a.address}&gt; đã viết:</div><div style="padding:10px 0 0 20px">{q}</div></blockquote>'), html=True),
    Client("Roundcube HTML", _page('<p id="reply-intro">Vào ngày 2026-05-12 09:31, {a.name} viết:</p><blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">{q}</blockquote>', tag="p"), html=True),
    Client("Zimbra HTML", _page('<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"hotro" &lt;{a.address}&gt;<br><b>To: </b>"{a.to_name}" &lt;{a.to_address}&gt;<br><b>Sent: </b>Tuesday, May 12, 2026 9:31:00 AM<br><b>Subject: </b>{a.subject}<br></div><div data-marker="__QUOTED_TEXT__">{q}</div>'), html=True),
    Client("Zimbra vi HTML", _page('<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote style="border-left:2px solid #1010FF;margin-left:5px;color:#000"><b>Từ: </b>"hotro" &lt;{a.address}&gt;<br><b>Tới: </b>"{a.to_name}" &lt;{a.to_address}&gt;<br><b>Đã gửi: </b>Thứ Ba, 12 Tháng 5, 2026 9:31:00 SA<br><b>Chủ đề: </b>{a.subject}<br></blockquote></div><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF">{q}</blockquote></div>'), html=True),
    Client("Samsung HTML", _page('<div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757">Đã gửi từ điện thoại Samsung Galaxy của tôi</div></div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><div>-------- Thư gốc --------</div><div>Từ: {a.name} &lt;{a.address}&gt; </div><div>Ngày: 12/05/2026  09:31  (GMT+07:00) </div><div>Đến: {a.to_address} </div><div>Chủ đề: {a.subject} </div><div><br></div></div>{q}'), html=True),
    Client("Proton HTML", _page('<div class="protonmail_quote">On Tuesday, May 12th, 2026 at 9:31 AM, {a.name} &lt;{a.address}&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">{q}</blockquote></div>'), html=True),
    Client("Lotus Notes HTML", _page('<br><br><br><font size=1 color=#5f5f5f face="sans-serif">From: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1 face="sans-serif">{a.name} &lt;{a.address}&gt;</font><br><font size=1 color=#5f5f5f face="sans-serif">To: &nbsp; &nbsp;</font><font size=1 face="sans-serif">{a.to_address}</font><br><font size=1 color=#5f5f5f face="sans-serif">Date: &nbsp;</font><font size=1 face="sans-serif">12/05/2026 09:31</font><br><font size=1 color=#5f5f5f face="sans-serif">Subject: &nbsp;</font><font size=1 face="sans-serif">{a.subject}</font><br><hr noshade>{q}', tag="p"), html=True),
    Client("eM Client HTML", _page('<div><br></div><div id="x1"><div>------ Thư gốc ------</div><div>Từ &quot;{a.name}&quot; &lt;<a href="mailto:{a.address}">{a.address}</a>&gt;</div><div>Tới &quot;{a.to_name}&quot; &lt;{a.to_address}&gt;</div><div>Ngày 12/05/2026 9:31:20 SA</div><div>Tiêu đề {a.subject}</div><div><br></div></div><div><blockquote cite="x" type="cite" class="cite2">{q}</blockquote></div>'), html=True),
    Client("Spark HTML", _page('<div name="messageReplySection">On 12 May 2026 at 09:31 +0700, {a.name} &lt;{a.address}&gt;, wrote:<br><blockquote type="cite" style="border-left-color: #1abc9c">{q}</blockquote></div>'), html=True),
    Client("Outlook table HTML", _page('<table border="0"><tr><td><b>Từ:</b></td><td>{a.name} &lt;{a.address}&gt;</td></tr><tr><td><b>Đã gửi:</b></td><td>12/05/2026 09:31</td></tr><tr><td><b>Đến:</b></td><td>{a.to_address}</td></tr><tr><td><b>Chủ đề:</b></td><td>{a.subject}</td></tr></table>{q}'), html=True),
)  # fmt: skip

ALL = TEXT + HTML
