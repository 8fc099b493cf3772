"""Say whether the notifications of a sender are placed in the e-Box of its entity too (access and login §10)."""

from datetime import datetime

from channels.models import Sender
from evidence.audit import append_event


def start_ebox_copies(sender: Sender, *, actor: str, at: datetime) -> bool:
    """Let every notification from now on go into the e-Box too; False when it does already."""
    if sender.ebox_copy:
        return False
    _turn(sender, "sender:ebox-copy:started", actor=actor, at=at)
    return True


def stop_ebox_copies(sender: Sender, *, actor: str, at: datetime) -> bool:
    """Let no further notification go into the e-Box; False when none does. Copies that are there stay."""
    if not sender.ebox_copy:
        return False
    _turn(sender, "sender:ebox-copy:stopped", actor=actor, at=at)
    return True


def _turn(sender: Sender, action: str, *, actor: str, at: datetime) -> None:
    sender.ebox_copy = not sender.ebox_copy
    sender.save(update_fields=["ebox_copy"])
    append_event(action, at=at, actor=actor, sender=sender.number)
