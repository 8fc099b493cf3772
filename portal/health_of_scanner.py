"""Look whether the scanner of evidence answers: drafts of corrections wait for it."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import Error
from django.utils.translation import gettext_noop as _

from domain.brussels import BRUSSELS
from domain.refusals import OutageError
from evidence.spool import Spool
from ingest.evidence_files import HarmScanner
from ingest.noted_scanner import takes_copies, try_scanner
from portal.health_checks import HealthCheck
from registers.checkins.scanner_outages import failing_since, take_turn

_NAME = _("Scanner of evidence")
_TRIED_EVERY = timedelta(minutes=1)


def look_at_scanner(
    scanner: HarmScanner | None, *, spool: Spool, max_bytes: int, now: datetime
) -> tuple[HealthCheck, ...]:
    """Say whether documents of up to `max_bytes` are looked through; None for no scanner.

    Nothing is said without a database.

    Everybody may ask, so the program is tried once a minute, whoever asks; what it says stands in the log alone.
    """
    if scanner is None:
        return (HealthCheck(_NAME, is_ok=True, told=_("none is set: documents are taken unscanned"), is_set=False),)
    try:
        if take_turn(at=now, every=_TRIED_EVERY):
            with suppress(OutageError):
                try_scanner(scanner, spool=spool, max_bytes=max_bytes)
        since = failing_since()
    except Error:
        return ()
    if since is None:
        return (HealthCheck(_NAME, is_ok=True, told=_("answers")),)
    told, next_step = _why(spool, max_bytes=max_bytes)
    values = {"since": since.astimezone(BRUSSELS).isoformat(sep=" ", timespec="minutes")}
    return (HealthCheck(_NAME, is_ok=False, told=told, next_step=next_step, values=values),)


def _why(spool: Spool, *, max_bytes: int) -> tuple[str, str]:
    """Return what is told of a scanner that fails, and what to do: a disk with too little room has it fail, too."""
    if takes_copies(spool.folder, max_bytes=max_bytes):
        return (
            _("looks through nothing since %(since)s: documents are turned away, and drafts wait"),
            _(
                "Read its exit code and first words in the log of the portal, and start what it needs, or give it room for its "
                "own working files."
            ),
        )
    return (
        _(
            "has no room since %(since)s for a copy as large as a document may be: documents are turned away, and drafts wait"
        ),
        _("Make room on the disk of the folder spool in GUICHET_HOME, and see that the portal may write there."),
    )
