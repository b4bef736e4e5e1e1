"""Methods of telling the application, compared on other writers' mail: `python -m benchmarks.compare`. Takes minutes."""

import sys
from pathlib import Path

from classifiers.comparison import compare, table_of
from classifiers.corpus_files import CORPUS, load


def main() -> None:
    """Prints the table, best method first; an argument is a folder of rows to use instead of the learning part."""
    rows = load(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS / "learning")
    print(table_of(compare(rows, lambda step, _share: print(step, file=sys.stderr, flush=True))))


if __name__ == "__main__":
    main()
