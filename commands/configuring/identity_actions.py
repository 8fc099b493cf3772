"""What `guichet identities` does to the tables."""

import sys
from argparse import Namespace

from django.conf import settings

from auth.locksmith import Locksmith
from auth.openid.matching import read_waiting, waiting_identities
from commands.configuring.actions import ACTOR
from domain.assurance import Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.clock import SystemClock
from ingest.match_identities import ask_for_number, match_identity, refuse_identity
from registers.persons.numbers import PersonDirectory, PersonKeys
from sender.tables import render_table

_LONGEST_INPUT = 100


def list_waiting(_arguments: Namespace) -> str:
    """Show who waits."""
    rows = [
        (
            *(str(one.pk), one.means, str(one.level), one.language, f"{one.asked_at:%Y-%m-%d %H:%M}"),
            f"{one.number_asked_at:%Y-%m-%d}" if one.number_asked_at else "",
            f"{one.call_at:%Y-%m-%d %H:%M}" if one.call_at else "",
        )
        for one in waiting_identities()
    ]
    return render_table(("id", "means", "level", "language", "since (UTC)", "number asked", "call (UTC)"), rows)


def show(arguments: Namespace) -> str:
    """Show who waits under a number."""
    waiting = read_waiting(arguments.identity, locksmith=_locksmith(), actor=ACTOR, at=SystemClock().now())
    pending = waiting.pending
    told = {
        "family name": pending.family_name,
        "given names": pending.given_names,
        "born": pending.birth_date.isoformat() if pending.birth_date else "",
        "identifier": pending.known_as,
        "e-mail": waiting.reach.mail,
        "telephone": waiting.reach.phone,
        "video call (UTC)": f"{waiting.call.at:%Y-%m-%d %H:%M}" if waiting.call else "",
    }
    return "".join(f"{name}: {value}\n" for name, value in told.items() if value)


def match(arguments: Namespace) -> str:
    """Match with the person of the number on standard input."""
    number = sys.stdin.read(_LONGEST_INPUT).strip()
    keys = PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")
    persons, at = PersonDirectory(keys, environment=Environment.PRODUCTION), SystemClock().now()
    waiting = read_waiting(arguments.identity, locksmith=_locksmith(), actor=ACTOR, at=at)
    if waiting.pending.means is Means.EMAIL_CODE:
        raise ConfigurationRefusedError(
            "This person asked for a video call and proved himself by nothing else.",
            next_step="A registration officer notes the document and matches on the page of who waits.",
        )
    person_id = match_identity(waiting, number, persons=persons, actor=ACTOR, at=at)
    return f"identity {arguments.identity} is person {person_id}; a letter says so\n"


def refuse(arguments: Namespace) -> str:
    """Refuse an identity."""
    phone, at = settings.GUICHET.office.phone, SystemClock().now()
    refuse_identity(arguments.identity, phone=phone, locksmith=_locksmith(), actor=ACTOR, at=at)
    return f"identity {arguments.identity} is refused; a letter says so, and what it told is forgotten\n"


def ask(arguments: Namespace) -> str:
    """Ask the person for a number."""
    office, at = settings.GUICHET.office, SystemClock().now()
    ask_for_number(
        arguments.identity, phone=office.phone, hours=office.hours, locksmith=_locksmith(), actor=ACTOR, at=at
    )
    return f"identity {arguments.identity} is asked for a number by letter, and waits on\n"


def _locksmith() -> Locksmith:
    return Locksmith.read(settings.GUICHET.home / "keys" / "signing_in.json")


ACTIONS = {"list": list_waiting, "show": show, "match": match, "ask": ask, "refuse": refuse}
