"""`demo`: a sample day on embedded mail servers, with the real service in between."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from classifiers import registry
from classifiers.verdict import Undecided
from daemon.commands.learning import train_and_use
from daemon.demo.board import Board, read_board
from daemon.demo.checks import missing, quiet
from daemon.demo.day import SHOWN, the_day
from daemon.demo.ownconfig import HOST, write_own_config
from daemon.demo.player import Player
from daemon.demo.postbox import Postbox
from daemon.demo.screen import Screen
from daemon.demo.summary import WIDTH, print_conversation, print_counts, print_how_to_connect, print_places
from daemon.mail.embedded import EmbeddedServers
from daemon.output import LOG_FORMAT, OneLine
from daemon.parts import Parts, build
from daemon.service import Service, stop_on_signals
from daemon.settings import Settings, load

LEVELS = {1: "mức 1 (provinces, ITO)", 2: "mức 2 (groups)", 3: "mức 3 (departments)", 4: "mức 4 (experts)"}
PACE = 0.3  # seconds between two new mails, so that the table can be followed
GLANCE = 0.05  # seconds between two looks into the mailboxes
PATIENCE = 60.0  # seconds without any change after which the day counts as stuck
LONGEST = 1200.0  # seconds after which it ends whatever happens


@dataclass(frozen=True)
class Stage:
    """What the day is played on."""

    parts: Parts
    servers: EmbeddedServers
    service: Service
    config: Path
    folder: Path

    @property
    def desk(self) -> str:
        return self.parts.settings.desk.address


def demo(config: Path, stay: bool) -> int:
    """Play the day and print its summary; 0 when everything expected happened, else 1 with what is missing."""
    settings = load(config)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    _have_a_model(settings, console)
    folder = _fresh_folder(settings)
    log_to_file(folder / "service.log")
    console.print(f"A sample day in {folder}", highlight=False, soft_wrap=True)
    with EmbeddedServers(folder / "mailboxes", password=settings.embedded.password) as servers:
        own = write_own_config(config, settings, folder, servers.imap_port, servers.smtp_port)
        parts = build(load(own))
        service = Service(parts)
        stop_on_signals(service)
        stage = Stage(parts, servers, service, own, folder)
        with _running(service) as running:
            return _play_and_tell(stage, console, running, stay)


def _play_and_tell(stage: Stage, console: Console, running: threading.Thread, stay: bool) -> int:
    begun = time.monotonic()
    postbox = Postbox(stage.servers, stage.desk, stage.parts.database)
    zone = ZoneInfo(stage.parts.settings.desk.timezone)
    screen = Screen(console, zone)
    player = Player(
        the_day(), postbox, stage.parts.policy().rules.directory, stage.desk, lambda: datetime.now(zone), screen.say
    )
    with screen.open():
        board = _play(stage, player, postbox, screen, running)
    problems = missing(player, board, postbox)
    if not running.is_alive():
        problems.append(f"the desk ended before the day did: {stage.service.reason or 'asked to stop'}")
    story = player.story(SHOWN)
    ticket = board.ticket_of(story.message_id)
    code = ticket.code if ticket is not None else ""
    print_counts(console, board, LEVELS)
    if code:
        print_conversation(console, story, code)
    print_places(console, stage.folder, stage.config, code or "CODE")
    _print_verdict(console, player, problems, time.monotonic() - begun)
    if stay and running.is_alive():
        settings = stage.parts.settings
        print_how_to_connect(
            console, HOST, stage.servers.imap_port, stage.servers.smtp_port, stage.desk, settings.embedded.password
        )
        running.join()
    return 1 if problems else 0


def _play(stage: Stage, player: Player, postbox: Postbox, screen: Screen, running: threading.Thread) -> Board:
    """Turn by turn until everything is over and quiet, nothing moves any more, or the desk has ended; the last board."""
    begun = changed = next_mail = time.monotonic()
    seen: tuple[int, ...] = ()
    while True:
        now = time.monotonic()
        letters = postbox.look()
        board = read_board(stage.parts.database)
        if now >= next_mail:
            player.send_next(board)
            next_mail = now + PACE
        player.react(letters, board)
        state = (postbox.sent, board.settled, board.accepted, len(postbox.arrived), player.steps_played)
        if state != seen:
            seen, changed = state, now
            screen.show(board)
        stuck = now - changed > PATIENCE or now - begun > LONGEST
        if stuck or (player.over and quiet(board, postbox)) or not running.is_alive():
            return board
        running.join(GLANCE)


def _print_verdict(console: Console, player: Player, problems: list[str], seconds: float) -> None:
    console.print()
    if problems:
        console.print(f"Not everything happened ({seconds:.0f} s); missing:", style="bold red", highlight=False)
        for line in problems:
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        return
    console.print(
        f"Everything expected happened: {len(player.stories)} mails, {player.steps_played} reactions, {seconds:.0f} s.",
        style="bold green", highlight=False,
    )  # fmt: skip


def _have_a_model(settings: Settings, console: Console) -> None:
    """Train once, where there is no usable model yet."""
    if isinstance(registry.open_current(Path(settings.storage.model)), Undecided):
        console.print("No model yet: training one from the corpus, once.", highlight=False)
        name, _ = train_and_use(settings)
        console.print(f"Model {name} is trained.", highlight=False)


def _fresh_folder(settings: Settings) -> Path:
    """A new folder beside the configured data; the real database and files are never touched."""
    data = Path(settings.storage.files).parent
    now = datetime.now(ZoneInfo(settings.desk.timezone))
    folder = data / f"demo-{now:%Y%m%d-%H%M%S}"
    number = 1
    while True:
        try:
            folder.mkdir(parents=True, mode=0o700)
            return folder
        except FileExistsError:
            number += 1
            folder = data / f"demo-{now:%Y%m%d-%H%M%S}-{number}"


def log_to_file(path: Path) -> None:
    """The service's log lines go to a file: the screen belongs to the table."""
    handler = logging.FileHandler(path)
    handler.setFormatter(OneLine(LOG_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in ("alembic", "apscheduler", "imapclient", "mail.log", "pymap", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)


@contextmanager
def _running(service: Service) -> Iterator[threading.Thread]:
    """The service in a thread of its own while the block runs."""
    thread = threading.Thread(target=service.run, name="service", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        service.stop()
        thread.join()
