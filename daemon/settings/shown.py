"""The settings as `check` prints them: everything but secrets, and where each secret comes from."""

from typing import Any

from daemon.settings.sections import Settings
from daemon.settings.servers import Secret

HIDDEN = "(hidden)"


def public_dump(settings: Settings) -> dict[str, Any]:
    """Plain values by section and key. `password` tells the source of a server's secret, never the secret."""
    plain: dict[str, Any] = settings.model_dump(mode="json")
    plain["embedded"]["password"] = HIDDEN
    for place, secret in _secrets(settings, plain):
        for key in ("password_env", "password_file"):
            del place[key]
        place["password"] = secret.password_source()
    return plain


def _secrets(settings: Settings, plain: dict[str, Any]) -> list[tuple[dict[str, Any], Secret]]:
    boxes = list(zip(plain["mailboxes"], settings.mailboxes, strict=True))
    return [*boxes, (plain["relay"], settings.relay), (plain["storage"], settings.storage)]
