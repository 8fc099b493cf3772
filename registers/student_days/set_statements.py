"""The statements that file plain starts as sets, and the temporary tables they stand on.

What the register knows of a form is asked row by row (`LATERAL` with `OFFSET 0`, which the planner leaves alone): then it
finds a row by its key whatever the statistics say. A batch comes seconds after another, long before a table is analysed
again, and a join planned for a table believed empty takes minutes.
"""

from registers.student_days.staging import COLUMNS

NAMES = ", ".join(name for name, _ in COLUMNS)
_LOOKED_UP = {"route", "action", "employer", "lookup", "key_id", "ciphertext"}
"""Columns that are only there to find the rest; rows that are sorted are the faster, the narrower they are."""
_MAPPED = tuple((name, kind) for name, kind in COLUMNS if name not in _LOOKED_UP)
OPEN_TABLES = f"""
CREATE TEMP TABLE IF NOT EXISTS student_days_staged (
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS)}
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS student_days_batch (
    submission_id bigint, place integer, received_at timestamptz
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS student_days_named_employer (
    submission_id bigint, employer text COLLATE "C", entity_id bigint, is_covered boolean
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS student_days_mapped (
    {", ".join(f"{name} {kind}" for name, kind in _MAPPED)},
    place integer, received_at timestamptz, person_id bigint, entity_id bigint, is_fit boolean, year smallint,
    is_known boolean
) ON COMMIT DELETE ROWS;
TRUNCATE student_days_staged, student_days_batch, student_days_named_employer, student_days_mapped;
"""
ROOM_FOR_LARGE = """
SET LOCAL work_mem = '12MB';
SET LOCAL enable_bitmapscan = off;
SET LOCAL default_statistics_target = 10
"""
"""Few statistics do: what they tell is how many rows there are, and the rest is found by key."""
YEARS = "SELECT DISTINCT extract(year FROM starting_date)::int FROM student_days_staged WHERE unit IS NOT NULL"
NAMED_EMPLOYERS = "SELECT DISTINCT submission_id, employer FROM student_days_staged WHERE employer IS NOT NULL"
MAKE_PERSONS = """
WITH missing AS (
    SELECT DISTINCT ON (s.lookup) s.lookup, s.key_id, s.ciphertext
    FROM student_days_staged s
    JOIN student_days_named_employer e ON e.submission_id = s.submission_id AND e.employer = s.employer AND e.is_covered
    WHERE s.action = 'DimonaIn' AND s.route = ANY(%(making)s) AND s.lookup IS NOT NULL AND NOT EXISTS (
        SELECT FROM persons_personidentifier i WHERE i.environment = %(environment)s AND i.lookup = s.lookup OFFSET 0)
    ORDER BY s.lookup
), named AS (
    INSERT INTO persons_personidentifier (person_id, environment, lookup, key_id, ciphertext, valid_from)
    SELECT nextval('persons_person_id_seq'), %(environment)s, lookup, key_id, ciphertext,
        %(filed_at)s
    FROM missing ORDER BY lookup
    ON CONFLICT (environment, lookup) DO NOTHING
    RETURNING person_id
)
INSERT INTO persons_person (id, environment, created_at)
SELECT person_id, %(environment)s, %(filed_at)s FROM named
"""


def _map(also: str = "") -> str:
    return f"""
INSERT INTO student_days_mapped
SELECT {", ".join(f"s.{name}" for name, _ in _MAPPED)}, b.place, b.received_at, i.person_id, e.entity_id,
    s.route = 'P' AND e.entity_id IS NOT NULL AND extract(year FROM s.starting_date) = ANY(%(plain_years)s){also},
    extract(year FROM s.starting_date), i.xmin <> pg_current_xact_id()::xid
FROM student_days_staged s
JOIN student_days_batch b ON b.submission_id = s.submission_id
LEFT JOIN student_days_named_employer e
    ON e.submission_id = s.submission_id AND e.employer = s.employer AND e.is_covered
LEFT JOIN LATERAL (
    SELECT person_id, lookup, xmin FROM persons_personidentifier
    WHERE environment = %(environment)s AND lookup = s.lookup OFFSET 0) i ON true
WHERE s.route <> 'X'
"""  # noqa: S608 - the columns are constants


MAP = _map()
MAP_SHARE = _map("""
    AND (i.xmin = pg_current_xact_id()::xid OR NOT EXISTS (
        SELECT FROM persons_personidentifier other
        WHERE other.person_id = i.person_id AND other.lookup <> i.lookup OFFSET 0))""")
"""A share is told by the number that a form names; who has another one may have forms in another share."""
_NAMED_PERIODS = """
student_days_mapped m
CROSS JOIN LATERAL (
    SELECT person_id, environment, worker_type, starting_date FROM student_days_period
    WHERE id = ANY (ARRAY[m.period_number, (
        SELECT period_id FROM student_days_dailyregistration WHERE id = m.registration_number)])
    OFFSET 0) p"""
