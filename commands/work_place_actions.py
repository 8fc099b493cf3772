"""What `guichet work-places` does to the tables."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from commands.configuring.actions import ACTOR
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from registers.checkins.models import PartyRole, WorkPlace, WorkPlaceParty
from registers.checkins.work_places import PartyEnd, WorkPlaceFacts, add_party, end_party, enter_or_change
from sender.tables import render_table

_FIELDS = frozenset(one.name for one in fields(WorkPlaceFacts)) - {"number"}


def list_all(_arguments: Namespace) -> str:
    """Show every work place."""
    rows = [
        (
            *(row.environment, row.number, row.sector, row.name, row.declarant, row.responsible or row.declarant),
            *(row.valid_from.isoformat(), "" if row.valid_until is None else row.valid_until.isoformat()),
            "yes" if row.is_subject else "no",
        )
        for row in WorkPlace.objects.order_by("environment", "number")
    ]
    titles = ("environment", "number", "sector", "name", "declarant", "responsible", "from", "until", "subject")
    return render_table(titles, rows)


def show(arguments: Namespace) -> str:
    """Show a work place and its parties."""
    places = WorkPlace.objects.filter(number=arguments.number)
    if not places.exists():
        raise ConfigurationRefusedError(
            f"There is no work place {arguments.number}.", next_step="`guichet work-places list` shows those there are."
        )
    parties = WorkPlaceParty.objects.filter(work_place__in=places).select_related("parent")
    rows = [
        (
            *(row.environment, row.enterprise, row.role, "" if row.parent is None else row.parent.enterprise),
            *(row.valid_from.isoformat(), "" if row.valid_until is None else row.valid_until.isoformat()),
        )
        for row in parties.order_by("environment", "valid_from", "pk")
    ]
    about = "".join(map(_about, places.order_by("environment")))
    return about + render_table(("environment", "company", "role", "under", "from", "until"), rows)


def _about(row: WorkPlace) -> str:
    until = "without end" if row.valid_until is None else f"until {row.valid_until}"
    street = f"{row.street} {row.house_number}".strip()
    lies = ", ".join(filter(None, (street, f"{row.post_code} {row.municipality}".strip()))) or "address unknown"
    point = "point unknown" if row.latitude is None else f"point {row.latitude},{row.longitude}"
    subject = "presences are registered" if row.is_subject else "no presence need be registered"
    return (
        f"{row.environment}: {row.number} {row.name}, {row.sector}, declared by {row.declarant}, "
        f"answered for by {row.responsible or row.declarant}\n"
        f"   from {row.valid_from} {until}; {subject}; {lies}; {point}\n"
    )


def add(arguments: Namespace) -> str:
    """Enter a work place, or change of one only what is given."""
    given = {name: value for name, value in vars(arguments).items() if name in _FIELDS}
    number, told = arguments.number, ""
    for environment in arguments.environments:
        is_new = enter_or_change(number, given, environment=environment, actor=ACTOR, at=SystemClock().now())
        told += f"{environment}: work place {number} {'entered' if is_new else 'changed'}\n"
    return told


def add_one_party(arguments: Namespace) -> str:
    """Let a company work there."""
    told = ""
    for environment in arguments.environments:
        add_party(
            arguments.number,
            arguments.company,
            role=PartyRole(arguments.role),
            parent=arguments.under,
            valid_from=arguments.start,
            valid_until=arguments.end,
            environment=environment,
            actor=ACTOR,
            at=SystemClock().now(),
        )
        told += (
            f"{environment}: {arguments.company} is {arguments.role} of {arguments.number} from {arguments.start} on\n"
        )
    return told


def end_one_party(arguments: Namespace) -> str:
    """Let a company work there no more."""
    ends = {
        environment: end_party(
            arguments.number,
            arguments.company,
            role=None if arguments.role is None else PartyRole(arguments.role),
            last_day=arguments.end,
            environment=environment,
            actor=ACTOR,
            at=SystemClock().now(),
        )
        for environment in arguments.environments
    }
    what = "party" if arguments.role is None else arguments.role
    ended = [environment for environment, one in ends.items() if one.became is not PartyEnd.NOTHING_TO_END]
    if not ended:
        return f"nothing changed: {arguments.company} is no {what} of {arguments.number} after {arguments.end}\n"
    is_taken_away = any(one.became is PartyEnd.TAKEN_AWAY for one in ends.values())
    later = "; what began later is taken away" if is_taken_away else ""
    told = f"{arguments.company} is a {what} of {arguments.number} until {arguments.end} in {', '.join(ended)}{later}\n"
    return told + "".join(_left(environment, *left) for environment, one in ends.items() for left in one.left.items())


def _left(environment: str, first: date, companies: Sequence[str]) -> str:
    left = ", ".join(companies)
    return (
        f"{environment}: from {first} on nobody but who declared the works stands above {left}; "
        "enter them under who goes on with the works\n"
    )


ACTIONS = {"list": list_all, "show": show, "add": add, "add-party": add_one_party, "end-party": end_one_party}
