"""Tell whom a company knows: those it declared, and those who registered for it themselves (check-in declarations §3, §5.3).

A number in a registration that a program brought, or in a request, makes nobody known: whoever has it could be anybody.
"""

from collections.abc import Collection

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.persons.told_names import NAMES, names_in

_KNOWN = """
    SELECT asked.person_id, asked.company FROM unnest(%(people)s::bigint[], %(companies)s::text[]) AS asked (person_id, company)
    WHERE EXISTS (
        SELECT FROM persons_toldname name
        WHERE name.person_id = asked.person_id AND name.company = asked.company AND name.environment = %(environment)s::varchar
    ) OR EXISTS (
        SELECT FROM student_days_period period JOIN access_entity entity ON entity.id = period.employer_id
        WHERE period.person_id = asked.person_id AND period.state <> 'CANCELLED'
            AND entity.company_number = asked.company AND entity.environment = %(environment)s::varchar
    ) OR EXISTS (
        SELECT FROM checkins_presence own
        WHERE own.person_id = asked.person_id AND own.employer = asked.company AND own.environment = %(environment)s::varchar
            AND own.brought_by = ''
    )
"""


_NAMES = f"WITH asked (person_id, company) AS ({_KNOWN}) {NAMES}"


def names_of_known(pairs: Collection[tuple[int, str]], *, environment: Environment) -> dict[tuple[int, str], str]:
    """Return how persons are called whom companies know, by person and company number; one query, none for no company.

    Who was never named is left out, as who is not known.
    """
    asked = {(person, company) for person, company in pairs if company}
    if not asked:
        return {}
    with open_prepared() as cursor:  # it looks into every month: planning it takes longer than asking it
        cursor.execute(
            _NAMES,
            {
                "people": [person for person, _ in asked],
                "companies": [company for _, company in asked],
                "environment": str(environment),
            },
        )
        return names_in(cursor.fetchall())
