"""The keys of the persons register, by the settings of this process."""

from django.conf import settings

from registers.persons.numbers import PersonKeys


def read_person_keys() -> PersonKeys:
    """Return the keys; Django must be set up. OutageError when they are not there."""
    return PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")
