"""The desk learns: a new category from configuration and mails alone, a correction by mail, and a poisoned set of them."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from classifiers.corpus_files import CORPUS, LabelledMail, load
from classifiers.text import split_signature
from daemon.mail.embedded import EmbeddedServers
from tests.flow.desk_process import DESK, DeskProcess, Servers, compose
from tests.flow.test_conversation import wait_for_mail
from tests.small_model import few_rows

OFFICE = "tinhoc.lamdong@vst.gov.vn"
SERVICE_DESK = "servicedesk@vst.gov.vn"
SIGNATURE = "\n\nLê Thị Mai\nKBNN Đức Trọng - Lâm Đồng\nĐT: 0263 3812345"
VDBAS = """[applications]
VDBAS = { name = "Hệ thống kế toán lõi VDBAS", group = "NOI_BO", area = "ung_dung", department = "PTUD" }
"""
VDBAS_MAILS = [
    ("VDBAS báo VDBAS-VAL-0002", "Em hạch toán trên VDBAS thì báo lỗi VDBAS-VAL-0002, không lưu được chứng từ."),
    ("Không vào được VDBAS", "Từ sáng em vào hệ thống VDBAS không được, màn hình trắng sau khi đăng nhập."),
    ("VDBAS-VAL-0017 khi phê duyệt", "Kế toán trưởng phê duyệt thì hiện mã VDBAS-VAL-0017, chứng từ vẫn chờ duyệt."),
    ("Hỏi cách nhập số dư đầu kỳ", "Chuyển số dư từ TABMIS sang VDBAS thì nhập ở màn hình nào ạ, em tìm chưa thấy."),
    ("loi vdbas", "vdbas bao VDBAS-SYS-0500 khi chay bang can doi, nho kiem tra giup"),
    ("Phân quyền VDBAS cho cán bộ mới", "Đề nghị cấp vai trò kế toán viên trên VDBAS cho chị Hạnh từ ngày 1/12."),
    ("Kết nối DVC sang VDBAS", "Chứng từ đã duyệt ở dịch vụ công mà không sang VDBAS, mã lỗi VDBAS-INT-0101."),
    ("Khóa sổ VDBAS", "VDBAS không cho khóa sổ ngày vì còn bút toán treo, báo VDBAS-VAL-0090."),
    ("mã lỗi VAL-0002", "Ghi sổ ủy nhiệm chi thì hệ thống kế toán lõi mới báo VAL-0002: đoạn mã không hợp lệ."),
    ("Báo cáo VDBAS chậm", "Báo cáo tổng hợp trên VDBAS chạy hơn một giờ chưa xong, các báo cáo khác bình thường."),
    ("VDBAS in sai tên đơn vị", "Chứng từ in từ VDBAS hiện tên đơn vị cũ trước khi sáp nhập."),
    ("Tra cứu bút toán VDBAS", "Tìm bút toán theo số chứng từ trên VDBAS không ra, tìm theo ngày thì ra."),
]  # fmt: skip
ODD = (
    "Kính gửi anh chị,\n\nChương trình Lúa Vàng báo thửa ruộng trùng sổ bộ khi em nhập phiếu xay xát. "
    "Lúa Vàng đòi mã cối giã nhưng danh mục cối giã trống."
)
LIKE_ODD = "Sáng nay Lúa Vàng lại báo mã cối giã trống, em nhập phiếu xay xát không được vì thửa ruộng trùng sổ bộ."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskProcess]:
    """A desk without a model yet, with a small corpus of its own, one more category, and modest precisions."""
    write_corpus(tmp_path / "corpus")
    changes = (
        ("[applications]\n", VDBAS),
        ("application_precision = 0.98", "application_precision = 0.8"),
        ("province_precision = 0.99", "province_precision = 0.9"),
        ("organisation_precision = 0.97", "organisation_precision = 0.9"),
    )
    with EmbeddedServers(tmp_path / "embedded") as servers:
        yield DeskProcess(
            tmp_path,
            Servers(servers.imap_port, servers.smtp_port, embedded=True, deliver=servers.deliver),
            tmp_path / "models",
            changes,
        )


def write_corpus(folder: Path) -> None:
    """Few mails of each category to learn from, and five others of each for the gate."""
    learning = few_rows(9)
    taken = {row.id for row in learning}
    gate: dict[str, list[LabelledMail]] = defaultdict(list)
    for row in load(CORPUS / "learning"):
        if row.id not in taken and len(gate[row.application]) < 5:
            gate[row.application].append(row)
    for part, rows in (("learning", learning), ("gate", [row for mails in gate.values() for row in mails])):
        (folder / part).mkdir(parents=True)
        lines = [json.dumps({name: getattr(row, name) for name in FIELDS}, ensure_ascii=False) for row in rows]
        (folder / part / "base.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


FIELDS = (
    "id", "from_name", "from_address", "subject", "body", "application", "province", "organisation", "request_kind",
    "style", "writer",
)  # fmt: skip


def test_a_new_category_needs_a_config_entry_and_mails_only(desk: DeskProcess) -> None:
    table = desk.folder / "vdbas.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["subject", "body", "application"])
        writer.writeheader()
        writer.writerows({"subject": one, "body": two, "application": "VDBAS"} for one, two in VDBAS_MAILS)
    imported = desk.rows("corpus", "import", str(table))[0]
    assert (imported["added"], imported["by_category"]) == (len(VDBAS_MAILS), {"VDBAS": len(VDBAS_MAILS)})
    assert desk.rows("corpus", "import", str(table))[0]["known"] == len(VDBAS_MAILS)
    trained = train(desk)
    assert trained["used"], trained["reasons"]

    desk.send("Vũ Minh <minhv@vst.gov.vn>", "Lỗi VDBAS-VAL-0002",
              "Khi hạch toán trên VDBAS hệ thống báo VDBAS-VAL-0002, không lưu được.\n\nVũ Minh\nSở Giao dịch KBNN")  # fmt: skip
    wait_for_mail(desk, DESK, 1)
    counts = desk.once()
    assert counts["tickets_created"] == 1, (counts, desk.rows("mail", "list"))
    ticket = desk.rows("tickets", "list")[0]
    assert (ticket["application"], ticket["holder"]) == ("VDBAS", "NOI_BO")


def test_a_correction_by_mail_changes_the_next_models_answer_to_a_similar_mail(desk: DeskProcess) -> None:
    first = train(desk)
    assert application_of(desk, LIKE_ODD) != "DTKB_WAN"
    desk.send("Lê Thị Mai <mailt@vst.gov.vn>", "Lúa Vàng báo trùng", ODD + SIGNATURE)
    wait_for_mail(desk, DESK, 1)
    desk.once()
    correct(desk, "DTKB_WAN")
    assert desk.rows("tickets", "list")[0]["application"] == "DTKB_WAN"

    second = train(desk, "--with-tickets")
    assert (second["tickets"], second["used"]) == (1, True), second["reasons"]
    assert application_of(desk, LIKE_ODD) == "DTKB_WAN"
    assert [one["name"] for one in desk.rows("models", "list") if one["current"]] == [second["model"]]

    assert desk.run("models", "rollback").returncode == 0
    assert [one["name"] for one in desk.rows("models", "list") if one["current"]] == [first["model"]]
    assert application_of(desk, LIKE_ODD) != "DTKB_WAN"


def test_one_member_who_relabels_everything_is_stopped_by_the_gate(desk: DeskProcess) -> None:
    before = train(desk)["model"]
    gate = load(desk.folder / "corpus" / "gate")
    victims = [row for row in gate if row.application in ("TABMIS", "TCS", "TTSP", "QLTS", "KTNB", "EDOC", "MANG")]
    for number, row in enumerate(victims):
        mail = compose(f"Cán bộ {number} <canbo{number}@vst.gov.vn>", DESK, f"{row.subject or 'Nhờ hỗ trợ'} ({number})",
                       split_signature(row.body)[0] + SIGNATURE, message_id=f"<mail-{number}@kbnn.example>")  # fmt: skip
        assert desk.servers.deliver is not None
        desk.servers.deliver(DESK, mail.as_bytes())
    wait_for_mail(desk, DESK, len(victims))
    desk.once()
    correct(desk, "BMS")
    relabelled = [one for one in desk.rows("tickets", "list") if one["application"] == "BMS"]
    assert len(relabelled) >= len(victims) * 0.7

    trained = train(desk, "--with-tickets")
    assert trained["tickets"] == len(relabelled)
    assert not trained["used"]
    assert any("gate part" in reason for reason in trained["reasons"])
    assert [one["name"] for one in desk.rows("models", "list") if one["current"]] == [before]
    compared = desk.rows("models", "compare", str(before), str(trained["model"]))[0]
    assert compared["old"] == before


def train(desk: DeskProcess, *options: str) -> dict[str, Any]:
    """`train --json` on the small corpus."""
    rows = desk.rows("train", "--corpus", str(desk.folder / "corpus"), *options)
    return rows[0]


def application_of(desk: DeskProcess, text: str) -> str:
    """What the model in use says of a mail."""
    path = desk.folder / "question.eml"
    path.write_bytes(compose("Trần An <antran@vst.gov.vn>", DESK, "Nhờ hỗ trợ", text).as_bytes())
    return str(desk.rows("classify", str(path))[0]["application"]["code"])


def correct(desk: DeskProcess, code: str) -> None:
    """The holder of each ticket types `#phanloai` in a reply to its notice."""
    sent = 0
    # Every ticket has its notice before anybody answers.
    notices = {address: desk.mailbox(address) for address in (OFFICE, SERVICE_DESK)}
    before = len(desk.mailbox(DESK))
    for ticket in desk.rows("tickets", "list"):
        address = SERVICE_DESK if ticket["holder"] == "SERVICE_DESK" else OFFICE
        found = [mail for mail in notices[address] if str(ticket["code"]) in str(mail["Subject"])]
        if not found:
            continue  # it is elsewhere
        notice = found[-1]
        desk.send(address, f"Re: {notice['Subject']}", f"#phanloai {code}", reply_to=notice)
        sent += 1
    wait_for_mail(desk, DESK, before + sent)
    desk.once()
