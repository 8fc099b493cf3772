"""Look whether letters reach their carriers: mails and text messages that wait, and those that were given up.

A few that their carrier refuses fail nothing: anybody may type an address that is none.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from correspondence.untold import Untold, count_untold
from portal.health_checks import HealthCheck

LONGEST_WAIT = timedelta(hours=1)
"""How long a letter may wait for its carrier before somebody should look."""

REMEMBERED = timedelta(days=7)
"""For how long letters that were given up are told of."""

SLIPS = 2
"""So many addresses in a row may be mistyped; a carrier that refuses more takes nothing at all."""

_NAME = _("Mails and text messages")
_LOOK = _(
    "See log/notices.log in GUICHET_HOME for what the carrier says, repair it, then run `guichet notices letters --retry`."
)


def look_at_letters(*, now: datetime) -> HealthCheck:
    """Say how many letters wait and were given up lately."""
    return judge_letters(count_untold(since=now - REMEMBERED), now=now)


def judge_letters(untold: list[Untold], *, now: datetime) -> HealthCheck:
    """Judge the carriers by what they neither took nor refused; what they refuse is told of, for its address may be wrong."""
    values = {"waiting": sum(one.waiting for one in untold), "given_up": sum(one.given_up for one in untold)}
    oldest = min((one.oldest for one in untold if one.oldest is not None), default=now)
    if now - oldest > LONGEST_WAIT:
        told = _("%(waiting)s waiting for a carrier, one that was not even tried for more than an hour")
        return HealthCheck(_NAME, is_ok=False, told=told, next_step=_LOOK, values=values)
    if any(one.refused > SLIPS for one in untold):
        told = _("%(waiting)s waiting for a carrier that refuses whatever it is given")
        return HealthCheck(_NAME, is_ok=False, told=told, next_step=_LOOK, values=values)
    if values["given_up"]:
        told = _("%(waiting)s waiting for a carrier, %(given_up)s given up in the last seven days")
        return HealthCheck(_NAME, is_ok=True, told=told, values=values)
    return HealthCheck(_NAME, is_ok=True, told=_("%(waiting)s waiting for a carrier"), values=values)