_NAMES_PERIODS = "(m.period_number IS NOT NULL OR m.registration_number IS NOT NULL)"
"""A daily registration is changed by its own number; its period is what is locked."""
LEAVE_OTHERS = f"""
DELETE FROM student_days_mapped WHERE NOT is_fit OR person_id IN (
    SELECT person_id FROM student_days_mapped WHERE NOT is_fit
    UNION
    SELECT p.person_id FROM {_NAMED_PERIODS} WHERE {_NAMES_PERIODS})
"""  # noqa: S608 - a constant
_STARTS = "year IS NOT NULL AND person_id IS NOT NULL AND entity_id IS NOT NULL"
LOCK_PERSONS = f"""
SELECT count(*) FROM (
    SELECT person_id FROM student_days_mapped WHERE {_STARTS} AND unit IS NULL
    UNION
    SELECT p.person_id FROM {_NAMED_PERIODS}
    WHERE {_NAMES_PERIODS} AND p.environment = %(environment)s AND p.worker_type <> 'STU'
    ORDER BY person_id) named
CROSS JOIN LATERAL (SELECT FROM persons_person WHERE id = named.person_id FOR UPDATE) locked
"""  # noqa: S608 - constants
MAKE_ACCOUNTS = f"""
INSERT INTO student_days_quotaaccount (environment, person_id, year, unit, "limit", granted)
SELECT %(environment)s, person_id, year, unit, amount, 0
FROM (
    SELECT DISTINCT person_id, year FROM student_days_mapped WHERE {_STARTS} AND unit IS NOT NULL AND is_known) keys
JOIN unnest(%(years)s::int[], %(units)s::text[], %(amounts)s::int[]) AS limits (year, unit, amount) USING (year)
WHERE NOT EXISTS (
    SELECT FROM student_days_quotaaccount a WHERE a.person_id = keys.person_id AND a.year = keys.year OFFSET 0)
ORDER BY person_id, year
ON CONFLICT DO NOTHING
"""  # noqa: S608 - a constant
LOCK_ACCOUNTS = f"""
SELECT count(*) FROM (
    SELECT person_id, year FROM student_days_mapped WHERE {_STARTS} AND unit IS NOT NULL AND is_known
    UNION
    SELECT p.person_id, extract(year FROM p.starting_date)::smallint FROM {_NAMED_PERIODS}
    WHERE {_NAMES_PERIODS} AND p.environment = %(environment)s AND p.worker_type = 'STU'
    ORDER BY person_id, year) keys
CROSS JOIN LATERAL (
    SELECT FROM student_days_quotaaccount WHERE person_id = keys.person_id AND year = keys.year FOR UPDATE) locked
"""  # noqa: S608 - constants
FILE = f"""
WITH single AS MATERIALIZED (
    SELECT person_id FROM student_days_mapped WHERE NOT is_fit AND person_id IS NOT NULL
    UNION
    SELECT p.person_id FROM {_NAMED_PERIODS} WHERE {_NAMES_PERIODS}
    UNION
    SELECT person_id FROM (
        SELECT person_id, starting_date <= max(ending_date) OVER (
            PARTITION BY person_id, entity_id ORDER BY starting_date
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS clashes
        FROM student_days_mapped WHERE is_fit) among_themselves
    WHERE clashes
    UNION
    SELECT m.person_id FROM student_days_mapped m
    WHERE m.is_fit AND m.is_known AND EXISTS (
        SELECT FROM student_days_period p
        WHERE p.person_id = m.person_id AND p.employer_id = m.entity_id
            AND p.state <> 'CANCELLED' AND p.starting_date <= m.ending_date
            AND (p.ending_date IS NULL OR p.ending_date >= m.starting_date)
        OFFSET 0)
), decided AS MATERIALIZED (
    SELECT m.*, stem * 100 + CASE stem %% 97 WHEN 0 THEN 97 ELSE stem %% 97 END AS number,
        CASE WHEN is_late THEN 0 ELSE least(wanted, room) - least(wanted - planned, room) END AS granted,
        nextval('student_days_declaration_id_seq') AS declaration_id
    FROM (
        SELECT m.*, nextval('student_days_period_stem') AS stem, a.person_id IS NULL AS is_new,
            coalesce(a."limit" - a.granted, l.amount) AS room,
            sum(CASE WHEN is_late THEN 0 ELSE planned END) OVER (
                PARTITION BY m.person_id, m.year ORDER BY place, form_index
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS wanted
        FROM student_days_mapped m
        JOIN unnest(%(years)s::int[], %(units)s::text[], %(amounts)s::int[]) AS l (year, unit, amount) ON l.year = m.year
        LEFT JOIN LATERAL (
            SELECT person_id, "limit", granted FROM student_days_quotaaccount
            WHERE m.is_known AND person_id = m.person_id AND year = m.year OFFSET 0) a ON true
        WHERE m.is_fit AND NOT EXISTS (SELECT FROM single WHERE single.person_id = m.person_id)) m
), periods AS (
    INSERT INTO student_days_period (
        id, environment, person_id, employer_id, joint_commission, worker_type, using_employer, sub_entity,
        starting_date, starting_hour, ending_date, ending_hour, unit, planned, granted, neutralised,
        user_firm, place_of_work, control_cards, is_late, locked_by_dmfa, state, version, first_declared_at, last_changed_at)
    SELECT number, %(environment)s, person_id, entity_id, joint_commission, 'STU', using_employer, sub_entity,
        starting_date, '', ending_date, '', unit, planned, granted, 0,
        user_firm, place_of_work, control_cards, is_late, false, 'ACTIVE', 1, received_at, received_at
    FROM decided
), declarations AS (
    INSERT INTO student_days_declaration (
        id, environment, submission_id, form_index, ticket, action, accepted, is_late, codes, period_id,
        received_at, filed_at)
    SELECT declaration_id, %(environment)s, submission_id, form_index, ticket, 'DimonaIn', true, is_late,
        CASE WHEN granted < planned AND (%(late_also_369)s OR NOT is_late) THEN codes || %(exceeded)s::jsonb ELSE codes END,
        number, received_at, %(filed_at)s
    FROM decided
), versions AS (
    INSERT INTO student_days_periodversion (
        environment, period_id, number, declaration_id, reason, starting_date, starting_hour, ending_date, ending_hour,
        planned, granted, neutralised, change, state, is_late, received_at, filed_at)
    SELECT %(environment)s, number, 1, declaration_id, CASE WHEN is_late THEN 'LATE' ELSE 'GRANTED' END,
        starting_date, '', ending_date, '', planned, granted, 0, granted, 'ACTIVE', is_late, received_at, %(filed_at)s
    FROM decided
), granted AS MATERIALIZED (
    SELECT person_id, year, is_new, sum(granted) AS granted FROM decided GROUP BY person_id, year, is_new
), known_accounts AS (
    UPDATE student_days_quotaaccount account SET granted = account.granted + more.granted
    FROM granted more
    WHERE NOT more.is_new AND more.granted > 0 AND account.person_id = more.person_id AND account.year = more.year
), new_accounts AS (
    INSERT INTO student_days_quotaaccount (environment, person_id, year, unit, "limit", granted)
    SELECT %(environment)s, person_id, year, l.unit, amount, granted
    FROM granted
    JOIN unnest(%(years)s::int[], %(units)s::text[], %(amounts)s::int[]) AS l (year, unit, amount) USING (year)
    WHERE is_new
    ORDER BY person_id, year
)
SELECT m.submission_id, m.form_index, d.number, d.granted
FROM student_days_mapped m LEFT JOIN decided d ON d.submission_id = m.submission_id AND d.form_index = m.form_index
ORDER BY m.place, m.form_index
"""  # noqa: S608 - a constant
_NAMED_BY_REFUSED = """LATERAL (
    SELECT id, employer_id FROM student_days_period
    WHERE id = s.period_number AND environment = %(environment)s OFFSET 0) p"""
