"""What other programs say about a mail that was read: the virus scanner about its files, tesseract about its pictures."""

from dataclasses import replace

from daemon.mail import ocr
from daemon.mail.antivirus import Antivirus, Unscannable
from daemon.reading.dangerous import Danger
from daemon.reading.mail import AttachedFile, Mail
from daemon.settings import ReadingSettings


class Examiner:
    """Adds those findings to a mail, as far as the settings ask for them and the programs are there."""

    def __init__(self, settings: ReadingSettings) -> None:
        self._settings = settings
        address = settings.clamav_socket
        self._antivirus = Antivirus(address, settings.clamav_seconds) if address else None
        self._reads_pictures = settings.ocr and ocr.is_installed()

    def __call__(self, mail: Mail) -> Mail:
        """The mail with infected files withheld and named, and with the text of its pictures when it has few words.

        Raises ServiceDown when a configured scanner does not answer: the mail waits for it.
        """
        if self._antivirus is not None and mail.attachments:
            files = tuple(self._scanned(file, self._antivirus) for file in mail.attachments)
            infected = any(file.withheld == Danger.INFECTED for file in files)
            mail = replace(mail, attachments=files, defects=_with(mail.defects, "infected_file" if infected else ""))
        if self._reads_pictures and (pictures := ocr.worth_reading(mail)):
            text = ocr.text_in(pictures, self._settings.ocr_seconds)
            mail = replace(mail, picture_text=text, defects=_with(mail.defects, "read_from_picture" if text else ""))
        return mail

    @staticmethod
    def _scanned(file: AttachedFile, antivirus: Antivirus) -> AttachedFile:
        try:
            finding = antivirus.finding(file.content)
        except Unscannable:
            return replace(file, withheld=Danger.UNSCANNED.value)
        return file if finding is None else replace(file, withheld=Danger.INFECTED.value)


def _with(defects: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(sorted({*defects, code})) if code else defects
