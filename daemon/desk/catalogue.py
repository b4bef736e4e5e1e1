"""The applications that are supported, who supports them, and which words name a holder. Pure values from the settings."""

from collections.abc import Mapping
from dataclasses import dataclass

KHAC = "KHAC"
SECURITY = "ATTT"  # its incidents are told at once to its department


@dataclass(frozen=True, slots=True)
class Application:
    code: str
    name: str
    group: str  # the Mức 2 group
    area: str
    department: str  # the Mức 3 department
    in_province: bool  # installed in each province (phân tán) rather than centrally


@dataclass(frozen=True)
class Catalogue:
    applications: Mapping[str, Application]

    def get(self, code: str) -> Application:
        """The application with this code; `KHAC` for one that the catalogue no longer has."""
        return self.applications.get(code) or self.applications[KHAC]

    def knows(self, code: str) -> bool:
        return code in self.applications
