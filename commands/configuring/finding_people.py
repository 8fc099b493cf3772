"""Find the person whose national number an operator types, unseen, or writes to standard input: no list of processes shows it."""

import sys
from getpass import getpass

from django.conf import settings

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import is_insz
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory, PersonKeys

_LONGEST_INPUT = 100


def read_person() -> int | None:
    """Return the person, None for a number that is known of nobody; ConfigurationRefusedError for what is no number."""
    typed = getpass("National or bis number (not shown): ") if sys.stdin.isatty() else sys.stdin.read(_LONGEST_INPUT)
    number = "".join(character for character in typed if character.isdigit())
    if not is_insz(number):
        raise ConfigurationRefusedError(
            "That is no national number with sound check digits.",
            next_step="Give it on standard input, or name the user.",
        )
    keys = PersonKeys.read(settings.KEYS / "persons.json")
    known = PersonDirectory(keys, environment=Environment.PRODUCTION).find([number])
    return current_id(known[number]) if number in known else None
