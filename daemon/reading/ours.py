"""What reading must know about the desk itself, to recognise its own mail and its monitors."""

from dataclasses import dataclass, field

from daemon.reading import proof
from daemon.reading.addresses import comparable, without_tag


@dataclass(frozen=True, slots=True)
class Ours:
    """Our addresses, the listed monitors and our keys. `Ours.of` takes them as configured."""

    addresses: frozenset[str] = frozenset()  # comparable, without +tag
    monitors: frozenset[str] = frozenset()  # comparable
    keys: proof.Ring | None = field(default=None, repr=False)
    spam_headers: tuple[str, ...] = ()  # lower case; where our own server's filter writes
    spam_score: float = 8.0
    allowed_types: frozenset[str] = frozenset()  # endings of dangerous files that are passed on all the same

    @classmethod
    def of(
        cls,
        addresses: tuple[str, ...] = (),
        monitors: tuple[str, ...] = (),
        keys: proof.Ring | None = None,
        spam_headers: tuple[str, ...] = (),
        spam_score: float = 8.0,
        allowed_types: tuple[str, ...] = (),
    ) -> "Ours":
        """The value for addresses in any spelling."""
        return cls(
            frozenset(map(without_tag, addresses)),
            frozenset(map(comparable, monitors)),
            keys,
            tuple(name.lower() for name in spam_headers),
            spam_score,
            frozenset(allowed_types),
        )

    def is_our_address(self, address: str) -> bool:
        """Whether this is one of our addresses, in capitals or with a +tag too."""
        return without_tag(address) in self.addresses

    def is_our_message_id(self, value: str) -> bool:
        return self.keys is not None and proof.is_our_message_id(self.keys, value)

    def is_our_loop_mark(self, value: str) -> bool:
        return self.keys is not None and proof.loop_mark_is_ours(self.keys, value)
