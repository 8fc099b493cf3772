"""Give a technical user a password for the FTP door, or take it away."""

from collections.abc import Callable
from datetime import datetime

from channels.models import ChannelPassword, Sender
from channels.passwords import hash_password, new_password
from evidence.audit import append_event


def set_password(sender: Sender, *, randomness: Callable[[int], bytes], actor: str, at: datetime) -> str:
    """Give the sender's technical user a new password in place of any other, and return it; it is not kept."""
    text = new_password(randomness)
    ChannelPassword.objects.update_or_create(
        technical_user=sender.technical_user, defaults={"encoded": hash_password(text), "set_at": at}
    )
    append_event("ftp-login:set", at=at, actor=actor, sender=sender.number)
    return text


def remove_password(sender: Sender, *, actor: str, at: datetime) -> bool:
    """Let no password open the door for the sender; False when none did."""
    removed, _ = ChannelPassword.objects.filter(technical_user=sender.technical_user).delete()
    if removed:
        append_event("ftp-login:removed", at=at, actor=actor, sender=sender.number)
    return bool(removed)
