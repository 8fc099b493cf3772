"""Tell whom a company knows: those it declared, and those who registered for it themselves (check-in declarations §3, §5.3).

A number in a registration that a program brought, or in a request, makes nobody known: whoever has it could be anybody.
"""

from collections.abc import Collection

from django.db import connection

from domain.environments import Environment

_KNOWN = """
    SELECT asked.person_id, asked.company FROM unnest(%(people)s::bigint[], %(companies)s::text[]) AS asked (person_id, company)
    WHERE EXISTS (
        SELECT FROM persons_toldname name
        WHERE name.person_id = asked.person_id AND name.company = asked.company AND name.environment = %(environment)s
    ) OR EXISTS (
        SELECT FROM student_days_period period JOIN access_entity entity ON entity.id = period.employer_id
        WHERE period.person_id = asked.person_id AND period.state <> 'CANCELLED'
            AND entity.company_number = asked.company AND entity.environment = %(environment)s
    ) OR EXISTS (
        SELECT FROM checkins_presence own
        WHERE own.person_id = asked.person_id AND own.employer = asked.company AND own.environment = %(environment)s
            AND own.brought_by = ''
    )
"""


def known_to_companies(pairs: Collection[tuple[int, str]], *, environment: Environment) -> frozenset[tuple[int, str]]:
    """Return those of the pairs of a person and a company, by its number, in which the company knows the person; one query."""
    asked = {(person, company) for person, company in pairs if company}
    if not asked:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN,
            {
                "people": [person for person, _ in asked],
                "companies": [company for _, company in asked],
                "environment": str(environment),
            },
        )
        return frozenset(cursor.fetchall())
