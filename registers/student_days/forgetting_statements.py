"""The statements by which student days are forgotten; knows no settings.

`first` is the first day of which everything is kept; `first_held` the same of what an agent locked or blocked. Whether
anything of an account or a person is kept is asked row by row (OFFSET 0), so that a page of candidates costs what it holds.
"""

_LAST_DAY = """greatest(
    ({period}.last_changed_at AT TIME ZONE 'Europe/Brussels')::date,
    CASE WHEN {period}.state <> 'CANCELLED' THEN coalesce({period}.ending_date, 'infinity') END)"""
"""The last day of a period's whole life: of its work, where that was not cancelled, and of its changes."""
_KEPT = f"""({_LAST_DAY} >= CASE WHEN {{period}}.state IN ('LOCKED', 'BLOCKED') THEN %(first_held)s ELSE %(first)s END
    OR EXISTS (
        SELECT FROM student_days_dailyregistration registration WHERE registration.period_id = {{period}}.id
            AND greatest((registration.last_changed_at AT TIME ZONE 'Europe/Brussels')::date, registration.ending_date)
                >= %(first)s
        OFFSET 0))"""
_STATES = ("<> 'CANCELLED'", "= 'CANCELLED'")
"""Living and cancelled periods of a person have an index each."""

_KEPT_OF_ACCOUNT = " OR ".join(
    f"""EXISTS (
        SELECT FROM student_days_period period
        WHERE period.person_id = account.person_id AND period.state {state} AND period.worker_type = %(student)s
            AND period.starting_date >= make_date(account.year, 1, 1)
            AND period.starting_date < make_date(account.year + 1, 1, 1)
            AND {_KEPT.format(period="period")}
        OFFSET 0)"""
    for state in _STATES
)
_ACCOUNT_IS_OVER = f"account.year < extract(year FROM %(first)s::date) AND NOT ({_KEPT_OF_ACCOUNT})"

_KEPT_BESIDE = " OR ".join(
    f"""EXISTS (
        SELECT FROM student_days_period other
        WHERE other.person_id = period.person_id AND other.state {state} AND other.employer_id = period.employer_id
            AND other.id <> period.id AND {_KEPT.format(period="other")}
        OFFSET 0)"""
    for state in _STATES
)
_HAS_GIVEN_AWAY = f"""EXISTS (
        SELECT FROM student_days_periodversion version
        WHERE version.period_id = period.id AND version.reason = 'MERGED' AND version.state = 'CANCELLED' OFFSET 0)
    AND ({_KEPT_BESIDE})"""
"""Whether a merge gave its daily registrations, with the declarations that tell of them, to one that is kept."""
_PERIOD_IS_OVER = f"""period.worker_type <> %(student)s AND NOT {_KEPT.format(period="period")}
    AND NOT (period.state = 'CANCELLED' AND {_HAS_GIVEN_AWAY})"""

CANDIDATE_ACCOUNTS = f"""
SELECT account.person_id, account.year FROM student_days_quotaaccount account
WHERE (account.person_id, account.year) > (%(after_person)s, %(after_year)s) AND {_ACCOUNT_IS_OVER}
ORDER BY account.person_id, account.year LIMIT %(limit)s
"""  # noqa: S608 - our own SQL
JUDGED_ACCOUNTS = f"""
SELECT account.person_id, account.year
FROM unnest(%(people)s::bigint[], %(years)s::int[]) AS named (person_id, year)
JOIN student_days_quotaaccount account USING (person_id, year)
WHERE {_ACCOUNT_IS_OVER}
"""  # noqa: S608 - our own SQL
PERIODS_OF_ACCOUNTS = " UNION ALL ".join(
    f"""
SELECT period.id FROM unnest(%(people)s::bigint[], %(years)s::int[]) AS named (person_id, year)
CROSS JOIN LATERAL (
    SELECT period.id FROM student_days_period period
    WHERE period.person_id = named.person_id AND period.state {state} AND period.worker_type = %(student)s
        AND period.starting_date >= make_date(named.year, 1, 1)
        AND period.starting_date < make_date(named.year + 1, 1, 1)
    OFFSET 0) period
"""  # noqa: S608 - our own SQL
    for state in _STATES
)
CANDIDATE_PERIODS = f"""
SELECT period.id FROM student_days_period period
WHERE period.id > %(after)s AND {_PERIOD_IS_OVER} ORDER BY period.id LIMIT %(limit)s
"""  # noqa: S608 - our own SQL
JUDGED_PERIODS = f"""
SELECT period.id FROM student_days_period period WHERE period.id = ANY(%(numbers)s) AND {_PERIOD_IS_OVER}
"""  # noqa: S608 - our own SQL

DELETE_REGISTRATION_VERSIONS = """
DELETE FROM student_days_dailyregistrationversion version USING student_days_dailyregistration registration
WHERE registration.period_id = ANY(%(numbers)s) AND version.registration_id = registration.id
RETURNING version.declaration_id
"""
DELETE_REGISTRATIONS = "DELETE FROM student_days_dailyregistration WHERE period_id = ANY(%(numbers)s)"
DELETE_PERIOD_VERSIONS = (
    "DELETE FROM student_days_periodversion WHERE period_id = ANY(%(numbers)s) RETURNING declaration_id"
)
DELETE_PERIODS = "DELETE FROM student_days_period WHERE id = ANY(%(numbers)s)"
DELETE_DECLARATIONS = """
DELETE FROM student_days_declaration declaration WHERE id = ANY(%(declarations)s) AND NOT EXISTS (
    SELECT FROM student_days_periodversion version
    WHERE version.period_id = declaration.period_id AND version.declaration_id = declaration.id OFFSET 0)
"""
DELETE_ACCOUNTS = """
DELETE FROM student_days_quotaaccount
WHERE (person_id, year) IN (SELECT * FROM unnest(%(people)s::bigint[], %(years)s::int[]))
"""
DELETE_REFUSED = """
DELETE FROM student_days_declaration WHERE ctid = ANY(ARRAY(
    SELECT old.ctid FROM student_days_declaration old
    WHERE (old.period_id IS NULL OR NOT old.accepted) AND old.received_at < %(before)s LIMIT %(limit)s))
"""
DELETE_FORMS = """
DELETE FROM student_days_pendingform WHERE ctid = ANY(ARRAY(
    SELECT old.ctid FROM student_days_pendingform old WHERE old.settled_at < %(before)s LIMIT %(limit)s))
"""
