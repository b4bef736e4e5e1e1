"""The command line's entry: `python run.py COMMAND`. The installed console script `hotrocntt` is the same."""

from daemon.cli import main

if __name__ == "__main__":
    main()
