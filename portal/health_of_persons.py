"""Look whether the keys of the persons register can be read: without them nothing is judged, and nobody is found."""

from functools import lru_cache
from pathlib import Path

import structlog
from django.utils.translation import gettext_noop as _

from domain.refusals import OutageError
from portal.health_checks import HealthCheck
from registers.persons.numbers import PersonKeys

log = structlog.get_logger()

_NAME = _("Keys of the persons register")


def look_at_person_keys(path: Path) -> HealthCheck:
    """Say whether keys stand in the file; never raises for what cannot be used.

    Everybody may read the answer: where the file lies, and what is wrong with it, stands in the log alone.
    """
    try:
        PersonKeys.read(path)
    except OutageError as trouble:
        _log_once(str(trouble))
        return HealthCheck(
            _NAME,
            is_ok=False,
            told=_("cannot be read: files wait unjudged, and nobody who is registered is found"),
            next_step=_(
                "See log/portal.log in GUICHET_HOME. Put back keys/persons.json from your backup, readable by the account of "
                "the counter; new keys are for a counter without registered persons."
            ),
        )
    _log_once.cache_clear()
    return HealthCheck(_NAME, is_ok=True, told=_("can be read"))


@lru_cache(maxsize=16)
def _log_once(trouble: str) -> None:
    """Log a trouble when it is new: the health page is read every few seconds, and by everybody."""
    log.error("keys of the persons register not read", trouble=trouble)
