"""Names of Vietnam's provinces and districts, before and after 1 July 2025."""
