"""What `check` says of the letters: everything that waits, and what a person must decide."""

from daemon.commands.checking import ENDED, letters_line
from storage.tables import OutboxState


def test_letters_that_nothing_more_becomes_of_are_left_out() -> None:
    assert letters_line({}) == "none waits"
    assert letters_line(dict.fromkeys(ENDED, 3)) == "none waits"


def test_every_other_letter_is_counted_held_ones_too() -> None:
    line = letters_line(dict.fromkeys(OutboxState, 2)).partition(";")[0]
    assert set(line.split(", ")) == {f"2 {state}" for state in OutboxState if state not in ENDED}
    assert letters_line({OutboxState.HELD: 4}) == "4 held"


def test_letters_that_a_person_decides_on_come_with_the_command_that_lists_them() -> None:
    one = letters_line({OutboxState.REFUSED: 1})
    assert one == "1 refused; see: mail list --out --state refused"
    both = letters_line({OutboxState.OPEN: 1, OutboxState.REFUSED: 1})
    assert both.endswith("; see: mail list --out --state open or mail list --out --state refused")
