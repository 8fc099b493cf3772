"""Open and close channels for a sender, and say which messages it may deliver where."""

import re
from collections.abc import Collection
from datetime import datetime

from channels.configuring.senders import settle
from channels.models import Sender, SenderChannel, SenderService
from domain.channels import Channel
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event

_PURPOSE = re.compile(r"\A[A-Z]{4}\Z")


def open_channel(sender: Sender, channel: Channel, *, actor: str, at: datetime) -> bool:
    """Let the sender come through that channel; False when it may already."""
    _, is_new = SenderChannel.objects.get_or_create(sender=sender, channel=channel)
    if is_new:
        append_event("channel:opened", at=at, actor=actor, sender=sender.number, channel=str(channel))
        settle(sender, actor=actor, at=at)
    return is_new


def close_channel(sender: Sender, channel: Channel, *, actor: str, at: datetime) -> bool:
    """Let the sender come through that channel no more; False when it could not. The last of an active one is refused."""
    closed, _ = SenderChannel.objects.filter(sender=sender, channel=channel).delete()
    if closed:
        append_event("channel:closed", at=at, actor=actor, sender=sender.number, channel=str(channel))
        settle(sender, actor=actor, at=at)
    return bool(closed)


def add_service(
    sender: Sender, purpose: str, environments: Collection[Environment], *, actor: str, at: datetime
) -> list[Environment]:
    """Let the sender deliver that message in those environments; return those that are new."""
    if not _PURPOSE.match(purpose):
        raise ConfigurationRefusedError(
            f"{purpose!r} is no purpose code.", next_step="It has four capitals, such as DIMN."
        )
    added = [
        environment
        for environment in environments
        if SenderService.objects.get_or_create(sender=sender, purpose=purpose, environment=environment)[1]
    ]
    if added:
        _note("service:added", sender, purpose, added, actor=actor, at=at)
    return added


def remove_service(
    sender: Sender, purpose: str, environments: Collection[Environment], *, actor: str, at: datetime
) -> list[Environment]:
    """Let the sender deliver that message there no more; return where it could. The last of an active one is refused."""
    removed = [
        environment
        for environment in environments
        if SenderService.objects.filter(sender=sender, purpose=purpose, environment=environment).delete()[0]
    ]
    if removed:
        _note("service:removed", sender, purpose, removed, actor=actor, at=at)
    return removed


def _note(
    action: str, sender: Sender, purpose: str, environments: list[Environment], *, actor: str, at: datetime
) -> None:
    append_event(
        action, at=at, actor=actor, sender=sender.number, purpose=purpose, environments=list(map(str, environments))
    )
    settle(sender, actor=actor, at=at)
