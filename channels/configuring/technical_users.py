"""Change, block and unblock the technical user of a sender; the account, its keys and the sender's number stay."""

from datetime import datetime

from channels.configuring.senders import follow_equipment, require_contact
from channels.models import Sender, SenderState, TechnicalUser, TechnicalUserState
from domain.configuration_refusals import ConfigurationRefusedError
from domain.languages import Language
from domain.technical_users import ContactChange
from evidence.audit import append_event

_COLUMNS = (("name", "contact_name"), ("email", "contact_address"), ("phone", "contact_phone"))


def change_contact(user: TechnicalUser, change: ContactChange, *, actor: str, at: datetime) -> bool:
    """Change how the contact person is named and reached, and the language of the answers; False when nothing changes.

    The trail tells what was changed and never to what; another name is another person in the same account.
    """
    changed = []
    for field, column in _COLUMNS:
        said = getattr(change, field)
        if said is not None and said != getattr(user, column):
            setattr(user, column, said)
            changed.append(field)
    require_contact(user.contact_name, user.contact_address, user.contact_phone)
    user.save(update_fields=[column for field, column in _COLUMNS if field in changed])
    if change.language is not None:
        senders = Sender.objects.filter(technical_user=user).exclude(language=Language(change.language))
        if senders.update(language=Language(change.language)):
            changed.append("language")
    if changed:
        action = "technical-user:replaced" if "name" in changed else "technical-user:changed"
        append_event(action, at=at, actor=actor, user=user.user_name, changed=changed)
    return bool(changed)


def block_technical_user(sender: Sender, *, actor: str, at: datetime) -> None:
    """Keep the programs of a sender from signing in, whatever keys they have; ConfigurationRefusedError when they are."""
    user = sender.technical_user
    if user.state not in {TechnicalUserState.DRAFT, TechnicalUserState.ACTIVE}:
        raise _wrong_state(user)
    _move(sender, TechnicalUserState.BLOCKED, actor=actor, at=at)


def unblock_technical_user(sender: Sender, *, actor: str, at: datetime) -> None:
    """Let them sign in again; ConfigurationRefusedError unless they are blocked."""
    user = sender.technical_user
    if user.state != TechnicalUserState.BLOCKED:
        raise _wrong_state(user)
    is_in_use = sender.state in {SenderState.ACTIVE, SenderState.SUSPENDED}
    _move(sender, TechnicalUserState.ACTIVE if is_in_use else TechnicalUserState.DRAFT, actor=actor, at=at)


def _move(sender: Sender, state: TechnicalUserState, *, actor: str, at: datetime) -> None:
    user = sender.technical_user
    user.state, user.blocked_with_account = state, False
    user.save(update_fields=["state", "blocked_with_account"])
    append_event("technical-user:moved", at=at, actor=actor, user=user.user_name, state=str(state))
    follow_equipment(sender, actor=actor, at=at)


def _wrong_state(user: TechnicalUser) -> ConfigurationRefusedError:
    return ConfigurationRefusedError(
        f"The technical user is {user.state}.", next_step="Look at the sender again: somebody may have been quicker."
    )
