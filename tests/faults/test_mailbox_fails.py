"""IMAP fails in every way, and the whole desk loses nothing, does nothing twice, lives on and resumes by itself.

The failing mailbox stands beside a healthy one in the same running service: what is written there is answered meanwhile.
"""

import logging
from collections import Counter
from pathlib import Path

import pytest

from daemon.desk.retry import back_off
from daemon.loops.worker import rest_of
from daemon.parts import build
from daemon.settings import load
from storage.faults import DiskFull
from storage.tables import InboundState
from tests.contract.misbehaving import Hangup
from tests.contract.misbehaving_imap import (
    DRIP,
    DROP,
    DROP_AFTER,
    DROP_DONE,
    GARBLE,
    IDLE_DEAD,
    IDLE_DROP,
    LATE_MAIL,
    OMIT,
    STALL,
    STALL_DONE,
    MisbehavingImap,
)
from tests.faults.mailbox_desk import (
    BRIEFLY,
    MINUTE,
    PASSWORD,
    PATIENTLY,
    ledger,
    mail,
    mails,
    running_desk,
    settings_file,
)
from tests.flow.desk_process import ROOT, end
from tests.flow.test_serve import log_of, until
from tests.servers.certificate import make_certificate
from tests.servers.programs import free_ports
from tests.servers.sink import SmtpSink

WITH_MOVE = "IMAP4rev1 IDLE UIDPLUS MOVE"
WITHOUT_MOVE = "IMAP4rev1 IDLE UIDPLUS"
# Each command with each way of failing at it; the connection is lost or hangs every time.
LOST = [
    ("greeting", [STALL, "* BYE too busy", "SSH-2.0-not-imap"]),
    ("CAPABILITY", [DROP, STALL]),
    ("LOGIN", [DROP, STALL, "[AUTHENTICATIONFAILED] wrong password", "[LIMIT] too many connections"]),
    ("SELECT", [DROP, STALL, GARBLE, "[NONEXISTENT] no such folder"]),
    ("NOOP", [DROP, STALL]),
    ("UID SEARCH", [DROP, STALL, "[UNAVAILABLE] try later"]),
    ("UID FETCH", [DROP, STALL, DROP_AFTER]),
    ("UID FETCH BODY", [DROP, STALL, DROP_AFTER]),
    ("LIST", [DROP, STALL]),
    ("CREATE", [DROP, STALL, DROP_DONE]),
    ("SUBSCRIBE", [STALL]),
    ("UID COPY", [DROP, STALL, DROP_DONE, STALL_DONE]),
    ("UID STORE", [DROP, STALL, DROP_DONE, STALL_DONE]),
    ("UID EXPUNGE", [DROP, STALL, DROP_DONE, STALL_DONE]),
    ("UID MOVE", [DROP, STALL, DROP_DONE, STALL_DONE]),
    ("IDLE", [DROP, STALL, IDLE_DROP, IDLE_DEAD]),
    ("DONE", [DROP, STALL]),
]
SILENT = {STALL, STALL_DONE, IDLE_DEAD}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


def until_moved(server: MisbehavingImap) -> None:
    """Wait until nothing lies in the inbox any more."""
    until(lambda: not server.mails, "the inbox was not emptied")


def copies(server: MisbehavingImap) -> Counter[bytes]:
    """How often each mail lies in the folders of handled mail."""
    return Counter(each for folder in server.folders.values() for each in folder)


def said(caplog: pytest.LogCaptureFixture, word: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith(word)]


@pytest.mark.parametrize(("command", "ways"), LOST)
def test_a_connection_that_fails_at_a_command_costs_nothing_but_time(
    command: str, ways: list[str], tmp_path: Path, models: Path
) -> None:
    """One outage after the other in the life of one service; meanwhile the healthy mailbox is answered each time."""
    capability = WITH_MOVE if command == "UID MOVE" else WITHOUT_MOVE
    read = BRIEFLY if SILENT & set(ways) else PATIENTLY
    with MisbehavingImap(mails=mails(1), capability=capability) as bad, MisbehavingImap() as good:
        with running_desk(tmp_path, models, {"hong": bad, "tot": good}, read) as desk:
            desk.until_done(1)
            until_moved(bad)
            for number, how in enumerate(ways, 2):
                before = len(desk.pauses)
                fail(bad, command, how)
                bad.deliver(mail(10 * number))
                until(lambda before=before: len(desk.pauses) >= before + 2, "the failure was not noticed")  # type: ignore[misc]
                good.deliver(mail(10 * number + 1))
                desk.until_done(10 * number + 1)  # every other loop lives
                bad.recover()
                bad.deliver(mail(10 * number + 2))
                desk.until_done(10 * number, 10 * number + 2)
                if command == "UID COPY":
                    desk.parts.pollers[0].reconcile()  # as in the night: until then the copying is not begun again
                until_moved(bad)
        outages = range(2, 2 + len(ways))
        in_bad = [1, *(10 * number + each for number in outages for each in (0, 2))]
        desk.assert_exactly(*in_bad, *(10 * number + 1 for number in outages))
        copied = copies(bad)
        assert set(copied) == {mail(number) for number in in_bad}
        # COPY is begun twice without an answer, and in the night once more: copies for people to see, never more.
        assert max(copied.values()) <= (3 if command == "UID COPY" else 1)


