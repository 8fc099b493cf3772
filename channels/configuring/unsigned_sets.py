"""Say whether a sender may leave out its FS files over the web service (batch protocol §2.5, decision 0080)."""

from datetime import datetime

from channels.models import Sender, SenderChannel
from domain.channels import Channel
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.audit import append_event


def waive_signatures(sender: Sender, *, actor: str, at: datetime) -> bool:
    """Let its sets come over the web service without FS files from now on; False when they may already.

    ConfigurationRefusedError where that channel is not open. Who closes it takes this back.
    """
    if not SenderChannel.objects.filter(sender=sender, channel=Channel.WEB_SERVICE).exists():
        raise ConfigurationRefusedError(
            f"The web service is not open for sender {sender.number}.",
            next_step="Open it first, by `guichet channels open WEB_SERVICE`.",
        )
    return _turn(sender, "sender:signatures:waived", is_unsigned=True, actor=actor, at=at)


def require_signatures(sender: Sender, *, actor: str, at: datetime) -> bool:
    """Ask for FS files over the web service again; False when they are asked for."""
    return _turn(sender, "sender:signatures:required", is_unsigned=False, actor=actor, at=at)


def _turn(sender: Sender, action: str, *, is_unsigned: bool, actor: str, at: datetime) -> bool:
    rows = SenderChannel.objects.filter(sender=sender, channel=Channel.WEB_SERVICE, is_unsigned=not is_unsigned)
    is_changed = bool(rows.update(is_unsigned=is_unsigned))
    if is_changed:
        append_event(action, at=at, actor=actor, sender=sender.number, channel=str(Channel.WEB_SERVICE))
    return is_changed
