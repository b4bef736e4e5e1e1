"""A ticket climbs from a district accountant through every level and comes back down, once by plain replies and once by words.

All mailboxes and the event history are compared letter by letter, in each of the three phases on real servers.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from daemon.mail.embedded import EmbeddedServers
from tests.flow.desk_process import DESK, ROOT, DeskProcess, Servers, plain
from tests.flow.test_conversation import wait_for_mail
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

HOA = "hoa.nt@vst.gov.vn"
REQUEST = """Kính gửi anh chị,

Em vào TABMIS phân bổ dự toán ở màn hình BA thì báo lỗi APP-GL-123, không phân bổ được.

Trân trọng,
Nguyễn Thị Hoa
KBNN Đức Trọng - Lâm Đồng
ĐT: 0263 3812345
"""
# From below: who works there and the shared address.
OFFICE = ("lan.tt@vst.gov.vn", "tinhoc.lamdong@vst.gov.vn")
GROUP = ("tuan.la@vst.gov.vn", "nhom.tabmis@vst.gov.vn")
DEPARTMENT = ("quang.vd@vst.gov.vn", "phong.ptud@vst.gov.vn")
EXPERTS = ("giang.tk@vst.gov.vn", "chuyengia@vst.gov.vn")
STAFF = """address,name,holder,role,applications,province
lan.tt@vst.gov.vn,Trần Thị Lan,Lâm Đồng,member,,
tuan.la@vst.gov.vn,Lê Anh Tuấn,TABMIS,member,,
quang.vd@vst.gov.vn,Vũ Đình Quang,PTUD,member,,
giang.tk@vst.gov.vn,Trương Kim Giang,CHUYEN_GIA,member,,
mai.nt@vst.gov.vn,Ngô Thị Mai,SERVICE_DESK,leader,,
"""
# In phase 1 a central application starts at the group of level 2; otherwise the province comes first.
LADDER = {
    1: [GROUP, DEPARTMENT, EXPERTS],
    2: [OFFICE, GROUP, DEPARTMENT, EXPERTS],
    3: [OFFICE, GROUP, DEPARTMENT, EXPERTS],
}
# What each mailbox and the history must hold at the end, written down letter by letter and read by a person.
EXPECTED = Path(__file__).parent / "levels"
EVERYWHERE = [
    pytest.param((phase, where), id=f"phase {phase} on {where} servers", marks=marks)
    for where, phases, marks in (("embedded", (3,), ()), ("real", (1, 2, 3), (pytest.mark.servers,)))
    for phase in phases
]


def in_phase(phase: int, folder: Path) -> tuple[tuple[str, str], ...]:
    """The lines of config.toml for a desk in this phase with one officer at each level."""
    staff = folder / "staff.csv"
    staff.write_text(STAFF, "utf-8")
    return (("phase = 3", f"phase = {phase}"), (f'file = "{ROOT}/deploy/directory.csv"', f'file = "{staff}"'))


@pytest.fixture(params=EVERYWHERE)
def levels(request: pytest.FixtureRequest, tmp_path: Path, models: Path) -> Iterator["Levels"]:
    """A desk in one phase with one officer at each level, on the embedded servers and on Dovecot behind Postfix."""
    phase, where = request.param
    changes = in_phase(phase, tmp_path)
    if where == "embedded":
        with EmbeddedServers(tmp_path / "embedded") as own:
            servers = Servers(own.imap_port, own.smtp_port, embedded=True, deliver=own.deliver)
            yield Levels(DeskProcess(tmp_path, servers, models, changes), LADDER[phase])
        return
    with Dovecot() as dovecot, Postfix(dovecot.lmtp_port) as postfix:
        servers = Servers(dovecot.imap_port, postfix.port, dovecot.password, deliver=dovecot.deliver)
        yield Levels(DeskProcess(tmp_path, servers, models, changes), LADDER[phase])


class Levels:
    """Plays people who answer the newest letter in a mailbox; each mail is handled before the next one is written."""

    def __init__(self, desk: DeskProcess, ladder: list[tuple[str, str]]) -> None:
        self.desk = desk
        self.ladder = ladder
        self.code = ""
        self.sent = 0

    def ask(self) -> None:
        self.desk.send(f"Nguyễn Thị Hoa <{HOA}>", "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
        self._handled()
        self.code = str(self.desk.rows("tickets", "list")[0]["code"])

    def reply(self, sender: str, text: str, *, at: str = "", to: str = "") -> None:
        """`sender` answers the newest letter in the mailbox `at` (his own otherwise) that contains `to`."""
        letter = self._newest(at or sender, to)
        self.desk.send(sender, f"Re: {letter['Subject']}", text, reply_to=letter)
        self._handled()

    def press(self, sender: str, text: str) -> None:
        """A `mailto:` button: the code in the subject, and no reference to any letter."""
        self.desk.send(sender, f"[{self.code}] Lỗi TABMIS", text)
        self._handled()

    def box(self, address: str) -> list[str]:
        """What is in somebody's mailbox: for each letter where a plain reply goes, the news, and the words passed on."""
        return [in_short(mail, self.code) for mail in self._letters(address)]

    def history(self) -> list[str]:
        """The events that made the ticket's life, with the state or holder that each led to."""
        events = self.desk.rows("tickets", "show", self.code)[0]["events"]
        told = []
        for event in events:
            details = event["details"]
            where = details.get("after") or details.get("to") or details.get("state") or details.get("score") or ""
            if event["kind"] not in ("judged", "routed", "word_used", "followed_up"):
                told.append(f"{event['actor'].partition('@')[0]} {event['kind']} {where}".strip())
        return told

    def told(self) -> str:
        """All mailboxes and the history as one text, the requester first."""
        boxes = [HOA, *(address for level in self.ladder for address in level)]
        parts = [f"== {address}\n" + "\n".join(self.box(address)) for address in boxes]
        return "\n\n".join([*parts, "== history\n" + "\n".join(self.history())]) + "\n"

    def _handled(self) -> None:
        self.sent += 1
        wait_for_mail(self.desk, DESK, self.sent)
        counts = self.desk.once()
        assert counts["fetched"] == 1, counts
        assert counts["refused"] == counts["quarantined"] == 0, counts

    def _letters(self, address: str) -> list[EmailMessage]:
        """The letters about the ticket, in the order in which they were written; waited for, as servers take their time."""
        with closing(sqlite3.connect(self.desk.folder / "data" / "desk.db")) as database:
            query = "SELECT message_id FROM outbox WHERE recipient = ? AND state = 'accepted' ORDER BY id"
            sent = [message_id for (message_id,) in database.execute(query, (address,))]
        wait_for_mail(self.desk, address, len(sent))
        there = {str(mail["Message-ID"]): mail for mail in self.desk.mailbox(address)}
        assert sorted(there) == sorted(sent)
        return [there[each] for each in sent if self.code in str(there[each]["Subject"])]

    def _newest(self, address: str, containing: str) -> EmailMessage:
        found = [mail for mail in self._letters(address) if containing in plain(mail)]
        assert found, f"{address} has no letter containing {containing!r}"
        return found[-1]


