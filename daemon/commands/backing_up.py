"""`backup`: everything that a new machine needs to go on, in one folder, made while the desk runs."""

import sys
from pathlib import Path

from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.output import print_json
from storage.backup import copy_database, copy_files, private_copy, private_folder


def backup(config: Path, folder: Path, as_json: bool) -> int:
    """Database first, then the files that it speaks of, then keys, models and the configuration; repeatable."""
    desk = Desk(config)
    _prepare(folder)
    if desk.database.is_sqlite:
        copy_database(desk.database, folder / "desk.db")
    else:
        sys.stderr.write("the database lies in PostgreSQL: copy it with pg_dump before this command\n")
    copied, removed = copy_files(desk.database, desk.files, folder / "files")
    private_copy(config, folder / "config.toml")
    private_copy(Path(desk.settings.proof.key_file), folder / "proof.keys")
    models = Path(desk.settings.storage.model)
    for file in sorted(path for path in models.rglob("*") if path.is_file()):
        private_copy(file, folder / "models" / file.relative_to(models))
    row = {"folder": str(folder), "database": desk.database.is_sqlite, "files_copied": copied, "files_removed": removed}
    if as_json:
        print_json(row)
    else:
        sys.stdout.write(f"backup in {folder}: {copied} files new, {removed} removed; passwords are not in it\n")
    return 0


def _prepare(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongUse(f"{folder}: is no folder")
    private_folder(folder)
    if folder.stat().st_mode & 0o077:
        raise WrongUse(f"{folder}: may be read by others: expected mode 0700 (chmod 700)")
