"""What `guichet mandates` does to the tables."""

from argparse import Namespace

from channels.configuring.senders import find_sender, require_sender
from commands.configuring.actions import ACTOR
from domain.access.actors import Actor
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from registers.access.entities import enter_entity, require_company_number
from registers.access.mandates import add_mandate, end_mandate, entities_of
from registers.access.models import Mandate
from sender.tables import render_table


def add(arguments: Namespace) -> str:
    """Enter a mandate, and the employer where that is asked for."""
    now = SystemClock().now()
    sender = require_sender(arguments.sender)
    if arguments.end is not None and arguments.end < arguments.start:
        raise ConfigurationRefusedError(
            f"The mandate would end in {arguments.end}, before {arguments.start}.", next_step="Exchange the quarters."
        )
    principals = enter_entity(
        arguments.employer,
        name=arguments.name,
        nsso_number=arguments.nsso,
        environments=arguments.environments,
        actor=ACTOR,
        at=now,
    )
    own = entities_of(sender.entity.company_number, arguments.environments)
    added = [
        environment
        for environment in arguments.environments
        if environment in own
        and add_mandate(
            principals[environment],
            own[environment],
            service_group=arguments.group,
            from_quarter=arguments.start,
            to_quarter=arguments.end,
            by=Actor.operator(),
            at=now,
        )
    ]
    if not added:
        return f"nothing changed: sender {sender.number} may declare for {arguments.employer} already\n"
    return (
        f"sender {sender.number} may declare {arguments.group} for {principals[added[0]].name} "
        f"from {arguments.start} in {', '.join(added)}\n"
    )


def end(arguments: Namespace) -> str:
    """End a mandate."""
    now = SystemClock().now()
    sender = find_sender(arguments.sender)
    company = require_company_number(arguments.employer)
    principals = entities_of(company, arguments.environments)
    own = entities_of(sender.entity.company_number, arguments.environments)
    ended = [
        environment
        for environment in arguments.environments
        if environment in principals
        and environment in own
        and end_mandate(
            principals[environment],
            own[environment],
            service_group=arguments.group,
            last_quarter=arguments.end,
            by=Actor.operator(),
            at=now,
        )
    ]
    if not ended:
        return f"nothing changed: sender {sender.number} has no such mandate from {company}\n"
    when = "now" if arguments.end is None else f"with quarter {arguments.end}"
    return f"the mandate of sender {sender.number} from {company} ends {when} in {', '.join(ended)}\n"


def list_all(arguments: Namespace) -> str:
    """Show the mandates of a sender's entity."""
    held = Mandate.objects.filter(
        mandatary__company_number=find_sender(arguments.sender).entity.company_number
    ).select_related("principal")
    rows = [
        (
            one.environment,
            one.principal.company_number,
            one.principal.name,
            one.service_group,
            one.from_quarter,
            one.to_quarter,
            one.state,
        )
        for one in held.order_by("environment", "principal__company_number", "pk")
    ]
    return render_table(("environment", "employer", "name", "group", "from", "until", "state"), rows)


ACTIONS = {"add": add, "end": end, "list": list_all}
