"""What can go wrong in storage, in words that do not name a library. Each message is a sentence for the log."""


class StorageFault(Exception):
    """Every fault of storage."""


class StorageDown(StorageFault):
    """The world's fault, and maybe over in a minute: nothing was stored, the same work may be tried again."""


class DatabaseDown(StorageDown):
    """The database is busy, unreachable, shutting down, or gave this transaction up in favour of another."""


class DiskFull(StorageDown):
    """No room for a file or for the database."""


class FilesDown(StorageDown):
    """The files folder cannot be read or written."""


class DatabaseWrong(StorageFault):
    """A person must act: the file is no database or damaged, or its schema does not fit this program."""


class FileDamaged(StorageFault):
    """A stored file is no longer what its digest says."""


class FileMissing(FileDamaged):
    """No file is stored under this digest."""


class Stale(StorageFault):
    """Somebody else changed the row since it was read: roll back, read again, decide again."""


class LeaseLost(Stale):
    """The lease of an outbox row ran out and the row was taken back: do not send."""
