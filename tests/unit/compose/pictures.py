"""Writes every sample letter as HTML, and as a page of phone width, for looking at in a browser.

`python -m tests.unit.compose.pictures FOLDER`
"""

import base64
import sys
from html import escape
from pathlib import Path

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.letters import LetterKind
from daemon.mail.attaching import content_id
from storage.tables import TicketState
from tests.unit.compose.samples import ALTERNATIVES, FILES, LETTERS, ticket, unsure_ticket, write

# A grey picture of one dot stands for the screenshot.
DOT = base64.b64encode(bytes.fromhex("47494638376101000100800000aaaaaaffffff2c00000000010001000002024401003b")).decode()


def pages() -> dict[str, str]:
    """HTML by name: each kind once, and the letters that look different in other states."""
    html = {kind.value: write(letter, ticket()).html for kind, letter in LETTERS.items()}
    notice = LETTERS[LetterKind.NOTICE]
    desk = type(notice)(
        notice.kind,
        "tiepnhan@vst.gov.vn",
        "Service Desk",
        SERVICE_DESK,
        reply_goes=notice.reply_goes,
        reply_reaches=notice.reply_reaches,
        why="chưa xác định được ứng dụng",
    )
    html["notice_plain"] = write(notice, ticket(), files=FILES[1:2]).html
    html["notice_unsure"] = write(desk, unsure_ticket(), alternatives=ALTERNATIVES).html
    html["answer_resolved"] = write(LETTERS[LetterKind.ANSWER], ticket(state=TicketState.RESOLVED)).html
    html["acknowledgement_unsure"] = write(LETTERS[LetterKind.ACKNOWLEDGEMENT], unsure_ticket()).html
    picture = f"cid:{content_id(FILES[0])}"
    return {name: page.replace(picture, f"data:image/gif;base64,{DOT}") for name, page in html.items()}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, html in pages().items():
        (folder / f"{name}.html").write_text(html, "utf-8")
        frame = f'<iframe srcdoc="{escape(html)}" width="375" height="1100" style="border:1px solid #999"></iframe>'
        (folder / f"{name}_phone.html").write_text(f'<meta charset="utf-8">{frame}', "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
