"""What time does to company accounts: proposals and codes lapse, tasks fall due, unused accounts are blocked."""

from datetime import datetime, timedelta

from django.conf import settings

from auth.session_life import SessionEnder
from correspondence.ebox import expire_due
from registers.access.attesting import ask_to_attest, block_unused, let_managers_go_on
from registers.access.lapsing import lapse_due
from registers.access.mandating import end_rights_without_mandate
from registers.access.reminding import remind_of_activation


def keep_up(*, at: datetime) -> str:
    """Do all of it and tell how much there was; it may run as often as one likes."""
    numbers = settings.GUICHET.access
    done = {
        "lapsed": lapse_due(at=at),
        "reminded of activation": remind_of_activation(at=at),
        "asked to confirm users": ask_to_attest(at=at, away_for=timedelta(days=numbers.away_days)),
        "blocked for want of use": block_unused(
            at=at, sessions=SessionEnder(actor="platform"), unused_for=timedelta(days=numbers.unused_days)
        ),
        "managers let go on": let_managers_go_on(at=at),
        "rights without their mandate ended": end_rights_without_mandate(at=at),
        "e-Box documents expired": expire_due(at=at),
    }
    return "".join(f"{what}: {count}\n" for what, count in done.items())
