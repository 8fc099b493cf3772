"""Compose the desk at which a manager settles access declarations, and what it takes to read those that wait."""

from functools import cache

from django.conf import settings

from domain.environments import Environment
from domain.refusals import OutageError
from ingest.answer_desks import open_access_message, open_answer_desk
from ingest.settle_access import AccessDesk
from portal.configuration import Configuration
from registers.persons.numbers import PersonDirectory, PersonKeys


@cache
def access_desk() -> AccessDesk:
    """Return the desk of this process; OutageError when the keys of the installation cannot be read."""
    try:
        return _compose(settings.GUICHET)
    except (OSError, ValueError) as trouble:
        raise OutageError(f"the key that signs answers cannot be read: {type(trouble).__name__}") from trouble


def _compose(configuration: Configuration) -> AccessDesk:
    return AccessDesk(
        open_access_message(
            configuration.home,
            lockout_percent=configuration.access.lockout_percent,
            limits=configuration.access.limits,
            files=configuration.access.files,
        ),
        open_answer_desk(
            configuration.home,
            zip_above=configuration.answer_zip_bytes,
            tsa_url=configuration.tsa.url,
            tsa_certificate=configuration.tsa.certificate,
        ),
    )


@cache
def directory() -> PersonDirectory:
    """Return the persons of production, by whose keys waiting declarations are hidden; OutageError as `access_desk`."""
    return PersonDirectory(
        PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json"), environment=Environment.PRODUCTION
    )
