"""What stood in the tables of an older version stands in the newest, in a database that was migrated in between."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.older_database import a_database, migrate, read, required_columns

OLD_ROWS = """
INSERT INTO persons_person (environment, created_at) VALUES ('R', now());
INSERT INTO access_entity ({entity_columns}) VALUES ({entity_values});
INSERT INTO evidence_submission ({submission_columns}) VALUES ({submission_values});
INSERT INTO student_days_quotaaccount (environment, year, unit, "limit", granted, person_id)
    SELECT 'R', 2026, 'HOURS', 650, 80, id FROM persons_person;
INSERT INTO student_days_period (environment, number, joint_commission, worker_type, using_employer, starting_date,
    ending_date, unit, planned, granted, actual, is_late, locked_by_dmfa, state, first_declared_at, last_changed_at,
    employer_id, person_id)
    SELECT 'R', number, 'XXX', 'STU', '', first, first + 9, 'HOURS', planned, granted, NULL, false, false, one.state,
        '2026-06-01 10:00Z', '2026-06-02 10:00Z', e.id, p.id
    FROM access_entity e, persons_person p, (VALUES
        ('610000000192', '2026-07-01'::date, 80, 80, 'ACTIVE'),
        ('610000000289', '2026-08-01'::date, 50, 0, 'CANCELLED')) AS one (number, first, planned, granted, state);
INSERT INTO student_days_declaration (environment, form_index, ticket, action, accepted, is_late, codes, received_at,
    filed_at, submission_id, period_id)
    SELECT 'R', form, one.ticket, action, accepted, false, codes::jsonb, '2026-06-01 10:00Z', '2026-06-01 10:01Z', s.id,
        (SELECT id FROM student_days_period WHERE number = of_period)
    FROM evidence_submission s, (VALUES
        (1, 'AAAAAAAAAAAAZ', 'DimonaIn', true, '[]', '610000000192'),
        (2, 'BBBBBBBBBBBBZ', 'DimonaIn', true, '["90017-369"]', '610000000289'),
        (3, 'CCCCCCCCCCCCZ', 'DimonaCancel', true, '[]', '610000000289'),
        (4, 'DDDDDDDDDDDDZ', 'DimonaIn', false, '["90373-333"]', NULL))
        AS one (form, ticket, action, accepted, codes, of_period);
INSERT INTO student_days_periodversion (environment, number, starting_date, ending_date, planned, state, is_late,
    declaration_id, period_id)
    SELECT 'R', CASE WHEN d.form_index = 3 THEN 2 ELSE 1 END, p.starting_date, p.ending_date, p.planned,
        CASE WHEN d.form_index = 3 THEN 'CANCELLED' ELSE 'ACTIVE' END, false, d.id, p.id
    FROM student_days_declaration d JOIN student_days_period p ON p.id = d.period_id;
INSERT INTO student_days_quotaentry (environment, reason, planned, granted, change, received_at, filed_at, account_id,
    declaration_id, period_id)
    SELECT 'R', CASE WHEN d.form_index = 3 THEN 'CANCELLED' ELSE 'GRANTED' END, p.planned,
        CASE WHEN d.form_index = 3 THEN 0 ELSE p.planned END,
        CASE WHEN d.form_index = 3 THEN -p.planned ELSE p.planned END, d.received_at, d.filed_at, a.id, d.id, p.id
    FROM student_days_declaration d JOIN student_days_period p ON p.id = d.period_id, student_days_quotaaccount a;
"""
OLD = ("student_days 0003_never_emptied", "persons 0001_initial")


@pytest.fixture
def scratch() -> Iterator[str]:
    with a_database("taken_over") as url:
        yield url


def insert_old_rows(url: str) -> None:
    entity = {"environment": "'R'", "company_number": "'0412345614'", "nsso_number": "'012345674'"}
    submission = {"environment": "'R'", "channel": "'SFTP'", "tray": "'IN'", "reception": "'COMPLETE'"}
    submission |= {
        "subject_name": "'GO.DIMN.123456.20260601.00001.R.1'",
        "state": "'FILED'",
        "ticket": "'3400001Y1P01G'",
    }
    with psycopg.connect(url) as connection:
        entity = required_columns(connection, "access_entity") | {"name": "'Own'", "state": "'ACTIVE'"} | entity
        submission = required_columns(connection, "evidence_submission") | submission
        connection.execute(
            OLD_ROWS.format(
                entity_columns=", ".join(entity),
                entity_values=", ".join(entity.values()),
                submission_columns=", ".join(submission),
                submission_values=", ".join(submission.values()),
            )
        )


@pytest.mark.proof
def test_rows_of_the_older_tables_are_taken_over(scratch: str):
    migrate(scratch, *OLD)
    insert_old_rows(scratch)
    migrate(scratch, "")

    assert read(
        scratch,
        "SELECT p.id, p.planned, p.granted, p.state, p.version, e.company_number, p.starting_date::text "
        "FROM student_days_period p JOIN access_entity e ON e.id = p.employer_id "
        "JOIN persons_person o ON o.id = p.person_id ORDER BY p.id",
    ) == [
        (610000000192, 80, 80, "ACTIVE", 1, "0412345614", "2026-07-01"),
        (610000000289, 50, 0, "CANCELLED", 2, "0412345614", "2026-08-01"),
    ]
    assert read(scratch, 'SELECT year, unit, "limit", granted FROM student_days_quotaaccount') == [
        (2026, "HOURS", 650, 80)
    ]
    assert read(
        scratch,
        "SELECT form_index, ticket, accepted, codes, period_id FROM student_days_declaration ORDER BY form_index",
    ) == [
        (1, "AAAAAAAAAAAAZ", True, [], 610000000192),
        (2, "BBBBBBBBBBBBZ", True, ["90017-369"], 610000000289),
        (3, "CCCCCCCCCCCCZ", True, [], 610000000289),
        (4, "DDDDDDDDDDDDZ", False, ["90373-333"], None),
    ]
    assert read(
        scratch,
        "SELECT period_id, version, reason, planned, granted, change FROM student_days_quotaentry ORDER BY 1, 2",
    ) == [
        (610000000192, 1, "GRANTED", 80, 80, 80),
        (610000000289, 1, "GRANTED", 50, 50, 50),
        (610000000289, 2, "CANCELLED", 50, 0, -50),
    ]
    ((next_id,),) = read(scratch, "SELECT nextval(pg_get_serial_sequence('student_days_declaration', 'id'))")
    assert next_id > read(scratch, "SELECT max(id) FROM student_days_declaration")[0][0]