EMPLOYERS_OF_REFUSED = f"""
SELECT DISTINCT s.submission_id, p.employer_id FROM student_days_staged s CROSS JOIN {_NAMED_BY_REFUSED}
WHERE s.route = 'X' AND s.period_number IS NOT NULL
"""  # noqa: S608 - a constant
NOTE_REFUSED = f"""
INSERT INTO student_days_declaration (
    environment, submission_id, form_index, ticket, action, accepted, is_late, codes, period_id, employer_id,
    received_at, filed_at)
SELECT %(environment)s, s.submission_id, s.form_index, s.ticket, s.action, false, false, s.codes,
    CASE WHEN c.employer_id IS NOT NULL THEN p.id END, coalesce(e.entity_id, c.employer_id), b.received_at, %(filed_at)s
FROM student_days_staged s
JOIN student_days_batch b ON b.submission_id = s.submission_id
LEFT JOIN student_days_named_employer e
    ON e.submission_id = s.submission_id AND e.employer = s.employer AND e.is_covered
LEFT JOIN {_NAMED_BY_REFUSED} ON true
LEFT JOIN unnest(%(declaring)s::bigint[], %(declared_for)s::bigint[]) AS c (submission_id, employer_id)
    ON c.submission_id = s.submission_id AND c.employer_id = p.employer_id
WHERE s.route = 'X' ORDER BY b.place, s.form_index
"""  # noqa: S608 - a constant
"""A refused form keeps the period that it names, and an employer, where its sender declares for that employer."""
