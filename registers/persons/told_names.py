"""Names by which employers declared their staff: each is the employer's own word, and shown where its staff is shown.

What a card, a provider or documents proved stands in the details of persons and goes before these; what nobody proved does not.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from domain.environments import Environment
from registers.persons.models import ToldName

_LONGEST = 100
_NOTE = """
    INSERT INTO persons_toldname (environment, person_id, company, family_name, first_name, told_at)
    SELECT DISTINCT ON (person_id, company) %s, person_id, company, family_name, first_name, %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
        AS told (person_id, company, family_name, first_name, place)
    ORDER BY person_id, company, place DESC
    ON CONFLICT (person_id, company) DO UPDATE SET family_name = excluded.family_name, first_name = excluded.first_name,
        told_at = excluded.told_at
    WHERE persons_toldname.told_at <= excluded.told_at
"""
NAMES = """
    SELECT asked.person_id, asked.company,
        CASE WHEN details.name_proved_at IS NOT NULL OR told.id IS NULL THEN details.family_name ELSE told.family_name END,
        CASE WHEN details.name_proved_at IS NOT NULL OR told.id IS NULL THEN details.first_name ELSE told.first_name END
    FROM asked
    LEFT JOIN persons_persondetails details USING (person_id)
    LEFT JOIN persons_toldname told ON told.person_id = asked.person_id AND told.company = asked.company
    WHERE details.person_id IS NOT NULL OR told.id IS NOT NULL
"""
"""How those in `asked` (person_id, company) are called, by person and company; for a statement that begins with them."""
_READ = f"WITH asked (person_id, company) AS (SELECT * FROM unnest(%s::bigint[], %s::text[])) {NAMES}"  # noqa: S608 - our own SQL
_GIVE = """
    UPDATE persons_toldname moved SET person_id = %(kept)s WHERE person_id = %(absorbed)s AND NOT EXISTS (
        SELECT FROM persons_toldname own WHERE own.person_id = %(kept)s AND own.company = moved.company)
"""


@dataclass(frozen=True, slots=True)
class NameTold:
    """A name that a company, by its number, tells of a person; the first name may be empty."""

    person_id: int
    company: str
    family_name: str
    first_name: str


def note_told_names(told: Iterable[NameTold], *, environment: Environment, at: datetime) -> None:
    """Keep how companies call persons, the newest of each; one statement, none for no name."""
    rows = [one for one in told if one.company and one.family_name.strip()]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            [
                *(str(environment), at),
                [one.person_id for one in rows],
                [one.company for one in rows],
                [one.family_name.strip()[:_LONGEST] for one in rows],
                [one.first_name.strip()[:_LONGEST] for one in rows],
            ],
        )


def read_names(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return how persons are called where companies call them so, by person and company number; one query.

    A name that a card, a provider or documents proved goes before the company's own word, and that before one that nobody
    proved: another company may have entered it. Who was never named is left out; no company (empty) has no word.
    """
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[person for person, _ in pairs], [company for _, company in pairs]])
        return names_in(cursor.fetchall())


def names_in(rows: Iterable[tuple[int, str, str, str]]) -> dict[tuple[int, str], str]:
    """Return the names in what `NAMES` finds, by person and company number."""
    return {(person, company): f"{first} {family}".strip() for person, company, family, first in rows}


def give_told_names(*, of: int, to: int) -> None:
    """Give what was told of one person to the other, who he turned out to be, where nothing was told of that one."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {"kept": to, "absorbed": of})
    ToldName.objects.filter(person_id=of).delete()


def forget_told_names(*, before: datetime) -> int:
    """Delete names that no employer told again since then; return how many."""
    return ToldName.objects.filter(told_at__lt=before).delete()[0]
