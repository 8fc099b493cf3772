"""Look whether the roots of cards are those that an operator pinned, and whether nobody else may change them (ASVS 6.7.1)."""

import stat
from functools import lru_cache
from pathlib import Path

import structlog
from django.utils.translation import gettext_noop as _

from domain.refusals import OutageError
from portal.eid_configuration import EidConfiguration
from portal.eid_trust import read_roots
from portal.health_checks import HealthCheck

log = structlog.get_logger()

_NAME = _("Signing in by card")
_COMPARE = _(
    "The log says which. Compare the roots in GUICHET_EID_TRUST with GUICHET_EID_ROOTS, and take away what is none."
)
_PIN = _("No root is pinned. Look at each in GUICHET_EID_TRUST, and name its SHA-256 in GUICHET_EID_ROOTS.")


def look_at_roots(configuration: EidConfiguration) -> HealthCheck:
    """Say how many roots there are and whether they are pinned; never raises for a file that cannot be used.

    Everybody may read the answer: which file or root it is about stands in the log alone.
    """
    folder = configuration.trust / "anchors"
    try:
        roots = read_roots(configuration)
        open_to_all = _open_to_all(folder)
    except (OutageError, OSError) as trouble:
        _log_once(str(trouble))
        return HealthCheck(
            _NAME,
            is_ok=False,
            told=_("no card signs in: a root is not to be believed"),
            next_step=_COMPARE if configuration.roots else _PIN,
        )
    if open_to_all:
        _log_once("everybody on the machine may change them")
        return HealthCheck(
            _NAME,
            is_ok=False,
            told=_("everybody on the machine may change the roots"),
            next_step=_("Let the owner alone write in GUICHET_EID_TRUST, and look at each root there."),
        )
    _log_once.cache_clear()
    if not roots:
        return HealthCheck(_NAME, is_ok=True, told=_("no root is there: nobody signs in"), is_set=False)
    told = _("1 root, pinned") if len(roots) == 1 else _("%(number)s roots, all pinned")
    return HealthCheck(_NAME, is_ok=True, told=told, values={"number": len(roots)})


def tell_roots(configuration: EidConfiguration) -> None:
    """Tell the log, when the portal starts, what is wrong with the roots; the pages that need none still open."""
    look_at_roots(configuration)


@lru_cache(maxsize=16)
def _log_once(trouble: str) -> None:
    """Log a trouble when it is new: the health page is read every few seconds, and by everybody."""
    log.error("card roots not believed", trouble=trouble)


def _open_to_all(folder: Path) -> bool:
    """Whether anybody may write the folder, or one of its files that are read."""
    if not folder.is_dir():
        return False
    read = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    return any(path.stat().st_mode & stat.S_IWOTH for path in [folder, *read])
