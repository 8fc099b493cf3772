"""National numbers that older findings repeated are forgotten in a database that is migrated."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.older_database import a_database, insert, migrate, read

pytestmark = pytest.mark.proof


def a_finding(tag: str, value: str | None) -> list[str | int | None]:
    return ["ACCS-090", "B", "a sentence", tag, value, 4, None, "1,1,8"]


FOUND = {
    "1": [a_finding("INSZ", "85.01.15-123.45"), a_finding("Action", "DESTROY")],
    "2": [a_finding("UserName", "850115 123\u201345")],
    "3": [a_finding("INSZ", "85.01.15")],
    "4": [a_finding("EffectiveDate", "2026-02-30"), a_finding("User", None)],
    "5": [],
}


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    """The address of a database in which they were kept before, migrated on."""
    with a_database("older_findings") as url:
        migrate(url, "access 0015_who_blocked_them", "evidence 0008_how_senders_stood_at_reception")
        with psycopg.connect(url) as connection:
            came = {"channel": "SFTP", "tray": "IN", "reception": "COMPLETE", "ticket": "1", "state": "FILED"}
            submission = insert(connection, "evidence_submission", environment="R", **came)
            form = insert(
                connection, "access_declaredform", environment="R", submission_id=submission, state="FILED", digest=b""
            )
            for ticket, findings in FOUND.items():
                said = {"environment": "R", "form_id": form, "number": int(ticket), "ticket": ticket}
                insert(
                    connection,
                    "access_declaredaccess",
                    **said,
                    state="REFUSED",
                    findings=Jsonb(findings),
                    ciphertext=b"",
                )
        migrate(url, "")
        yield url


def test_no_finding_keeps_a_national_number(migrated: str):
    kept = dict(read(migrated, "SELECT ticket, findings FROM access_declaredaccess"))

    assert kept == FOUND | {
        "1": [a_finding("INSZ", None), a_finding("Action", "DESTROY")],
        "2": [a_finding("UserName", None)],
        "3": [a_finding("INSZ", None)],
    }