def fail(server: MisbehavingImap, command: str, how: str) -> None:
    """Fail at this command from now on, on a new connection and with the folder of handled mail gone."""
    server.misbehave(**{command.replace(" ", "_"): how})
    server.rename_folder("Xong", f"truoc {how}")
    server.before["NOOP"] = hang_up


def hang_up() -> None:
    raise Hangup


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("UID COPY", "[OVERQUOTA] quota exceeded"),
        ("UID MOVE", "[OVERQUOTA] quota exceeded"),
        ("CREATE", "[NOPERM] no"),
        ("UID STORE", "[NOPERM] no"),
        ("UID EXPUNGE", "[NOPERM] no"),
    ],
)
def test_mail_that_may_not_be_moved_is_answered_all_the_same_and_copied_at_most_once(
    command: str, reply: str, tmp_path: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    capability = WITH_MOVE if command == "UID MOVE" else WITHOUT_MOVE
    with MisbehavingImap({command: reply}, mails(1, 2), capability) as server:
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            desk.until_done(1, 2)
            server.deliver(mail(3))
            desk.until_done(3)
            looks = sum(each.startswith(command) for each in server.commands)
            until(
                lambda: sum(each.startswith(command) for each in server.commands) >= looks + 3, "it was not tried again"
            )
            assert desk.pauses == [], "reading goes on without a pause"
            assert len(said(caplog, "mail_stays")) == 1, "it is said once"
            server.recover()
            until_moved(server)
        desk.assert_exactly(1, 2, 3)
        assert copies(server) == Counter(mail(number) for number in (1, 2, 3))
        assert len(said(caplog, "mail_moves_again")) == 1


def test_a_folder_of_handled_mail_that_somebody_removes_is_made_again(tmp_path: Path, models: Path) -> None:
    with MisbehavingImap(mails=mails(1), capability=WITH_MOVE) as server:
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            until_moved(server)
            server.remove_folders()
            server.deliver(mail(2))
            desk.until_done(1, 2)
            until_moved(server)
            assert desk.pauses == []
        desk.assert_exactly(1, 2)
        assert copies(server) == Counter([mail(2)])


def test_a_mailbox_that_is_rebuilt_is_read_anew_and_nobody_is_answered_twice(tmp_path: Path, models: Path) -> None:
    with MisbehavingImap(mails=mails(1, 2, 3)) as server:
        with running_desk(tmp_path, models, {"hong": server}, done_folder="") as desk:
            desk.until_done(1, 2, 3)
            server.rebuild(8, {1: mail(3), 2: mail(4), 3: mail(1), 4: mail(2)})
            desk.until_done(1, 2, 3, 4)
            wanted = {(7, uid) for uid in (1, 2, 3)} | {(8, uid) for uid in (1, 2, 3, 4)}
            done = (InboundState.ENTRY, InboundState.IGNORED)
            until(lambda: {(r.uidvalidity, r.uid) for r in desk.ledger() if r.state in done} == wanted, "mail waits")
        desk.assert_exactly(1, 2, 3, 4)
        assert {(row.uidvalidity, row.uid) for row in desk.ledger()} == wanted


def test_a_mail_that_a_person_deletes_while_it_is_listed_stops_no_other(tmp_path: Path, models: Path) -> None:
    with MisbehavingImap(mails=mails(1, 2, 3), capability=WITH_MOVE) as server:
        server.before["UID FETCH BODY"] = lambda: server.mails.pop(2)
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            desk.until_done(1, 3)
            until_moved(server)
        desk.assert_exactly(1, 3)
        (gone,) = [row for row in desk.ledger() if row.uid == 2]
        assert "vanished" in gone.reason


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("capability", [WITH_MOVE, WITHOUT_MOVE])
def test_a_mail_that_a_person_takes_away_before_it_is_moved_is_answered(
    capability: str, refuses: bool, tmp_path: Path, models: Path
) -> None:
    verb = "UID MOVE" if capability == WITH_MOVE else "UID COPY"
    with MisbehavingImap(mails=mails(1, 2, 3), capability=capability) as server:

        def taken_away() -> None:
            server.mails.pop(2)
            if refuses:  # as Exchange does when one mail of a set is gone
                server.misbehave(**{verb.replace(" ", "_"): "the specified message set is invalid"})
                server.before["UID SEARCH"] = server.recover

        server.before[verb] = taken_away
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            desk.until_done(1, 2, 3)
            until_moved(server)
            assert desk.pauses == []
        desk.assert_exactly(1, 2, 3)
        assert copies(server) == Counter([mail(1), mail(3)])


@pytest.mark.parametrize("behaviour", [OMIT, "[SERVERBUG] internal error", GARBLE])
@pytest.mark.parametrize("command", ["UID FETCH", "UID FETCH BODY"])
def test_mail_that_the_server_lists_and_does_not_hand_out_is_asked_for_again_and_again(
    command: str, behaviour: str, tmp_path: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with MisbehavingImap({command: behaviour}, mails(1, 2, 3)) as server:
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            until(lambda: bool(said(caplog, "mail_withheld")), "the refusal was not noticed")
            connections = server.connections
            server.deliver(mail(4))
            until(lambda: len(said(caplog, "mail_withheld")) >= 2, "the new mail was not asked for")
            server.recover()
            desk.until_done(1, 2, 3, 4)
            assert server.connections == connections, "it needs no new connection"
        desk.assert_exactly(1, 2, 3, 4)
        assert len(said(caplog, "mail_withheld")) <= 4, "each mail is named once"


def test_mail_that_was_withheld_is_taken_although_the_disk_fails_when_it_comes(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection lives on and the cursor stands behind that mail: nothing but a look at the whole folder finds it."""
    with MisbehavingImap(mails=mails(1, 2, 3), withheld=frozenset({1})) as server, SmtpSink() as sink:
        parts = build(load(settings_file(tmp_path, models, {"hong": server.port}, sink.port, done_folder="").config))
        (poller,) = parts.pollers

        def full(content: bytes) -> str:
            raise DiskFull("no room for a file")

        try:
            assert poller.step() == 2
            server.recover()
            with monkeypatch.context() as patch, pytest.raises(DiskFull):
                patch.setattr(parts.files, "put", full)
                poller.step()
            assert poller.step() == 1
            assert {row.uid for row in ledger(parts.database)} == {1, 2, 3}
            assert server.connections == 1
        finally:
            poller.mailbox.close()
            parts.database.close()


def test_a_server_that_talks_and_never_answers_is_left_by_the_watchdog(
    tmp_path: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with MisbehavingImap({"UID SEARCH": DRIP}, mails(1)) as server:
        with running_desk(tmp_path, models, {"hong": server}, silent_seconds=3) as desk:
            until(lambda: bool(said(caplog, "mailbox_silent")), "the watchdog sleeps")
            until(lambda: bool(desk.pauses), "the connection was not cut")
            server.recover()
            desk.until_done(1)
        desk.assert_exactly(1)


@pytest.mark.parametrize("drops", [False, True])
def test_the_newest_mail_is_never_skipped_while_old_mail_is_read(drops: bool, tmp_path: Path, models: Path) -> None:
    one_by_one = (("batch = 50", "batch = 1"),)
    with MisbehavingImap(mails=mails(1, 2, 3)) as server:

        def arrives() -> None:
            server.deliver(mail(4))
            server.before["UID FETCH"] = lambda: server.deliver(mail(5))
            if drops:
                server.before["UID SEARCH"] = lambda: server.misbehave(UID_FETCH_BODY=DROP)

        server.before["UID FETCH"] = arrives
        with running_desk(tmp_path, models, {"hong": server}, changes=one_by_one) as desk:
            if drops:
                until(lambda: bool(desk.pauses), "nothing was dropped")
                server.recover()
            desk.until_done(1, 2, 3, 4, 5)
        desk.assert_exactly(1, 2, 3, 4, 5)


def test_mail_announced_in_the_moment_of_listing_is_not_overlooked(tmp_path: Path, models: Path) -> None:
    with MisbehavingImap({"UID SEARCH": LATE_MAIL}, mails(1)) as server:
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            until(lambda: sum(each.startswith("UID SEARCH") for each in server.commands) >= 3, "it is not looked again")
            server.recover()
            desk.until_done(1)
        desk.assert_exactly(1)


def test_a_refused_connection_is_tried_until_the_server_is_back(tmp_path: Path, models: Path) -> None:
    (port,) = free_ports(1)
    with MisbehavingImap(mails=mails(9)) as good, running_desk(tmp_path, models, {"hong": port, "tot": good}) as desk:
        desk.until_done(9)
        until(lambda: len(desk.pauses) >= 2, "nobody tried")
        with MisbehavingImap(mails=mails(1, 2), port=port) as back:
            desk.until_done(1, 2)
            until_moved(back)
        desk.assert_exactly(1, 2, 9)


@pytest.mark.parametrize(("name", "days", "reason"), [("localhost", -1, "expired"), ("khac.test", 2, "not valid for")])
def test_no_password_goes_to_a_server_with_a_bad_certificate_and_a_good_one_ends_it(
    name: str, days: int, reason: str, tmp_path: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make_certificate(tmp_path, name, days), make_certificate(tmp_path)
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(bad.file.read_bytes() + good.file.read_bytes())
    tls = (('security = "plain"', 'security = "tls"'), ('ca_file = ""', f'ca_file = "{trusted}"'))
    with MisbehavingImap(mails=mails(1, 2), tls=bad) as server, MisbehavingImap(mails=mails(9)) as other:
        with running_desk(tmp_path, models, {"hong": server, "tot": other}, of_the_first=tls) as desk:
            desk.until_done(9)
            until(lambda: len(desk.pauses) >= 2, "nobody tried")
            assert server.commands == [], "nothing was said to it"
            (down,) = said(caplog, "world_down")
            assert "certificate is not trusted" in down and reason in down
            server.tls = good
            desk.until_done(1, 2)
            until_moved(server)
        desk.assert_exactly(1, 2, 9)


def test_a_server_that_does_not_answer_the_farewell_keeps_nobody_from_stopping(tmp_path: Path, models: Path) -> None:
    with MisbehavingImap({"LOGOUT": STALL}, mails(1)) as server:
        with running_desk(tmp_path, models, {"hong": server}, read=BRIEFLY) as desk:
            desk.until_done(1)
            until_moved(server)
        desk.assert_exactly(1)  # leaving the block has stopped it in time, with its reason


def test_another_reason_of_the_same_outage_is_said_too(
    tmp_path: Path, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with MisbehavingImap({"SELECT": "[NONEXISTENT] no such folder"}, mails(1)) as server:
        with running_desk(tmp_path, models, {"hong": server}) as desk:
            until(lambda: len(desk.pauses) >= 4, "nobody tried")
            assert len(said(caplog, "world_down")) == 1
            server.misbehave(LOGIN="[AUTHENTICATIONFAILED] wrong password")
            until(lambda: len(said(caplog, "world_down")) == 2, "the new reason was not said")
            assert "wrong password" in said(caplog, "world_down")[-1]
            server.recover()
            desk.until_done(1)
        desk.assert_exactly(1)


def test_the_running_program_resumes_within_a_minute_of_the_end_of_a_login_refused(
    tmp_path: Path, models: Path
) -> None:
    with MisbehavingImap({"LOGIN": "[AUTHENTICATIONFAILED] wrong"}, mails(1)) as server, SmtpSink() as sink:
        desk = settings_file(tmp_path, models, {"hong": server.port}, sink.port)
        process = desk.serve()
        until(lambda: "world_down loop=poll-hong" in log_of(desk), "the refusal was not noticed")
        checked = desk.run("check")
        assert checked.returncode == 1
        (line,) = [line for line in checked.stdout.splitlines() if line.startswith("FAILED  mailbox hong")]
        assert "was refused" in line and PASSWORD not in checked.stdout
        server.recover()
        until(lambda: len(sink.message_ids()) > 0, "no letter within a minute", MINUTE)
        until(lambda: "world_back loop=poll-hong" in log_of(desk), "the loop did not say that it goes on")
        assert end(process) == 0


def test_with_the_shipped_settings_work_resumes_within_a_minute_of_any_recovery() -> None:
    shipped = load(ROOT / "config.toml").mailboxes[0]
    # The world recovers just after a command was sent into the void: its timeout, then what is left of the pause.
    for elapsed in (0.0, shipped.connect_timeout, shipped.read_timeout):
        assert all(elapsed + rest_of(back_off(failures), elapsed) <= MINUTE / 2 for failures in range(1, 200))
    # An IDLE that died in silence: it is renewed at every look, and the answer to DONE does not come.
    assert shipped.poll_seconds + shipped.read_timeout <= MINUTE
    assert [back_off(failures) for failures in (1, 2, 5, 6, 200)] == [1.0, 2.0, 16.0, 30.0, 30.0]
