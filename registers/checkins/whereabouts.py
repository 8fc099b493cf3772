"""Say, as SQL, who is at a work place now and with what word beside him: the one statement of decision 0071.

Nobody else says it: the list for an evacuation, the numbers of client and parties and an employer's own list differ by
where they look for people (`HERE`, `OF_COMPANY`), and in nothing else.
"""

from registers.checkins.presence_tables import STAFFED_BY

_IS_OWN = """
    said.employer = came.employer
        AND (came.employer ~ '^[0-9]' OR coalesce(said.brought_for, said.brought_by) IN ('', came.whose))
"""
"""A company is told by its number, and where it is none of this country, by that for which the person was brought; what he did
himself is as good as its word."""
_NEWEST_FIRST = "ORDER BY said.event_at DESC, said.event_type, said.number DESC"
"""Of one instant an IN counts as the newer one, as in the fold."""
_WORDS = f"""
    SELECT (array_agg(said {_NEWEST_FIRST}) FILTER (WHERE {_IS_OWN}))[1] AS own,
        (array_agg(said {_NEWEST_FIRST}) FILTER (WHERE ({_IS_OWN}) AND said.work_place = came.work_place))[1] AS own_here,
        (array_agg(said {_NEWEST_FIRST}) FILTER (
            WHERE ({_IS_OWN}) AND said.work_place = came.work_place AND said.event_type = 'IN'
        ))[1] AS came_here,
        array_agg(said {_NEWEST_FIRST}) FILTER (WHERE NOT ({_IS_OWN})) AS others,
        (array_agg(said {_NEWEST_FIRST}) FILTER (
            WHERE NOT ({_IS_OWN}) AND said.work_place = came.work_place
        ))[1] AS another_here
    FROM checkins_presence AS said
    WHERE said.person_id = came.person_id AND said.registration_date BETWEEN %(said_since)s AND %(day)s
        AND said.kind = 'EVENT' AND said.status <> 'CANCELLED' AND said.next_date IS NULL
        AND said.environment = %(environment)s
"""  # noqa: S608 - our own words alone
"""The last word of his own company, its last one and its last IN here, all of others, the newest first, and the last of these here; all
that was said is read once."""
_CLAIMED_ELSEWHERE = """
    EXISTS (
        SELECT FROM unnest(others) AS claim
        WHERE claim.event_type = 'IN' AND claim.work_place <> came.work_place AND claim.event_at > %(waited_since)s
            AND ((own) IS NULL OR (claim.event_at, claim.number) > ((own).event_at, (own).number))
            AND NOT EXISTS (
                SELECT FROM unnest(others) AS later
                WHERE later.event_at > claim.event_at AND later.employer = claim.employer
                    AND (later.work_place = claim.work_place OR later.event_type = 'IN' AND (
                        later.employer ~ '^[0-9]'
                            OR coalesce(later.brought_for, later.brought_by)
                                IN ('', coalesce(claim.brought_for, claim.brought_by))
                    ))
            )
    )
"""
"""Whether any other company checked him in elsewhere since his own one's last word, and neither out there again nor in at a next
place: what one stranger says ends nothing of what another said."""
_SAID_MORE = """
    SELECT FROM checkins_presence AS more
    WHERE more.person_id = came.person_id AND more.registration_date BETWEEN %(said_since)s AND %(day)s
        AND more.event_at >= coalesce(came.since, '-infinity') AND more.number <> came.number
"""
"""Whether anything may have been said of somebody since his break began, or of somebody who is there for the day: of most nothing
was, and words are not looked for."""
_PRESENT = f"""
    asked AS MATERIALIZED (
        SELECT came.*, CASE found WHEN 'OPEN' THEN false WHEN 'GIVEN_UP' THEN true ELSE EXISTS ({_SAID_MORE}) END AS is_asked
        FROM came
    ), present AS (
        SELECT person_id, employer, whose, work_place, since, number,
            CASE found WHEN 'OPEN' THEN 'AT_WORK' WHEN 'BREAK' THEN 'ON_BREAK' ELSE 'FOR_THE_DAY' END AS standing
        FROM asked WHERE NOT is_asked
        UNION ALL
        SELECT person_id, employer, whose, came.work_place, since, came.number,
            CASE
                WHEN found = 'GIVEN_UP' AND (claimed.is_in_here OR claimed.is_out_elsewhere AND NOT claimed.is_in_elsewhere)
                THEN 'AT_WORK'
                WHEN found = 'GIVEN_UP' OR claimed.is_in_here IS NOT TRUE AND claimed.is_in_elsewhere THEN 'MAY_HAVE_LEFT'
                WHEN found = 'BREAK' THEN 'ON_BREAK'
                ELSE 'FOR_THE_DAY'
            END
        FROM asked AS came
        CROSS JOIN LATERAL ({_WORDS}) AS words
        CROSS JOIN LATERAL (
            SELECT (own).number, (own).work_place AS place,
                (own).event_type = 'IN' AND (own).event_at > %(waited_since)s AS is_in,
                (own).event_type = 'OUT' AND (own).reason = 'BREAK' AND (own).event_at > %(break_since)s AS is_on_break,
                (own_here).event_type = 'OUT' AND (own_here).registration_date = %(day)s
                    AND coalesce((came_here).registration_date = %(day)s, true) AS is_out_here
        ) AS said
        CROSS JOIN LATERAL (
            SELECT (others[1]).work_place = came.work_place
                    AND (others[1]).event_type = 'IN' AND (others[1]).event_at > %(waited_since)s
                    AND ((own) IS NULL OR ((others[1]).event_at, (others[1]).number) > ((own).event_at, (own).number))
                    AS is_in_here,
                {_CLAIMED_ELSEWHERE} AS is_in_elsewhere,
                (others[1]).event_type = 'OUT' AND (others[1]).work_place <> came.work_place
                    AND ((another_here).event_at IS NULL
                        OR ((another_here).event_at, (another_here).number) < ((own).event_at, (own).number))
                    AS is_out_elsewhere
        ) AS claimed
        WHERE is_asked AND CASE found
            WHEN 'GIVEN_UP' THEN said.is_in AND said.place = came.work_place
            WHEN 'BREAK' THEN said.number = came.number
            ELSE said.is_out_here IS NOT TRUE
                AND (said.number IS NULL OR said.place = came.work_place OR NOT (said.is_in OR said.is_on_break))
        END
    )
"""  # noqa: S608 - our own words alone
"""An open spell is asked no further: whoever checked in elsewhere since would have ended it. Of everything else of which there are
words the last one of his own company counts, of a day its last word here too, and what another company said after it is a doubt at most:
none any more once each that checked him in elsewhere has checked him out there again, and nobody else said anything of him here."""

