"""The one error of settings: everything that is wrong, for a person to read."""

from collections.abc import Sequence


class SettingsError(Exception):
    """The configuration cannot be used. `problems` are lines of key, value and what is expected."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        super().__init__(f"{source}:\n" + "\n".join(f"  {line}" for line in problems))
        self.source = source
        self.problems = list(problems)
