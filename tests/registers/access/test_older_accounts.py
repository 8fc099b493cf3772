"""What older versions left of codes of chiefs and of senders is put right in a database that is migrated."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from tests.older_database import a_database, insert, migrate, read

pytestmark = pytest.mark.proof
BEFORE = (
    *("access_control 0012_codes_of_chiefs", "access 0011_words_of_companies", "channels 0013_blocked_with_account"),
    "correspondence 0013_letters_to_workers",
)
JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (6, 7))


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """The address of a database that was filled before and migrated on."""
    with a_database("older_accounts") as url:
        migrate(url, *BEFORE)
        with psycopg.connect(url) as connection:
            own, closed = (a_company(connection, number) for number in ("0412345614", "0400767772"))
            fill_in_codes(connection, own, closed)
            fill_in_senders(connection, own, closed)
        migrate(url, "")
        yield url


def a_company(connection: psycopg.Connection, number: str) -> int:
    said = {"environment": "R", "company_number": number, "nsso_number": number[:9], "name": number, "state": "ACTIVE"}
    return insert(connection, "access_entity", **said)


def fill_in_codes(connection: psycopg.Connection, own: int, other: int) -> None:
    """The chief of two companies, one to come, nobody's chief, one whose codes ended, and an invited user; and a stay."""
    for name, appointed in (
        ("both", ((own, "ACTIVE"), (other, "PROPOSED"))),
        ("to.come", ((own, "PROPOSED"),)),
        ("left", ((other, "ENDED"),)),
        ("late", ()),
        ("user", ()),
    ):
        person = insert(connection, "persons_person", environment="R")
        login = insert(connection, "access_control_login", user_name=name, person_id=person, state="INVITED")
        codes = {"login_id": login, "kind": "INVITATION" if name == "user" else "CHIEF", "state": "ISSUED"}
        codes |= {"state": "EXPIRED", "ended_at": JULY} if name == "late" else {}
        insert(connection, "access_control_temporarycredential", **codes)
        insert(
            connection, "access_control_session", returning="id_hash", id_hash=name.encode(), login_id=login, level=300
        )
        for entity, state in appointed:
            held = {"environment": "R", "entity_id": entity, "role": "CHIEF", "person_id": person, "state": state}
            held |= {"valid_from": JUNE, "confirmed_at": JUNE} if state != "PROPOSED" else {}
            insert(connection, "access_appointment", **held, valid_until=JULY if state == "ENDED" else None)


def fill_in_senders(connection: psycopg.Connection, own: int, closed: int) -> None:
    """Senders of a quality that stands, of one that ended, of one that began anew and of a closed account."""
    insert(connection, "access_entityaccount", environment="R", entity_id=own, state="ACTIVE", activated_at=JUNE)
    stopped = {"state": "CLOSED", "activated_at": JUNE, "closed_at": JULY}
    insert(connection, "access_entityaccount", environment="R", entity_id=closed, **stopped)
    for quality, until in (
        ("EMPLOYER", None),
        ("SERVICE_PROVIDER", JULY),
        ("TEMPORARY_WORK", JULY),
        ("TEMPORARY_WORK", None),
    ):
        said = {"environment": "R", "entity_id": own, "quality": quality, "is_standard": quality == "EMPLOYER"}
        insert(
            connection, "access_entityquality", **said, valid_from=JULY if until is None else JUNE, valid_until=until
        )
    for number, entity, quality, state in (
        ("100001", own, "EMPLOYER", "ACTIVE"),
        ("100002", own, "SERVICE_PROVIDER", "SUSPENDED"),
        ("100003", own, "TEMPORARY_WORK", "ACTIVE"),
        ("100004", own, "", "ACTIVE"),
        ("100005", own, "SERVICE_PROVIDER", "RETIRED"),
        ("100006", closed, "EMPLOYER", "ACTIVE"),
    ):
        named = {"user_name": f"EXP_{number}", "entity_id": entity, "quality": quality}
        user = insert(
            connection, "channels_technicaluser", **named, state="REMOVED" if state == "RETIRED" else "ACTIVE"
        )
        said = {"number": number, "entity_id": entity, "technical_user_id": user, "state": state, "language": "nl"}
        insert(connection, "channels_sender", returning="number", **said)
        insert(connection, "channels_answersubscription", sender_id=number, means="EMAIL")
        for service, stands in (("DIMONA", "ACTIVE"), ("ACCESS", "PROPOSED")):
            asked = {"environment": "R", "sender_id": number, "service": service, "right": "DECLARE", "state": stands}
            right = insert(connection, "access_grant", **asked, granted_by="person:1", valid_from=JUNE)
            task = {"kind": "SECOND_MANAGER_FOR_SENDER", "occasion": f"second manager for right {right}"}
            insert(
                connection, "correspondence_eboxdocument", environment="R", **task, is_task=True, state="NEW",
                entity_id=entity, about=number, valid_until=datetime(2036, 6, 1, tzinfo=UTC),
            )  # fmt: skip


