"""Who has come through a door: a technical user acting for a sender, and the keys that let one in."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from channels.models import KeyState, SenderState, SshKey, TechnicalUser, TechnicalUserState
from domain.channels import Channel
from domain.sender_numbers import SenderNumber

_MAY_SIGN_IN = (SenderState.ACTIVE, SenderState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class ChannelLogin:
    """A signed-in technical user, the sender it acts for and the channel it came through."""

    sender: SenderNumber
    user_name: str
    channel: Channel


def key_fingerprint(blob: bytes) -> str:
    """Return the SHA-256 of an SSH key's wire form, as 64 hexadecimal digits."""
    return hashlib.sha256(blob).hexdigest()


class SshKeyDirectory:
    """Finds the technical user that a registered SSH key belongs to; whatever is not registered finds nobody."""

    def technical_user_for(self, user_name: str, key_blob: bytes) -> ChannelLogin | None:
        """Return the login of `user_name` when that key is registered for it, living, and SFTP is open for its sender.

        A suspended sender may sign in to collect, not to deliver (batch protocol §6).
        """
        key = (
            _opening_keys()
            .select_related("technical_user__sender")
            .filter(fingerprint=key_fingerprint(key_blob), technical_user__user_name=user_name)
            .first()
        )
        if key is None:
            return None
        sender = key.technical_user.sender
        return ChannelLogin(
            sender=SenderNumber(sender.number),
            user_name=user_name,
            channel=Channel.SFTP,
        )

    def is_user_name(self, text: str) -> bool:
        """Whether any technical user, in whatever state, has that name."""
        return TechnicalUser.objects.filter(user_name=text).exists()

    def still_open(self, openers: Collection[tuple[str, bytes]]) -> frozenset[tuple[str, bytes]]:
        """Return those of the pairs of user name and key blob that would find a login now; one query for all of them."""
        by_fingerprint = {(name, key_fingerprint(blob)): (name, blob) for name, blob in openers}
        found = (
            _opening_keys()
            .filter(fingerprint__in={fingerprint for _, fingerprint in by_fingerprint})
            .values_list("technical_user__user_name", "fingerprint")
        )
        return frozenset(by_fingerprint[pair] for pair in found if pair in by_fingerprint)


def _opening_keys() -> QuerySet[SshKey]:
    """Return the keys that open the SFTP door now, whoever comes with them."""
    return SshKey.objects.filter(
        state=KeyState.ACTIVE,
        technical_user__state=TechnicalUserState.ACTIVE,
        technical_user__sender__state__in=_MAY_SIGN_IN,
        technical_user__sender__channels__channel=Channel.SFTP,
    )