def in_short(mail: EmailMessage, code: str) -> str:
    """One letter on one line: where a plain reply goes, the news, and the words passed on; the ticket's code is `MÃ`."""
    text = plain(mail).replace(code, "MÃ").replace("\r\n", "\n")
    text = re.sub(r"\nCần trả lời trước [^\n]*", "", text)  # depends on the hour of the test
    head, _, rest = text.partition("\n")
    if not head.startswith("Trả lời thư này"):
        paragraphs = [one for one in text.split("\n\n") if not one.startswith("Kính gửi")]
        return paragraphs[0].replace("\n", " ")
    goes = re.sub(r".*(?:gửi tới|chỉ lưu làm) ", "", head).rstrip(".")
    news, _, below = rest.strip().partition("\n\n")
    lines = [line for line in below.partition("\n\n")[0].split("\n") if line.startswith("| ")]
    return " / ".join([goes.replace(" trong hồ sơ yêu cầu, không gửi cho ai", ""), news.replace("\n", " "), *lines])


def test_a_ticket_climbs_every_level_and_comes_back_down(levels: Levels) -> None:
    levels.ask()
    climb(levels)
    talk(levels)
    come_down_by_plain_replies(levels)
    come_down_by_words(levels)
    levels.press(HOA, "Đánh giá: 5/5")
    levels.press(HOA, "Đã xong, cảm ơn.")
    expected = EXPECTED / ("from_the_centre.txt" if levels.ladder[0] == GROUP else "from_the_province.txt")
    assert levels.told() == expected.read_text("utf-8")


def climb(levels: Levels) -> None:
    for (officer, shared), number in zip(levels.ladder[:-1], range(6 - len(levels.ladder), 5), strict=True):
        levels.reply(officer, f"#nhan\n#chuyển mức {number}\nNhờ mức {number} xem giúp.", at=shared)


def talk(levels: Levels) -> None:
    """A passer chases by word, the experts ask the requester, another passer chases by a plain reply."""
    (expert, experts), (lowest, _), (highest, _) = levels.ladder[-1], levels.ladder[0], levels.ladder[-2]
    levels.reply(lowest, "#donduc\nĐơn vị sắp quyết toán.", to="chuyển tới")
    levels.reply(expert, "#hoi\nChị cho biết số bút toán?", at=experts)
    levels.reply(HOA, "Bút toán số 2026/117 ạ.", to="số bút toán")
    levels.reply(highest, "Nhờ các anh xem trước giờ nghỉ.", to="số bút toán")


def come_down_by_plain_replies(levels: Levels) -> None:
    (expert, experts) = levels.ladder[-1]
    levels.reply(expert, "Đã tìm ra: hàm tính số dư bỏ sót kỳ 13.", at=experts, to="2026/117")
    for officer, _ in levels.ladder[-2:0:-1]:
        levels.reply(officer, "#duyet" if officer == GROUP[0] else "Lỗi ở hàm tính số dư, đang sửa.", to="đã trở về")
    levels.reply(levels.ladder[0][0], "Chị Hoa ơi, lỗi đã tìm ra, chiều nay có bản sửa.", to="đã trở về")


def come_down_by_words(levels: Levels) -> None:
    (expert, experts) = levels.ladder[-1]
    levels.reply(expert, "#xong", at=experts, to="2026/117")
    (lead, _), *between = levels.ladder[-2:0:-1]
    levels.reply(lead, "#loi\n#xong\nĐã cập nhật bản vá 5.2.", to="đã trở về")
    for officer, _ in between:
        levels.reply(officer, "#duyet", to="bản vá 5.2")
    levels.reply(levels.ladder[0][0], "#duyet\nBản vá 5.2 đã cài, chị phân bổ lại nhé.", to="bản vá 5.2")
