"""The small model for desks whose world fails."""

from tests.flow.conftest import models

__all__ = ["models"]
