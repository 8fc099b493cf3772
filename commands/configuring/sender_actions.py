"""What `guichet senders` does to the tables."""

from argparse import Namespace

from django.db.models import QuerySet

from channels.configuring.ebox_copies import start_ebox_copies, stop_ebox_copies
from channels.configuring.retiring import retire_sender
from channels.configuring.senders import add_sender, change_state, equipment_of, find_sender, require_sender
from channels.configuring.unsigned_sets import require_signatures, waive_signatures
from channels.models import Sender
from channels.sender_life import SenderChange
from commands.configuring.actions import ACTOR
from commands.configuring.overview import render_overview
from domain.access.actors import Actor
from domain.environments import Environment
from domain.languages import Language
from evidence.clock import SystemClock
from registers.access.declarations.pending import require_confirmed
from registers.access.entities import enter_entity
from registers.access.sender_services import end_services
from sender.tables import render_table

_TOLD = {
    SenderChange.ACTIVATE: "may sign in and deliver",
    SenderChange.SUSPEND: "may collect, but deliver nothing",
    SenderChange.RESUME: "may deliver again",
    SenderChange.RETIRE: "is retired; its number is never used again",
}


def add(arguments: Namespace) -> str:
    """Add a draft, and its entity where that is asked for."""
    now = SystemClock().now()
    entities = enter_entity(arguments.company, name=arguments.name, nsso_number=arguments.nsso, actor=ACTOR, at=now)
    sender = add_sender(
        entities[Environment.PRODUCTION],
        contact_name=arguments.contact,
        contact_address=arguments.mail,
        contact_phone=arguments.phone,
        language=Language(arguments.language),
        number=arguments.number,
        user_name=arguments.user,
        actor=ACTOR,
        at=now,
    )
    return (
        f"sender {sender.number} added, technical user {sender.technical_user.user_name}, state {sender.state}\n"
        f"it still lacks {', '.join(equipment_of(sender, at=now).lacking)}\n"
    )


def list_all(_arguments: Namespace) -> str:
    """Show every sender in a line."""
    rows = [
        (
            sender.number,
            sender.state,
            sender.entity.name,
            sender.technical_user.user_name,
            ", ".join(sorted(row.channel for row in sender.channels.all())),
            sender.language,
        )
        for sender in _senders().order_by("number")
    ]
    return render_table(("sender", "state", "entity", "technical user", "channels", "language"), rows)


def show(arguments: Namespace) -> str:
    """Show the overview of the configuration data."""
    return render_overview(find_sender(arguments.sender), at=SystemClock().now())


def change(arguments: Namespace) -> str:
    """Move the sender on."""
    asked = SenderChange(arguments.action)
    sender = find_sender(arguments.sender)
    if asked is SenderChange.ACTIVATE:
        require_confirmed(sender.technical_user.user_name)
    reason, now = getattr(arguments, "reason", ""), SystemClock().now()
    is_changed = (
        retire_sender(sender, end_services=end_services, by=Actor.operator(), at=now, reason=reason)
        if asked is SenderChange.RETIRE
        else change_state(sender, asked, actor=ACTOR, at=now, reason=reason)
    )
    if not is_changed:
        return f"nothing changed: sender {sender.number} is {sender.state} already\n"
    return f"sender {sender.number} {_TOLD[asked]} (state {sender.state})\n"


def start_copies(arguments: Namespace) -> str:
    """Place notifications in the e-Box too."""
    sender = require_sender(arguments.sender)
    if not start_ebox_copies(sender, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: notifications of sender {sender.number} are copied to the e-Box already\n"
    return f"notifications of sender {sender.number} are placed in the e-Box of {sender.entity.name} too\n"


def stop_copies(arguments: Namespace) -> str:
    """Place no further notification there."""
    sender = require_sender(arguments.sender)
    if not stop_ebox_copies(sender, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: notifications of sender {sender.number} are not copied\n"
    return f"notifications of sender {sender.number} are copied no more; what is in the e-Box stays\n"


def waive(arguments: Namespace) -> str:
    """Ask for no FS files over the web service."""
    sender = require_sender(arguments.sender)
    if not waive_signatures(sender, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: sender {sender.number} needs no FS files over the web service already\n"
    return f"sender {sender.number} may leave out its FS files over the web service; those that come are verified\n"


def require(arguments: Namespace) -> str:
    """Ask for them again."""
    sender = require_sender(arguments.sender)
    if not require_signatures(sender, actor=ACTOR, at=SystemClock().now()):
        return f"nothing changed: sender {sender.number} has to send its FS files\n"
    return f"sender {sender.number} has to send its FS files over the web service again\n"


def _senders() -> QuerySet[Sender]:
    return Sender.objects.select_related("technical_user", "entity").prefetch_related("channels")


ACTIONS = {
    "add": add,
    "list": list_all,
    "show": show,
    "start-ebox-copies": start_copies,
    "stop-ebox-copies": stop_copies,
    "waive-signatures": waive,
    "require-signatures": require,
} | {move.value: change for move in SenderChange}
