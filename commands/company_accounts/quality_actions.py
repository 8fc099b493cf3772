"""What `guichet account add-quality` and `end-quality` do to the tables."""

from argparse import Namespace

from auth.session_life import SessionEnder
from channels.configuring.company_senders import retire_senders
from channels.configuring.networks import leave_networks
from commands.company_accounts.finding import find_account
from commands.configuring.actions import ACTOR
from domain.access.actors import Actor
from domain.access.qualities import Quality
from evidence.clock import SystemClock
from registers.access.entity_accounts import require_reason
from registers.access.qualities import activate_quality, end_quality
from registers.access.sender_services import end_services


def add_quality(arguments: Namespace) -> str:
    """Let the company act in a further quality."""
    require_reason(arguments.reason)
    account = find_account(arguments)
    activate_quality(
        account.entity_id,
        arguments.quality,
        by=Actor.operator(),
        at=SystemClock().now(),
        registration_number=arguments.registration_number,
        reason=arguments.reason,
    )
    return (
        f"{account.entity.name} acts as {arguments.quality} now; its main access manager manages that until he appoints "
        "somebody\n"
    )


def end_one(arguments: Namespace) -> str:
    """End a quality with its senders; those of what is no local authority any more leave the leased lines."""
    require_reason(arguments.reason)
    now, account = SystemClock().now(), find_account(arguments)
    sessions = SessionEnder(actor=ACTOR)
    end_quality(
        account.entity_id, arguments.quality, by=Actor.operator(), at=now, sessions=sessions, reason=arguments.reason
    )
    retired = retire_senders(
        account.entity_id,
        quality=arguments.quality,
        end_services=end_services,
        by=Actor.operator(),
        at=now,
        reason="quality ended",
    )
    told = (
        f"{account.entity.name} acts as {arguments.quality} no more; its managers, users and rights in it are ended\n"
    ) + tell_senders("retired", retired)
    if arguments.quality is not Quality.LOCAL_AUTHORITY:
        return told
    left = leave_networks(account.entity_id, actor=ACTOR, at=now)
    return told + f"leased lines taken from its senders: {left}\n"


def tell_senders(what: str, numbers: list[str]) -> str:
    """Return the line that tells what became of a company's senders."""
    return f"senders {what}: {', '.join(numbers) or 'none'}\n"


ACTIONS = {"add-quality": add_quality, "end-quality": end_one}
