"""Muted addresses: each until its date, longer and never shorter when it fails again, and lifted by a person."""

from datetime import timedelta

from storage import mutes
from storage.database import Database
from storage.tables import Mute
from tests.storage.rows import NOW


def mute(days: int) -> Mute:
    return Mute(key="an@x.vn", address="An@x.vn", since=NOW, until=NOW + timedelta(days=days), reply="550 5.1.1")


def test_a_mute_ends_by_itself(database: Database) -> None:
    with database.write() as session:
        mutes.put(session, mute(7))
    with database.read() as session:
        assert list(mutes.at(session, NOW + timedelta(days=6))) == ["an@x.vn"]
        assert mutes.at(session, NOW + timedelta(days=7)) == {}


def test_an_address_that_fails_again_is_muted_longer_and_a_person_lifts_it(database: Database) -> None:
    with database.write() as session:
        mutes.put(session, mute(1))
        mutes.put(session, mute(9))
        assert mutes.at(session, NOW)["an@x.vn"].until == NOW + timedelta(days=9)
        assert mutes.lift(session, "an@x.vn")
        assert not mutes.lift(session, "an@x.vn")
        assert mutes.at(session, NOW) == {}


def test_a_mute_that_runs_is_never_ended_sooner_by_a_shorter_one(database: Database) -> None:
    with database.write() as session:
        mutes.put(session, mute(9))
        mutes.put(session, mute(1))
        assert mutes.at(session, NOW)["an@x.vn"].until == NOW + timedelta(days=9)
