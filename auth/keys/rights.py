"""Who may set up a key: somebody signed in surely enough, and lately, or somebody whose first keys are being made.

User name and password, token card and authenticator app are set up only in a stay opened with eID or foreigner's card;
a password that there is already may also be renewed after itsme or an app code (access and login §3.6).
"""

from dataclasses import dataclass
from datetime import datetime

from auth.models import DigitalKey, Session
from auth.proofs import Circumstances, Source
from auth.refusals import KeyRefusedError
from auth.session_life import is_fresh
from domain.assurance import KEY_LEVEL, AssuranceLevel, Means

_NEEDED = {
    Means.PASSWORD: KEY_LEVEL,
    Means.TOTP: KEY_LEVEL,
    Means.TOKEN_CARD: KEY_LEVEL,
    Means.RECOVERY_CODE: KEY_LEVEL,
    Means.PASSKEY: AssuranceLevel.ITSME,
    Means.EMAIL_CODE: AssuranceLevel.APP_CODE,
}
_RENEWAL_LEVEL = AssuranceLevel.APP_CODE
_OWN_KEYS_LEVEL = AssuranceLevel.APP_CODE

_SURELY = "Sign in with your eID or foreigner's card first."
_AFRESH = "Sign in once more; this is asked again after five minutes."


@dataclass(frozen=True, slots=True)
class SetUpRight:
    """The right to set up keys of a login, and at what level their owner was proven.

    `stay_id` is the stay in which it happens; it goes on when a key that it leans on is replaced. `confined_to` is the
    company for which alone the keys count that are set up by it (decision 0050). `source` is the address of the request by
    which it is done: a stay that was stolen is used from elsewhere than it was begun.
    """

    login_id: int
    level: AssuranceLevel
    actor: str
    stay_id: int | None = None
    confined_to: int | None = None
    source: str = ""

    @property
    def circumstances(self) -> Circumstances:
        """What events of keys tell beside the key: how surely its owner was proven, from where and in which stay."""
        told = Circumstances(level=int(self.level), source=self.source)
        return told if self.stay_id is None else {**told, "session": self.stay_id}


def right_to_set_up(stay: Session, means: Means, *, source: Source, at: datetime) -> SetUpRight:
    """Return the right to set up a key of that kind in this stay; KeyRefusedError with what to do instead."""
    if means not in _NEEDED:
        raise KeyRefusedError("This key is not set up here.", next_step="It is known once you sign in with it.")
    needed = _NEEDED[means]
    if means is Means.PASSWORD and stay.login_id is not None and _has_password(stay.login_id):
        needed = _RENEWAL_LEVEL
    return _right(stay, needed, source=source, at=at)


def right_to_change(stay: Session, *, source: Source, at: datetime) -> SetUpRight:
    """Return the right to suspend, resume and take away own keys; KeyRefusedError below level 400 or after 5 minutes."""
    return _right(stay, _OWN_KEYS_LEVEL, source=source, at=at)


def _right(stay: Session, needed: AssuranceLevel, *, source: Source, at: datetime) -> SetUpRight:
    level = stay.level_for(None)
    if stay.login_id is None or level < needed:
        step = _SURELY if needed is KEY_LEVEL else f"Sign in with a key of level {needed} or higher first."
        raise KeyRefusedError("You are not signed in surely enough for this.", next_step=step)
    if not is_fresh(stay, at=at):
        raise KeyRefusedError("You signed in too long ago for this.", next_step=_AFRESH)
    return SetUpRight(stay.login_id, AssuranceLevel(level), f"login:{stay.login_id}", stay.pk, source=source.address)


def _has_password(login_id: int) -> bool:
    return DigitalKey.objects.filter(login_id=login_id, means=Means.PASSWORD, ended_at__isnull=True).exists()
