"""A folder of models and the file `current`, which names the one in use: its last line; the lines before are history."""

import os
from dataclasses import dataclass
from pathlib import Path

from classifiers.judge import TrainedJudge
from classifiers.model import SUFFIX, Manifest, Model, ModelError, load, read_manifest, save
from classifiers.verdict import Undecided

_CURRENT = "current"
_HISTORY = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One model file: its manifest, or what is wrong with it; `current` is the one in use."""

    name: str
    manifest: Manifest | None
    defect: str
    current: bool


def store(folder: Path, model: Model) -> Path:
    """Saves a model under its name without putting it to use; the folder is made if need be. OSError as `save`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{model.name}{SUFFIX}"
    save(model, path)
    return path


def listed(folder: Path) -> list[Listed]:
    """All models of the folder, oldest name first; a damaged file is listed with its defect."""
    current = current_name(folder)
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            found.append(Listed(path.stem, read_manifest(path), "", path.stem == current))
        except ModelError as error:
            found.append(Listed(path.stem, None, str(error), path.stem == current))
    return found


def current_name(folder: Path) -> str | None:
    """The name of the model in use; None before any was chosen."""
    history = _history(folder)
    return history[-1] if history else None


def use(folder: Path, name: str) -> None:
    """Puts a model of the folder to use. ModelError, and no change, when its file is missing or damaged."""
    load(_path(folder, name))
    if current_name(folder) != name:
        _write_history(folder, [*_history(folder), name])


def rollback(folder: Path) -> str:
    """Goes back to the model used before, and gives its name. ModelError, and no change, when there is none."""
    history = _history(folder)
    if len(history) < 2:
        raise ModelError(f"{folder}: there is no earlier model to go back to")
    load(_path(folder, history[-2]))
    _write_history(folder, history[:-1])
    return history[-2]


def opened(folder: Path, name: str) -> Model:
    """The model of that name. ModelError when there is none or its file cannot be used."""
    return load(_path(folder, name))


def open_current(folder: Path) -> TrainedJudge | Undecided:
    """The judge with the model in use; `Undecided` with its reason when there is none or its file cannot be used."""
    try:
        name = current_name(folder)
        if name is None:
            return Undecided(f"no model has been trained yet in {folder}: run the command `train`")
        return TrainedJudge(load(_path(folder, name)))
    except ModelError as error:
        return Undecided(str(error))


def _path(folder: Path, name: str) -> Path:
    if name != Path(name).name or not name or name.startswith("."):
        raise ModelError(f"{name!r} is not a model's name")
    return folder / f"{name}{SUFFIX}"


def _history(folder: Path) -> list[str]:
    try:
        return (folder / _CURRENT).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{folder / _CURRENT}: the name of the model in use cannot be read ({error})") from error


def _write_history(folder: Path, names: list[str]) -> None:
    temporary = folder / f".{_CURRENT}.{os.getpid()}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        file.write("".join(f"{name}\n" for name in names[-_HISTORY:]))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _CURRENT)
