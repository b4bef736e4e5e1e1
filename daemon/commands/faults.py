"""What a person sees when a command cannot do its work: one clear message and the right exit code."""

import sys


def exit_code_for(error: Exception) -> int | None:
    """2 for wrong use or configuration, 1 for a service that failed, None for our bug (which shows its traceback)."""
    from classifiers.model import ModelError
    from daemon.faults import Fault
    from daemon.settings import SettingsError
    from storage.faults import StorageFault

    if isinstance(error, SettingsError | WrongUse):
        sys.stderr.write(f"{error}\n")
        return 2
    if isinstance(error, Fault | StorageFault | ModelError):
        sys.stderr.write(f"failed: {error}\n")
        return 1
    return None


class WrongUse(Exception):
    """The command line names something that is not there; exit code 2."""
