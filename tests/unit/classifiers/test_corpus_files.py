import json
from pathlib import Path

import pytest

from classifiers.corpus_files import CorpusError, load

ROW = {
    "id": "MAIL-w9-001",
    "from_name": "Lê An",
    "from_address": "an@vst.gov.vn",
    "subject": "Hộp thư đầy",
    "body": "Hộp thư của em đầy rồi.\nKBNN Di Linh",
    "application": "MAIL",
    "province": "Lâm Đồng",
    "organisation": "kbnn",
    "request_kind": "yeu_cau",
    "style": "unnamed",
    "writer": "w9",
}


def write(folder: Path, *rows: object) -> None:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "MAIL-w9.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_valid_row_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path, ROW, {**ROW, "id": "MAIL-w9-002", "province": None})
    first, second = load(tmp_path, {"MAIL"})
    assert first.mail().text == ROW["body"]
    assert first.province == "Lâm Đồng"
    assert second.province is None


@pytest.mark.parametrize(
    ("row", "defect"),
    [
        ("{not json", "is not JSON"),
        ("[1]", "is not an object"),
        ({**ROW, "province": "Sài Gòn"}, "province 'Sài Gòn'"),
        ({**ROW, "province": ["Lâm Đồng"]}, "province"),
        ({**ROW, "organisation": "abc"}, "organisation 'abc'"),
        ({**ROW, "application": "XYZ"}, "application 'XYZ'"),
        ({**ROW, "extra": 1}, "unknown fields extra"),
        ({key: value for key, value in ROW.items() if key != "writer"}, "lacks writer"),
        ({**ROW, "subject": None}, "subject is not text"),
        ({**ROW, "subject": "", "body": " "}, "neither subject nor body"),
        ({**ROW, "id": ROW["id"]}, "is already used at MAIL-w9.jsonl:1"),
    ],
)
def test_a_defect_is_named_with_file_and_line(tmp_path: Path, row: object, defect: str) -> None:
    write(tmp_path, ROW, row)
    with pytest.raises(CorpusError, match=r"MAIL-w9\.jsonl:2: ") as caught:
        load(tmp_path, {"MAIL"})
    assert defect in str(caught.value)


def test_all_defects_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, {**ROW, "style": "x"}, "{", {**ROW, "organisation": "x"})
    with pytest.raises(CorpusError) as caught:
        load(tmp_path)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["1", "2", "3"]