_WHOSE_SPELL = """
    CASE WHEN spell.employer ~ '^[0-9]' THEN '' ELSE coalesce((
        SELECT coalesce(first.brought_for, first.brought_by) FROM checkins_presence AS first
        WHERE first.person_id = spell.person_id AND first.number = spell.last_in AND first.next_date IS NULL
            AND first.registration_date BETWEEN %(said_since)s AND %(day)s
    ), '') END
"""
_OPEN = """
    spell.state = 'OPEN' AND spell.environment = %(environment)s
        AND spell.work_date BETWEEN %(there_since)s AND %(day)s AND spell.last_in_at >= %(open_since)s
"""
_GIVEN_UP = """
    spell.state = 'MISSING_OUT' AND spell.environment = %(environment)s
        AND spell.work_date BETWEEN %(said_since)s AND %(day)s
        AND (spell.last_in_at > %(waited_since)s OR spell.again IS NOT NULL)
"""
"""Who came again is looked for until the search for missing check-outs has begun his next spell: his own last word decides."""
_BREAK = """
    event_type = 'OUT' AND reason = 'BREAK' AND event_at > %(break_since)s
        AND registration_date BETWEEN %(said_since)s AND %(day)s AND status <> 'CANCELLED' AND next_date IS NULL
        AND environment = %(environment)s
"""
_DAY = """
    kind = 'DAY' AND registration_date = %(day)s AND status <> 'CANCELLED' AND next_date IS NULL
        AND environment = %(environment)s
"""
_SUREST_FIRST = "array_position(ARRAY['AT_WORK', 'ON_BREAK', 'FOR_THE_DAY', 'MAY_HAVE_LEFT'], standing)"
_WHOSE = f"CASE WHEN employer ~ '^[0-9]' THEN '' ELSE {STAFFED_BY} END"

_BROUGHT_TOO = f"""
    SELECT DISTINCT ON ({STAFFED_BY}) {STAFFED_BY} AS whose, number FROM checkins_presence AS said
    WHERE said.person_id = spells.person_id AND said.registration_date BETWEEN %(said_since)s AND %(day)s
        AND said.employer = spells.employer AND said.work_place = spells.work_place
        AND said.event_type = 'IN' AND said.event_at >= spells.last_in_at AND said.brought_by <> ''
        AND {STAFFED_BY} <> spells.whose AND said.status <> 'CANCELLED' AND said.next_date IS NULL
        AND said.environment = %(environment)s
    ORDER BY {STAFFED_BY}, said.event_at, said.number
"""  # noqa: S608 - our own words alone
"""Which other companies checked in whom no company here employs, since the IN that counts: an OUT of any would have ended it."""

