"""Find the person whose national number an operator writes to standard input, where no list of processes shows it."""

import sys

from django.conf import settings

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import is_insz
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory, PersonKeys

_LONGEST_INPUT = 100


def read_person() -> int | None:
    """Return the person, None for a number that is known of nobody; ConfigurationRefusedError for what is no number."""
    number = "".join(character for character in sys.stdin.read(_LONGEST_INPUT) if character.isdigit())
    if not is_insz(number):
        raise ConfigurationRefusedError(
            "Standard input does not hold a national number with sound check digits.",
            next_step="Write it there, or give --user NAME.",
        )
    keys = PersonKeys.read(settings.KEYS / "persons.json")
    known = PersonDirectory(keys, environment=Environment.PRODUCTION).find([number])
    return current_id(known[number]) if number in known else None
