"""Find the account of the company that an operator names."""

from argparse import Namespace

from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.environments import Environment
from registers.access.entities import require_company_number
from registers.access.models import EntityAccount


def find_account(arguments: Namespace) -> EntityAccount:
    """Return the account of the company that the arguments name; AccessRefusedError where it has none."""
    number = require_company_number(arguments.company)
    account = (
        EntityAccount.objects.select_related("entity")
        .filter(entity__company_number=number, environment=Environment.PRODUCTION)
        .order_by("-pk")
        .first()
    )
    if account is None:
        raise AccessRefusedError(
            RefusalReason.NO_ACCOUNT,
            f"The company {number} has no account.",
            next_step="Register it with `guichet account register`.",
        )
    return account
