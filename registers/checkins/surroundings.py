"""Read what items meet in the register by one statement: rules, work places and workers, who are held by it at once.

The fewer statements a check-in takes, the more of them a counter takes: asking costs more than answering.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.checkins.items import Worker
from evidence.prepared import open_prepared
from registers.checkins.locking import PERSONS, keys_of
from registers.checkins.places import PLACES, Place, places_of
from registers.checkins.sector_rules import RULES, SectorRules, rules_of
from registers.persons.aliases import KNOWN, Alias, Aliases

_READ = f"""
    WITH known AS MATERIALIZED ({KNOWN}),
    held AS MATERIALIZED (
        SELECT pg_advisory_xact_lock(key) FROM (
            SELECT unnest(%(references)s::bigint[]) AS key UNION SELECT {PERSONS} + person_id FROM known ORDER BY key
        ) AS keys WHERE (SELECT count(*) FROM known) = %(workers)s::integer
    )
    SELECT ({RULES}), ARRAY({PLACES}),
        ARRAY(SELECT concat_ws(' ', encode(lookup, 'hex'), person_id, id) FROM known),
        ARRAY(SELECT nextval('checkins_presence_number')
            FROM (SELECT count(*) AS locks FROM held) AS held, generate_series(1, %(serials)s::integer) WHERE locks > 0)
"""  # noqa: S608 - our own SQL
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found. Where `serials` are there, all workers are known, and they and the references are held."""

    rules: SectorRules
    places: Mapping[str, Place]
    aliases: Mapping[Worker, Alias]
    serials: Sequence[int]


def read_surroundings(
    places: Collection[str],
    workers: Collection[Worker] = (),
    *,
    references: Iterable[tuple[str, str]] = (),
    serials: int = 0,
    aliases: Aliases,
) -> Surroundings:
    """Return what is known, and hold the workers and references until the transaction ends, as `lock_and_number` does.

    Nobody is held, and no serial given, unless every worker is known: all that is held is held by one call.
    """
    by_lookup = aliases.lookups(workers)
    with open_prepared() as cursor:
        cursor.execute(
            _READ,
            {
                "environment": str(aliases.environment),
                "lookups": list(by_lookup),
                "references": keys_of(references),
                "workers": len(by_lookup) or _NOBODY,
                "places": list(places),
                "serials": serials,
            },
        )
        rules, place_texts, alias_texts, numbers = cursor.fetchone()
    found = (text.split() for text in alias_texts)
    return Surroundings(
        rules=rules_of(rules),
        places=places_of(place_texts),
        aliases={by_lookup[bytes.fromhex(lookup)]: Alias(int(person), int(row)) for lookup, person, row in found},
        serials=numbers,
    )
