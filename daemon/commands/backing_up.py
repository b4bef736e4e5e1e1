"""`backup`: everything that a new machine needs to go on, passwords apart, in one folder, made while the desk runs."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from daemon.commands.corpus_parts import own_corpus
from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.commands.paths import named_target
from daemon.output import print_json
from daemon.settings import Settings
from storage.backup import copy_database, copy_files, copy_folder, private_copy, private_folder


def backup(config: Path, folder: Path, as_json: bool) -> int:
    """Database first, then the files that it speaks of, then what else the settings name; repeatable."""
    desk = Desk(config)
    folders, files = _folders(desk.settings), _files(config, desk.settings)
    with named_target(folder):
        own = [Path(desk.settings.storage.files), *folders.values(), *files.values()]
        _prepare(folder, [*own, Path(desk.database.engine.url.database or "")] if desk.database.is_sqlite else own)
        if desk.database.is_sqlite:
            copy_database(desk.database, folder / "desk.db")
        else:
            sys.stderr.write("the database lies in PostgreSQL: copy it with pg_dump before this command\n")
        copied, removed = copy_files(desk.database, desk.files, folder / "files")
        for name, source in folders.items():
            copy_folder(source, folder / name)
        lacking = [str(source) for source in files.values() if not os.access(source, os.R_OK)]
        for name, source in files.items():
            if str(source) not in lacking:
                private_copy(source, folder / name)
    if lacking:
        raise WrongUse(f"the backup has all but {', '.join(lacking)}: expected a file that can be read")
    row = {"folder": str(folder), "database": desk.database.is_sqlite, "files_copied": copied, "files_removed": removed}
    if as_json:
        print_json(row)
    else:
        sys.stdout.write(f"backup in {folder}: {copied} files new, {removed} removed; passwords are not in it\n")
    return 0


def _folders(settings: Settings) -> dict[str, Path]:
    """The folders that are copied whole, by their name in the backup; the imported mails are there once there are any."""
    return {"models": Path(settings.storage.model), "corpus": own_corpus(settings)}


def _files(config: Path, settings: Settings) -> dict[str, Path]:
    """The single files, by their name in the backup; certificates under the path at which the configuration names them."""
    certificates = {Path(one.ca_file).absolute() for one in (*settings.mailboxes, settings.relay) if one.ca_file}
    found = {"config.toml": config, "proof.keys": Path(settings.proof.key_file)}
    if (directory := Path(settings.directory.file)).is_file():  # once it was imported the database has everybody
        found["directory.csv"] = directory
    return found | {f"certificates{path}": path for path in sorted(certificates)}


def _prepare(folder: Path, own: Iterable[Path]) -> None:
    here = Path(os.path.realpath(folder))
    for path in own:
        there = Path(os.path.realpath(path))
        if there.is_relative_to(here) or here.is_relative_to(there):
            raise WrongUse(f"{folder}: the desk's own {path} lies there: expected a folder apart from it")
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{folder}: is no folder")
    private_folder(folder)
    if folder.stat().st_mode & 0o077:
        raise WrongUse(f"{folder}: may be read by others: expected mode 0700 (chmod 700)")
