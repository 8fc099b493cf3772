"""What `guichet logins` does to the tables."""

from argparse import Namespace
from datetime import datetime

from auth.keys.life import own_keys
from auth.keys.password_locks import lift_lock
from auth.login_blocks import block_login, unblock_login
from auth.logins import normalise_user_name
from auth.models import Login, LoginState
from auth.session_life import own_sessions
from commands.configuring.actions import ACTOR
from commands.configuring.finding_people import read_person
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from registers.access.entity_accounts import require_reason


def show(arguments: Namespace) -> str:
    """Show how the login stands; no secret, no number."""
    login, now = _find(arguments), SystemClock().now()
    lines = [f"login     {_called(login)}", f"state     {login.state}"]
    lines += [f"key       {key.means} {key.state}{_lock(key.locked_until, now)}" for key in own_keys(login.pk)]
    issued = login.temporary_credentials.filter(ended_at__isnull=True)
    lines += [f"codes     {codes.kind} {codes.state}{_lock(codes.locked_until, now)}" for codes in issued]
    lines.append(f"sessions  {len(own_sessions(login.pk, at=now))}")
    return "".join(f"{line}\n" for line in lines)


def block(arguments: Namespace) -> str:
    """Block the login."""
    require_reason(arguments.reason)
    login = _find(arguments)
    ended = block_login(login.pk, reason=arguments.reason, actor=ACTOR, at=SystemClock().now())
    return f"{_called(login)} is blocked: no key signs in any more; sessions ended: {ended}\n"


def unblock(arguments: Namespace) -> str:
    """Take the block away."""
    require_reason(arguments.reason)
    login = _find(arguments)
    unblock_login(login.pk, reason=arguments.reason, actor=ACTOR, at=SystemClock().now())
    return f"{_called(login)} may sign in again, with the keys as before\n"


def unlock(arguments: Namespace) -> str:
    """Lift the lock of the password."""
    login = _find(arguments)
    if not lift_lock(login.pk, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: the password of {_called(login)} is not locked\n"
    return f"the password of {_called(login)} may be tried again at once\n"


def _find(arguments: Namespace) -> Login:
    living = Login.objects.exclude(state=LoginState.REMOVED)
    name = arguments.name if arguments.name is not None else arguments.user
    if name is not None:
        found = living.filter(user_name=normalise_user_name(name)).first()
    else:
        found = living.filter(person_id=read_person() or 0).first()
    if found is None:
        raise ConfigurationRefusedError(
            "There is no such login.", next_step="Look at the name or number again; who never signed in may have none."
        )
    return found


def _called(login: Login) -> str:
    return login.user_name or f"login {login.pk}"


def _lock(until: datetime | None, now: datetime) -> str:
    return f", locked until {_minute(until)}" if until and until > now else ""


def _minute(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%Y-%m-%d %H:%M} (Brussels)"


ACTIONS = {"show": show, "block": block, "unblock": unblock, "unlock": unlock}
