"""Look whether check-ins are validated and missing check-outs found in time, and whether all can be judged."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from domain.brussels import BRUSSELS
from portal.check_in_configuration import CheckInConfiguration
from portal.health_checks import HealthCheck
from registers.checkins.left_to_do import LeftToDo, count_left

_VALIDATE = _("See the runs of `checkin_validation` in Airflow; `guichet checkins validate` does what they do.")
_REPAIR = _(
    "The logs of `checkin_validation` name them by receipt number and say why; repair that. They are tried again every hour."
)
_FIND = _("See the runs of `missing_check_outs` in Airflow; `guichet checkins missing-outs` does what they do.")


def look_at_check_ins(configuration: CheckInConfiguration, *, now: datetime) -> tuple[HealthCheck, ...]:
    """Say what waits, what could not be judged and what stands open for too long; one query."""
    return judge_check_ins(count_left(limits=configuration.limits, at=now), configuration, now=now)


def judge_check_ins(left: LeftToDo, configuration: CheckInConfiguration, *, now: datetime) -> tuple[HealthCheck, ...]:
    """Judge what the register still has to do, by the settings that say how long that may last."""
    in_time = left.waiting_since is None or now - left.waiting_since <= configuration.validated_within
    told = _("%(number)s waiting; requests for another validation: %(requests)s")
    if left.waiting_since is not None:
        told = _("%(number)s waiting, the oldest since %(since)s; requests for another validation: %(requests)s")
    longest = configuration.limits.days.longest_open
    found = left.open_since is None or now - left.open_since - longest <= configuration.missing_out_within
    return (
        HealthCheck(
            _("Validation of check-ins"),
            is_ok=in_time,
            told=told,
            next_step="" if in_time else _VALIDATE,
            values={"number": left.waiting, "since": _in_brussels(left.waiting_since), "requests": left.requests},
        ),
        HealthCheck(
            _("Check-ins that cannot be judged"),
            is_ok=not left.unjudged,
            told=_("%(number)s since %(since)s") if left.unjudged else _("all can be judged"),
            next_step=_REPAIR if left.unjudged else "",
            values={"number": left.unjudged, "since": _in_brussels(left.unjudged_since)},
        ),
        HealthCheck(
            _("Missing check-outs"),
            is_ok=found,
            told=_("without a check-out after %(hours)s hours and not flagged yet: %(number)s"),
            next_step="" if found else _FIND,
            values={"number": left.open_spells, "hours": configuration.open_hours},
        ),
    )


def _in_brussels(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(BRUSSELS).strftime("%Y-%m-%d %H:%M")