HERE = f"""
    WITH found_here AS MATERIALIZED (
        SELECT spell.person_id, spell.employer, {_WHOSE_SPELL} AS whose, spell.work_place,
            spell.started_at AS since, spell.last_in AS number, 'OPEN' AS found, spell.last_in_at
        FROM checkins_spell AS spell WHERE spell.work_place = %(place)s AND {_OPEN}
        UNION ALL
        SELECT spell.person_id, spell.employer, {_WHOSE_SPELL}, spell.work_place, spell.started_at, spell.last_in, 'GIVEN_UP',
            spell.last_in_at
        FROM checkins_spell AS spell WHERE spell.work_place = %(place)s AND {_GIVEN_UP}
        UNION ALL
        SELECT person_id, employer, {_WHOSE}, work_place, event_at, number, 'BREAK', NULL
        FROM checkins_presence WHERE work_place = %(place)s AND {_BREAK}
        UNION ALL
        SELECT person_id, employer, {_WHOSE}, work_place, NULL, number, 'DAY', NULL
        FROM checkins_presence WHERE work_place = %(place)s AND {_DAY}
    ), came AS (
        SELECT person_id, employer, whose, work_place, since, number, found FROM found_here
        UNION ALL
        SELECT person_id, employer, too.whose, work_place, since, too.number, found
        FROM found_here AS spells CROSS JOIN LATERAL ({_BROUGHT_TOO}) AS too
        WHERE last_in_at IS NOT NULL AND employer !~ '^[0-9]'
    ), {_PRESENT}
    SELECT person_id, (extract(epoch FROM since) * 1000000)::bigint, standing, employer, whose, number FROM present
    ORDER BY {_SUREST_FIRST}, since DESC NULLS LAST, employer
"""  # noqa: S608 - our own words alone
"""Who is at one work place, in as many rows as companies say so: the surest first, of these the newest.

Instants come in microseconds of the epoch: thousands of them are read for an evacuation, and as such in a tenth of the time.
"""

OF_COMPANY = f"""
    WITH brought AS MATERIALIZED (
        SELECT person_id, employer, {STAFFED_BY} AS whose, work_place, event_at, number, kind, event_type, reason,
            registration_date, status, next_date, environment
        FROM checkins_presence
        WHERE employer !~ '^[0-9]' AND {STAFFED_BY} = %(company)s AND registration_date BETWEEN %(said_since)s AND %(day)s
            AND status <> 'CANCELLED' AND next_date IS NULL AND environment = %(environment)s
    ), came AS MATERIALIZED (
        SELECT spell.person_id, spell.employer, {_WHOSE_SPELL} AS whose, spell.work_place,
            spell.started_at AS since, spell.last_in AS number, 'OPEN' AS found
        FROM checkins_spell AS spell WHERE spell.employer = %(company)s AND {_OPEN}
        UNION ALL
        SELECT spell.person_id, spell.employer, {_WHOSE_SPELL}, spell.work_place, spell.started_at, spell.last_in, 'GIVEN_UP'
        FROM checkins_spell AS spell WHERE spell.employer = %(company)s AND {_GIVEN_UP}
        UNION ALL
        (
            SELECT DISTINCT ON (spell.person_id, spell.first_in) spell.person_id, spell.employer, brought.whose, spell.work_place,
                spell.started_at, brought.number, CASE spell.state WHEN 'OPEN' THEN 'OPEN' ELSE 'GIVEN_UP' END
            FROM brought JOIN checkins_spell AS spell ON spell.person_id = brought.person_id AND (
                spell.last_in = brought.number OR spell.employer = brought.employer AND spell.work_place = brought.work_place
                    AND brought.event_type = 'IN' AND brought.event_at >= spell.last_in_at
            )
            WHERE spell.employer !~ '^[0-9]' AND ({_OPEN} OR {_GIVEN_UP}) AND spell.work_date BETWEEN %(there_since)s AND %(day)s
            ORDER BY spell.person_id, spell.first_in, brought.event_at, brought.number
        )
        UNION ALL
        SELECT person_id, employer, {_WHOSE}, work_place, event_at, number, 'BREAK'
        FROM checkins_presence WHERE employer = %(company)s AND {_BREAK}
        UNION ALL
        SELECT person_id, employer, {_WHOSE}, work_place, NULL, number, 'DAY'
        FROM checkins_presence WHERE employer = %(company)s AND {_DAY}
        UNION ALL
        SELECT person_id, employer, whose, work_place, event_at, number, 'BREAK' FROM brought WHERE {_BREAK}
        UNION ALL
        SELECT person_id, employer, whose, work_place, NULL, number, 'DAY' FROM brought WHERE {_DAY}
    ), {_PRESENT}, found AS (
        SELECT person_id, standing, max(since) AS since, max(number) AS number, array_agg(DISTINCT work_place) AS places
        FROM present WHERE %(place)s = '' OR work_place = %(place)s GROUP BY person_id, standing
    ), best AS (
        SELECT DISTINCT ON (person_id) * FROM found ORDER BY person_id, {_SUREST_FIRST}
    ), counted AS (
        SELECT (SELECT count(DISTINCT person_id) FROM present) AS everywhere, count(*) AS here FROM best
    )
    SELECT page.person_id, page.since, page.standing, page.number, page.places, counted.everywhere, counted.here
    FROM counted LEFT JOIN (
        SELECT * FROM best ORDER BY since, person_id
        OFFSET (SELECT least(%(first_row)s, greatest(here - 1, 0) / %(most)s * %(most)s) FROM counted) LIMIT %(most)s
    ) AS page ON true
    ORDER BY page.since, page.person_id
"""  # noqa: S608 - our own words alone
"""Who of a company's staff is at any work place, each once; its staff are also those who were brought for it for a firm abroad or by a
Limosa number alone: few, so they are read first. How many there are is told with every row, and by one without a person."""
