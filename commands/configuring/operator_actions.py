"""What `guichet operator` does to the tables."""

import sys
from argparse import Namespace
from datetime import datetime

from django.conf import settings

from auth.desk import KeyDesk
from auth.keys.enrolments import issue_operator_link
from auth.locksmith import Locksmith
from auth.logins import login_of_person, name_login, normalise_user_name
from auth.models import Login, LoginState, Operator, OperatorRole
from auth.operators import end_roles, find_operator, give_role
from commands.configuring.actions import ACTOR
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from domain.counted_words import counted
from domain.environments import Environment
from domain.identifiers import is_insz
from domain.languages import Language
from evidence.clock import SystemClock
from registers.persons.numbers import PersonDirectory, PersonKeys
from sender.tables import render_table

_LONGEST_INPUT = 100


class NobodyKnown:
    """No person and no company: an operator's link asks for neither."""

    def has_national_number(self, person_id: int) -> bool:  # noqa: ARG002 - of nobody
        """Return False."""
        return False

    def is_national_number(self, person_id: int, number: str) -> bool:  # noqa: ARG002 - of nobody
        """Return False."""
        return False

    def mail_address(self, person_id: int) -> str | None:  # noqa: ARG002 - of nobody
        """Return None."""
        return None

    def address_since(self, person_id: int, since: datetime) -> str | None:  # noqa: ARG002 - of nobody
        """Return None."""
        return None

    def language(self, person_id: int) -> Language:  # noqa: ARG002 - of nobody
        """Return English."""
        return Language.EN

    def passwords_allowed(self, person_id: int) -> bool:  # noqa: ARG002 - of nobody
        """Return True."""
        return True

    def hold_passwords_allowed(self, person_id: int) -> bool:  # noqa: ARG002 - of nobody
        """Return True."""
        return True

    def names_of(self, person_id: int) -> tuple[str, ...]:  # noqa: ARG002 - of nobody
        """Return no name."""
        return ()

    def alert(self, person_id: int, occasion: str) -> None:
        """Tell nobody."""


def create(arguments: Namespace) -> str:
    """Make an operator and show the link."""
    at = SystemClock().now()
    name = normalise_user_name(arguments.user_name)
    if Login.objects.filter(user_name=name).exclude(state=LoginState.REMOVED).exists():
        raise ConfigurationRefusedError(
            f"The user name {name!r} is taken.", next_step="Choose another one, or see `guichet operator list`."
        )
    login = _officer(at) if arguments.registrar or arguments.inspector else _nameless(at)
    name_login(login, name, at=at, actor=ACTOR)
    for role in _roles(arguments):
        give_role(login, role, at=at, actor=ACTOR)
    return _show_link(login, at=at)


def _roles(arguments: Namespace) -> tuple[OperatorRole, ...]:
    if arguments.inspector:
        return (OperatorRole.INSPECTOR,)
    return (OperatorRole.SUPPORT, OperatorRole.REGISTRAR) if arguments.registrar else (OperatorRole.SUPPORT,)


def renew_link(arguments: Namespace) -> str:
    """Show a new link."""
    return _show_link(find_operator(arguments.user_name), at=SystemClock().now())


def end(arguments: Namespace) -> str:
    """Take the roles away."""
    login = find_operator(arguments.user_name)
    ended = end_roles(login, at=SystemClock().now(), actor=ACTOR)
    return f"{login.user_name} is no operator any more; {counted(ended, 'role', 'roles')} and all his sessions ended\n"


def show(_: Namespace) -> str:
    """Show who holds what."""
    rows = Operator.objects.select_related("login").filter(ended_at__isnull=True).order_by("login__user_name", "role")
    if not rows:
        return "there is no operator; make the first one with `guichet operator create NAME`\n"
    shown = [
        [row.login.user_name or "", row.role, row.login.state, f"{row.given_at.astimezone(BRUSSELS):%Y-%m-%d}"]
        for row in rows
    ]
    return render_table(["user name", "role", "state", "since"], shown)


def _show_link(login: Login, *, at: datetime) -> str:
    desk = KeyDesk(
        locksmith=Locksmith.read(settings.KEYS / "signing_in.json"), persons=NobodyKnown(), companies=NobodyKnown()
    )
    made = issue_operator_link(login.pk, actor=ACTOR, desk=desk, at=at)
    until = f"{made.expires_at.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
    return (
        f"operator  {login.user_name}\n"
        f"link      {settings.GUICHET.web.public_url}/first-keys/{made.link}\n"
        f"until     {until} (Brussels)\n"
        "the link works once and cannot be shown again; whoever opens it sets up the keys of this operator\n"
    )


def _nameless(at: datetime) -> Login:
    return Login.objects.create(state=LoginState.INVITED, created_at=at)


def _officer(at: datetime) -> Login:
    number = sys.stdin.read(_LONGEST_INPUT).strip()
    if not is_insz(number):
        raise ConfigurationRefusedError(
            "Standard input does not hold a national number with sound check digits.",
            next_step="Write the eleven digits of the officer's national number to standard input.",
        )
    keys = PersonKeys.read(settings.KEYS / "persons.json")
    persons = PersonDirectory(keys, environment=Environment.PRODUCTION)
    return login_of_person(persons.find_or_create([number], at=at)[number], at=at, actor=ACTOR)


ACTIONS = {"create": create, "link": renew_link, "end": end, "list": show}
