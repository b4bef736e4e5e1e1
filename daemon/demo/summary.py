"""The end of the day: counts, one conversation as the user saw it, and where everything lies."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from daemon.demo.board import Board
from daemon.demo.player import Story
from daemon.demo.writing import plain_text
from daemon.output import printable

WIDTH = 100


def print_counts(console: Console, board: Board, level_names: dict[int, str]) -> None:
    """How many mails ended how, tickets in which state and at which level, letters with which fate."""
    tickets = board.tickets.values()
    columns = {
        "mails": Counter(row.state.value for row in board.inbound),
        "tickets": Counter(ticket.state.value for ticket in tickets),
        "held at": Counter(level_names.get(ticket.level, str(ticket.level)) for ticket in tickets),
        "letters": Counter({state.value: number for state, number in board.letters.items()}),
    }
    table = Table(title="The day in numbers", title_justify="left", header_style="bold", box=None, padding=(0, 3, 0, 0))
    for name in columns:
        table.add_column(name)
    table.add_row(
        *("\n".join(f"{number:4} {what}" for what, number in sorted(one.items())) for one in columns.values())
    )
    console.print()
    console.print(table, width=WIDTH)


def print_conversation(console: Console, story: Story, code: str) -> None:
    """What the requester wrote and got, in his order, from his own mailbox."""
    console.print()
    title = f"{code}: the whole conversation as {story.sender.name} saw it"
    console.print(Text(title, style="bold"))
    for head, text, own in _conversation(story):
        panel = Panel(Text(printable_text(text)), title=Text(printable(head)), title_align="left", width=WIDTH - 8,
                      border_style="cyan" if own else "green")  # fmt: skip
        console.print(Padding(panel, (0, 0, 0, 0 if own else 8)))


def _conversation(story: Story) -> Iterable[tuple[str, str, bool]]:
    """Head line, text, and whether the requester wrote it; a reply stands behind the letter that it answers."""
    mine = [one for one in story.letters if one.address == story.sender.address.lower()]
    answered = {str(mail["In-Reply-To"]): mail for mail in story.replies if story.sender.address in str(mail["From"])}
    yield f"{story.sender.name}: {story.sample.subject}", story.sample.body, True
    for letter in mine:
        yield str(letter.mail["Subject"]), plain_text(letter.mail), False
        reply = answered.get(letter.row.message_id)
        if reply is not None:
            files = [part.get_filename() for part in reply.iter_attachments()]
            named = f"\n[{', '.join(str(name) for name in files)}]" if files else ""
            yield str(reply["Subject"]), _typed_part(plain_text(reply)) + named, True


def _typed_part(text: str) -> str:
    """What stands above the quoted letter."""
    kept = []
    for line in text.split("\n"):
        if line.startswith("____") or (line.startswith("Vào ") and line.endswith("đã viết:")):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def printable_text(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def print_places(console: Console, folder: Path, config: Path, code: str) -> None:
    """Where database and mailboxes are, and the commands that look at them."""
    lines = (
        f"database    {folder / 'desk.db'}",
        f"mailboxes   {folder / 'mailboxes'} (Maildir, one folder an address)",
        f"log         {folder / 'service.log'}",
        "",
        f"python run.py tickets list --config {config}",
        f"python run.py tickets show {code} --config {config}",
        f"python run.py mail list --config {config}",
        f"python run.py mail list --out --config {config}",
    )
    console.print()
    console.print(Text("Where to look", style="bold"))
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def print_how_to_connect(console: Console, host: str, imap_port: int, smtp_port: int, desk: str, password: str) -> None:
    """What to type into a mail program."""
    lines = (
        "The servers and the desk stay open until Ctrl-C. In a mail program:",
        f"  IMAP  {host} port {imap_port}, no encryption",
        f"  SMTP  {host} port {smtp_port}, no encryption",
        f"  user name: any address, such as one of the day's people; password: {password}",
        f"Write to {desk} as a user, or answer a notice as an officer of deploy/directory.csv.",
    )
    console.print()
    for line in lines:
        console.print(Text(line), soft_wrap=True)
