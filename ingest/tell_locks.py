"""Tell of the passwords that were locked since the last sweep, each by itself."""

import logging

from auth.keys.password_locks import locks_to_tell, tell_of_lock
from auth.persons import Addressees
from ingest.recover import SweepReport

log = logging.getLogger(__name__)


def tell_locks(*, persons: Addressees) -> SweepReport:
    """Record every lock and write to its owner. One that cannot be told is logged and counted as failed; the next sweep tries again."""
    report = SweepReport()
    for password in locks_to_tell():
        try:
            told = tell_of_lock(password, persons=persons)
        except Exception:
            log.exception("lock of a password not told login=%s", password.login_id)
            report += SweepReport(failed=1)
        else:
            report += SweepReport(told=int(told))
    return report
