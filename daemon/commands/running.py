"""`serve` and `once`."""

import sys
from pathlib import Path

from daemon.alone import only_daemon
from daemon.once import once as run_once
from daemon.output import log_to_stderr, print_json
from daemon.parts import build, embedded_servers
from daemon.service import Service, stop_on_signals
from daemon.settings import Settings, load


def serve(config: Path) -> int:
    """Run until asked to stop; 1 when a loop died."""
    log_to_stderr()
    settings = load(config)
    _know_the_passwords(settings)
    with embedded_servers(settings):
        parts = build(settings)
        service = Service(parts)
        stop_on_signals(service)
        return service.run()


def once(config: Path, as_json: bool) -> int:
    """One pass; 1 when a service was down."""
    log_to_stderr()
    settings = load(config)
    _know_the_passwords(settings)
    with embedded_servers(settings):
        parts = build(settings)
        with only_daemon(parts):
            counts = run_once(parts)
    row = {
        "fetched": counts.fetched,
        "tickets_created": counts.intake.tickets_created,
        "entries_added": counts.intake.entries_added,
        "ignored": counts.intake.ignored,
        "quarantined": counts.intake.quarantined,
        "sent": counts.sending.sent,
        "deferred": counts.sending.deferred,
        "refused": counts.sending.refused,
    }
    if as_json:
        print_json(row)
    else:
        for name, value in row.items():
            sys.stdout.write(f"{name:16} {value}\n")
    for problem in counts.problems:
        sys.stderr.write(f"failed: {problem}\n")
    return 1 if counts.problems else 0


def _know_the_passwords(settings: Settings) -> None:
    """SettingsError for one that is missing, before anything runs: a loop that finds out would end with a traceback."""
    for endpoint in (*settings.mailboxes, *([settings.relay] if settings.relay.username else ())):
        endpoint.password()
