"""The corpus as the commands see it: the shipped one and the mails that were imported beside the models."""

from pathlib import Path

from classifiers.corpus_files import CORPUS, CorpusError, LabelledMail, load_part
from daemon.settings import Settings, SettingsError


def own_corpus(settings: Settings) -> Path:
    """The folder of imported mails, beside the models: `learning/` and `gate/` inside it."""
    return Path(settings.storage.model).parent / "corpus"


def part(settings: Settings, name: str, corpus: Path | None) -> list[LabelledMail]:
    """A part of the corpus (`learning`, `gate`): the shipped and the imported one, or that of the given folder alone."""
    folders = [corpus] if corpus is not None else [CORPUS, own_corpus(settings)]
    try:
        return [row for folder in folders for row in load_part(folder, name, settings.applications.keys())]
    except CorpusError as error:
        raise SettingsError("the corpus", str(error).split("\n")) from None
