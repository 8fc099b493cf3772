"""What was stopped before it was kept by whom: the trail and the history tell, else it counts as the company's."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.older_database import a_database, insert, migrate, read

pytestmark = pytest.mark.proof
BEFORE = ("access 0014_rights_of_retired_senders", "channels 0014_senders_left_behind")
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
STOPS = {
    "100001": [("operator", "operator")],
    "100002": [("operator", "manager")],
    "100003": [("operator", "operator"), ("person:7", None)],
    "100004": [("person:7", None), ("notices", "no certificate is valid any more")],
    "100005": [("sender:100005", "declared by file")],
    "100006": [],
}
BLOCKS = {
    "U1": [("operator", "BLOCKED")],
    "U2": [("operator", "BLOCKED"), ("operator", "ACTIVE"), ("person:7", "BLOCKED")],
    "U3": [("platform", "BLOCKED")],
    "U4": [("sender:100001", "BLOCKED")],
    "U5": [],
    "U6": [("person:7", "ACTIVE"), ("operator", "BLOCKED"), ("person:7", "BLOCKED")],
}
"""Who did what to them; the last of U6 ended sessions or lifted a lock, which repeats the state that there is."""


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """The address of a database in which they were stopped before, migrated on."""
    with a_database("older_blocks") as url:
        migrate(url, *BEFORE)
        with psycopg.connect(url) as connection:
            said = {"company_number": "0412345614", "nsso_number": "041234561", "name": "Bakery", "state": "ACTIVE"}
            entity = insert(connection, "access_entity", environment="R", **said)
            insert(
                connection, "access_entityaccount", environment="R", entity_id=entity, state="CLOSED", closed_at=JUNE
            )
            for number, stops in STOPS.items():
                a_sender(connection, entity, number, state="SUSPENDED")
                for actor, reason in stops:
                    a_stop(connection, number, actor, reason)
            a_sender(connection, entity, "100007", state="ACTIVE")
            a_stop(connection, "100007", "operator", "operator")
            for name, changes in BLOCKS.items():
                a_blocked_person(connection, entity, name, changes)
        migrate(url, "")
        yield url


def a_sender(connection: psycopg.Connection, entity: int, number: str, *, state: str) -> None:
    named = {"user_name": f"EXP_{number}", "entity_id": entity, "state": "REMOVED"}
    user = insert(connection, "channels_technicaluser", **named)
    said = {"number": number, "entity_id": entity, "technical_user_id": user, "state": state, "language": "nl"}
    insert(connection, "channels_sender", returning="number", **said)


def a_stop(connection: psycopg.Connection, number: str, actor: str, reason: str | None) -> None:
    detail = {"sender": number, "before": "ACTIVE", "after": "SUSPENDED", "reason": reason}
    said = {"action": "sender:state-changed", "actor": actor, "detail": Jsonb(detail)}
    insert(connection, "evidence_auditevent", **said)


def a_blocked_person(connection: psycopg.Connection, entity: int, name: str, changes: list[tuple[str, str]]) -> None:
    """A user and a co-chief, both blocked now, with the same history."""
    person = insert(connection, "persons_person", environment="R")
    where = {"environment": "R", "entity_id": entity, "person_id": person, "state": "BLOCKED"}
    account = insert(
        connection,
        "access_useraccount",
        **where,
        quality="EMPLOYER",
        user_name=name,
        invited_at=JUNE,
        expires_at=datetime(2026, 7, 1, tzinfo=UTC),
        employment_checked_at=JUNE,
    )
    place = {"role": "CO_CHIEF", "confirmed_at": JUNE, "valid_from": JUNE, "created_by": name}
    appointment = insert(connection, "access_appointment", **where, **place)
    for whose in ({"account_id": account}, {"appointment_id": appointment}):
        for actor, state in changes:
            insert(connection, "access_standingchange", environment="R", state=state, actor=actor, **whose)


def test_the_trail_tells_by_whom_a_sender_was_suspended(migrated: str):
    found = read(migrated, "SELECT number, suspended_by FROM channels_sender ORDER BY number")

    assert found == [
        ("100001", "OPERATOR"),
        ("100002", "COMPANY"),
        ("100003", "COMPANY"),
        ("100004", "PLATFORM"),
        ("100005", "COMPANY"),
        ("100006", "COMPANY"),
        ("100007", ""),
    ]


@pytest.mark.parametrize(("table", "name"), [("access_useraccount", "user_name"), ("access_appointment", "created_by")])
def test_their_history_tells_by_whom_users_and_managers_were_blocked(migrated: str, table: str, name: str):
    found = read(migrated, f"SELECT {name}, blocked_by FROM {table} ORDER BY {name}")  # noqa: S608 - our own words

    assert found == [
        ("U1", "OPERATOR"),
        ("U2", "COMPANY"),
        ("U3", "PLATFORM"),
        ("U4", "COMPANY"),
        ("U5", "COMPANY"),
        ("U6", "OPERATOR"),
    ]