def test_codes_of_chiefs_learn_their_company_and_those_of_nobodys_chief_are_void(migrated: str):
    found = read(
        migrated,
        "SELECT l.user_name, c.kind, c.state, e.company_number, c.ended_at IS NOT NULL "
        "FROM access_control_temporarycredential c JOIN access_control_login l ON l.id = c.login_id "
        "LEFT JOIN access_entity e ON e.id = c.company_id ORDER BY c.id",
    )

    assert found == [
        ("both", "CHIEF", "ISSUED", "0400767772", False),
        ("to.come", "CHIEF", "ISSUED", "0412345614", False),
        ("left", "CHIEF", "REVOKED", None, True),
        ("late", "CHIEF", "EXPIRED", None, True),
        ("user", "INVITATION", "ISSUED", None, False),
    ]


def test_registration_numbers_go_on_to_name_whom_they_named(migrated: str):
    found = read(
        migrated,
        "SELECT number, company_number FROM access_registrationnumber n JOIN access_entity e ON e.id = entity_id",
    )

    assert sorted(found) == [("040076777", "0400767772"), ("041234561", "0412345614")]


def test_stays_from_before_are_confined_to_no_company(migrated: str):
    assert read(migrated, "SELECT DISTINCT level, confined_to_id, confined_level FROM access_control_session") == [
        (300, None, None)
    ]


def test_senders_of_what_ended_are_retired_with_their_technical_users(migrated: str):
    found = read(
        migrated,
        "SELECT s.number, s.state, u.state, n.ended_at IS NOT NULL FROM channels_sender s "
        "JOIN channels_technicaluser u ON u.id = s.technical_user_id "
        "JOIN channels_answersubscription n ON n.sender_id = s.number ORDER BY s.number",
    )

    assert found == [
        ("100001", "ACTIVE", "ACTIVE", False),
        ("100002", "RETIRED", "REMOVED", True),
        ("100003", "ACTIVE", "ACTIVE", False),
        ("100004", "ACTIVE", "ACTIVE", False),
        ("100005", "RETIRED", "REMOVED", False),
        ("100006", "RETIRED", "REMOVED", True),
    ]


def test_each_sender_that_was_retired_is_on_record_with_why(migrated: str):
    found = read(
        migrated,
        "SELECT detail->>'sender', detail->>'before', detail->>'reason', actor FROM evidence_auditevent "
        "WHERE action = 'sender:state-changed' ORDER BY id",
    )

    assert found == [
        ("100006", "ACTIVE", "account closed", "platform"),
        ("100002", "SUSPENDED", "quality ended", "platform"),
    ]


def test_rights_of_senders_that_were_retired_are_closed_and_what_waits_is_asked_no_more(migrated: str):
    found = read(
        migrated,
        "SELECT g.sender_id, g.service, g.state, g.valid_until = g.valid_from, d.state, count(e.id) FROM access_grant g "
        "JOIN correspondence_eboxdocument d ON d.occasion = 'second manager for right ' || g.id "
        "LEFT JOIN evidence_auditevent e ON e.action = 'right:revoked' AND (e.detail->>'grant')::bigint = g.id "
        "WHERE g.sender_id IN ('100001', '100002', '100005') GROUP BY g.id, d.state ORDER BY g.sender_id, g.id",
    )

    assert found == [
        ("100001", "DIMONA", "ACTIVE", None, "NEW", 0),
        ("100001", "ACCESS", "PROPOSED", None, "NEW", 0),
        ("100002", "DIMONA", "CLOSED", False, "HANDLED", 1),
        ("100002", "ACCESS", "CLOSED", True, "HANDLED", 1),
        ("100005", "DIMONA", "CLOSED", False, "HANDLED", 1),
        ("100005", "ACCESS", "CLOSED", True, "HANDLED", 1),
    ]
