"""What `guichet employers` does to the tables."""

from argparse import Namespace

from commands.configuring.actions import ACTOR
from domain.brussels import brussels_date
from evidence.clock import SystemClock
from registers.access.registration_numbers import give_number, numbers_had, withdraw_number
from sender.tables import render_table


def give(arguments: Namespace) -> str:
    """Call a company by another registration number."""
    changed = give_number(
        arguments.company, arguments.number, reason=arguments.reason, actor=ACTOR, at=SystemClock().now()
    )
    if not changed:
        return f"nothing changed: company {arguments.company} has the registration number {arguments.number} already\n"
    return (
        f"company {arguments.company} has the registration number {arguments.number} in {', '.join(changed)}; the one that "
        "it had goes on to name it\n"
    )


def withdraw(arguments: Namespace) -> str:
    """Let a number name a company no more."""
    withdraw_number(arguments.company, arguments.number, reason=arguments.reason, actor=ACTOR, at=SystemClock().now())
    return f"registration number {arguments.number} names company {arguments.company} no more\n"


def show(arguments: Namespace) -> str:
    """Show the numbers of a company, present and former."""
    rows = [
        (environment, number, str(brussels_date(since)), "present" if is_present else "former")
        for environment, number, since, is_present in numbers_had(arguments.company)
    ]
    return render_table(("environment", "registration number", "known since", "standing"), rows)


ACTIONS = {"give-number": give, "withdraw-number": withdraw, "numbers": show}
