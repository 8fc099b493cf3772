"""What `guichet contingent` does to the tables."""

from argparse import Namespace
from collections.abc import Mapping

from commands.configuring.actions import ACTOR
from domain.configuration_refusals import ConfigurationRefusedError
from domain.contingent import YearlyLimit
from domain.environments import Environment
from domain.student_declarations import DECLARED_COMMISSIONS
from evidence.clock import SystemClock
from registers.access.entities import require_company_number
from registers.access.mandates import entities_of
from registers.student_days.contingent_rules import end_neutralisation, neutralise, remove_limit, set_limit
from registers.student_days.models import Neutralisation, QuotaLimit
from sender.tables import render_table


def show(_arguments: Namespace) -> str:
    """Show limits and neutralised days of the registers; a simulation has none of its own."""
    limits = [
        (one.environment, str(one.first_year), str(one.amount), one.unit)
        for one in QuotaLimit.objects.exclude(environment=Environment.SIMULATION).order_by("environment", "first_year")
    ]
    neutralised = [
        (
            str(one.pk),
            one.environment,
            one.first_day.isoformat(),
            one.last_day.isoformat(),
            "all" if one.most_hours is None else str(one.most_hours),
            _whose(one),
        )
        for one in Neutralisation.objects.exclude(environment=Environment.SIMULATION)
        .select_related("employer")
        .order_by("environment", "first_day", "pk")
    ]
    return "\n".join(
        (
            render_table(("environment", "from year", "limit", "unit"), limits),
            render_table(("number", "environment", "neutralised from", "until", "hours", "of"), neutralised),
        )
    )


def _whose(days: Neutralisation) -> str:
    if days.joint_commission:
        reaches = days.joint_commission in DECLARED_COMMISSIONS
        return (
            days.joint_commission if reaches else f"{days.joint_commission}, of which employers are entered one by one"
        )
    return "everyone" if days.employer is None else days.employer.company_number


def change_limit(arguments: Namespace) -> str:
    """Put a limit in force."""
    limit = YearlyLimit(arguments.year, arguments.amount, arguments.unit)
    changed = set_limit(limit, environments=arguments.environments, actor=ACTOR, at=SystemClock().now())
    return (
        f"the limit from {limit.first_year} on is {limit.amount} {limit.unit}; accounts that follow: {_told(changed)}\n"
    )


def take_limit_back(arguments: Namespace) -> str:
    """Let the limit before go on."""
    changed = remove_limit(arguments.year, environments=arguments.environments, actor=ACTOR, at=SystemClock().now())
    return f"no limit begins in {arguments.year} any more; accounts that follow the one before: {_told(changed)}\n"


def _told(changed: Mapping[Environment, int]) -> str:
    return ", ".join(f"{count} in {environment}" for environment, count in changed.items())


def neutralise_days(arguments: Namespace) -> str:
    """Let hours of some days count in no contingent."""
    if arguments.last_day < arguments.first_day:
        raise ConfigurationRefusedError(
            f"{arguments.last_day} comes before {arguments.first_day}.", next_step="Exchange the days."
        )
    employers = {}
    if arguments.employer is not None:
        company = require_company_number(arguments.employer)
        employers = entities_of(company, arguments.environments)
        if not employers:
            raise ConfigurationRefusedError(
                f"No employer has the company number {company}.", next_step="Enter it with a mandate first."
            )
    concerned = [one for one in arguments.environments if arguments.employer is None or one in employers]
    for environment in concerned:
        neutralise(
            arguments.first_day,
            arguments.last_day,
            environment=environment,
            joint_commission=arguments.commission,
            employer_id=employers[environment].pk if employers else None,
            most_hours=arguments.hours,
            actor=ACTOR,
            at=SystemClock().now(),
        )
    hours = "all hours" if arguments.hours is None else f"the first {arguments.hours} hours of a student"
    return f"from {arguments.first_day} to {arguments.last_day} {hours} count nowhere in {', '.join(concerned)}\n"


def count_days_again(arguments: Namespace) -> str:
    """End a neutralisation."""
    end_neutralisation(arguments.number, actor=ACTOR, at=SystemClock().now())
    return (
        f"hours of the days with the number {arguments.number} count again, of what is filed or changed from now on\n"
    )


ACTIONS = {
    "limits": show,
    "set-limit": change_limit,
    "remove-limit": take_limit_back,
    "neutralise": neutralise_days,
    "end-neutralisation": count_days_again,
}
