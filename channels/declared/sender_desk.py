"""Change senders and technical users as access declarations ask for; a company is named by its number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Q

from channels.configuring.openings import add_service, remove_service
from channels.configuring.retiring import ServicesEnder, retire_sender
from channels.configuring.senders import add_sender, change_state, find_sender, require_sender
from channels.configuring.technical_users import change_contact
from channels.models import Sender, SenderService, SenderState, TechnicalUser, TechnicalUserState
from channels.sender_life import SenderChange
from domain.access.actors import Actor
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from domain.technical_users import ContactChange, ContactPerson, TechnicalUserFacts
from evidence.audit import append_event

_NEVER_ACTIVATED = frozenset({SenderState.DRAFT, SenderState.CONFIGURED})


@dataclass(frozen=True, slots=True)
class ChannelDesk:
    """The senders as they are: what is declared for production changes them; `end_services` closes rights of one that ends."""

    end_services: ServicesEnder

    def technical_users(self, company: str, qualities: Collection[str]) -> list[TechnicalUserFacts]:
        """Return the technical users of the company in those qualities that are not removed."""
        own = TechnicalUser.objects.filter(entity__company_number=company, quality__in=list(qualities))
        rows = own.exclude(state=TechnicalUserState.REMOVED)
        active = set(
            Sender.objects.filter(technical_user__in=rows, state=SenderState.ACTIVE).values_list(
                "technical_user_id", flat=True
            )
        )
        return [TechnicalUserFacts(row.user_name, row.state, row.pk in active) for row in rows.order_by("pk")]

    def removed_among(self, accounts: Collection[str]) -> set[str]:
        """Return those of the technical users that were removed."""
        rows = TechnicalUser.objects.filter(user_name__in=list(accounts), state=TechnicalUserState.REMOVED)
        return set(rows.values_list("user_name", flat=True))

    def state_of_sender(self, number: str, company: str, qualities: Collection[str]) -> str | None:
        """Return the state of a sender of the company, None when it has no such sender in those qualities."""
        own = Sender.objects.filter(
            number=number, entity__company_number=company, technical_user__quality__in=list(qualities)
        )
        return own.values_list("state", flat=True).first()

    def may_deliver(self, number: str, purpose: str, environment: Environment) -> bool:
        """Whether a sender is active and may deliver that message there, now.

        It may not while its technical user is blocked, as with the account of its company.
        """
        services = SenderService.objects.filter(purpose=purpose, environment=environment)
        works = Q(sender__state=SenderState.ACTIVE, sender__technical_user__state=TechnicalUserState.ACTIVE)
        return services.filter(works, sender=number).exists()

    def propose(self, entity_id: int, quality: str, contact: ContactPerson, *, actor: str, at: datetime) -> str:
        """Enter a technical user, and the draft of a sender for it; return the name of the account."""
        sender = add_sender(
            apps.get_model("access", "Entity").objects.get(pk=entity_id),
            contact_name=f"{contact.first_name} {contact.family_name}",
            contact_address=contact.email,
            contact_phone=contact.phone,
            language=Language(contact.language),
            actor=actor,
            at=at,
        )
        sender.technical_user.quality = quality
        sender.technical_user.save(update_fields=["quality"])
        return sender.technical_user.user_name

    def change(self, account: str, change: ContactChange, *, actor: str, at: datetime) -> None:
        """Change how a technical user is reached, and the language of the answers."""
        change_contact(_lock(account), change, actor=actor, at=at)

    def block(self, account: str, *, actor: str, at: datetime) -> None:
        """Stop a technical user."""
        _move(account, TechnicalUserState.BLOCKED, actor=actor, at=at)

    def unblock(self, account: str, *, actor: str, at: datetime) -> None:
        """Let a stopped technical user work again."""
        _move(account, TechnicalUserState.ACTIVE, actor=actor, at=at)

    def remove(self, account: str, *, by: Actor, at: datetime) -> None:
        """Remove a technical user whose sender does not deliver; the sender is retired with it."""
        sender = Sender.objects.filter(technical_user__user_name=account).first()
        if sender is None:
            _move(account, TechnicalUserState.REMOVED, actor=by.name, at=at)
            return
        retire_sender(find_sender(sender.number), end_services=self.end_services, by=by, at=at)

    def withdraw(self, account: str, *, by: Actor, at: datetime) -> None:
        """Remove a technical user who was proposed and is not wanted; one whose sender was activated stays."""
        sender = Sender.objects.select_for_update().filter(technical_user__user_name=account).first()
        if sender is not None and sender.state in _NEVER_ACTIVATED:
            self.remove(account, by=by, at=at)

    def stop_sender(self, number: str, *, actor: str, at: datetime) -> None:
        """Stop a sender: it signs in and collects, and delivers no more."""
        change_state(find_sender(number), SenderChange.SUSPEND, actor=actor, at=at, reason="declared by file")

    def close_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Take a service from a sender in every environment; harmless when it had none, refused for its last one."""
        if SenderService.objects.filter(sender_id=number, purpose=purpose).exists():
            remove_service(find_sender(number), purpose, environments=list(Environment), actor=actor, at=at)

    def open_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Let a sender deliver a message in every environment; harmless when it may already, refused for a retired one."""
        add_service(require_sender(number), purpose, environments=list(Environment), actor=actor, at=at)


class UntouchedDesk(ChannelDesk):
    """The senders as a test sees them: it reads what is there and changes nothing, since senders have no test side."""

    def propose(self, entity_id: int, quality: str, contact: ContactPerson, *, actor: str, at: datetime) -> str:  # noqa: ARG002
        """Return the name that no account has."""
        return "EXP_TEST"

    def change(self, account: str, change: ContactChange, *, actor: str, at: datetime) -> None:
        """Change nothing."""

    def block(self, account: str, *, actor: str, at: datetime) -> None:
        """Change nothing."""

    def unblock(self, account: str, *, actor: str, at: datetime) -> None:
        """Change nothing."""

    def remove(self, account: str, *, by: Actor, at: datetime) -> None:
        """Change nothing."""

    def withdraw(self, account: str, *, by: Actor, at: datetime) -> None:
        """Change nothing."""

    def stop_sender(self, number: str, *, actor: str, at: datetime) -> None:
        """Change nothing."""

    def close_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Change nothing."""

    def open_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Change nothing."""


def _lock(account: str) -> TechnicalUser:
    row = TechnicalUser.objects.select_for_update().filter(user_name=account).first()
    if row is None:
        raise ConfigurationRefusedError(
            f"There is no technical user {account!r}.", next_step="Look at the overview of the configuration data."
        )
    return row


def _move(account: str, state: TechnicalUserState, *, actor: str, at: datetime) -> None:
    row = _lock(account)
    row.state, row.blocked_with_account = state, False
    row.save(update_fields=["state", "blocked_with_account"])
    append_event("technical-user:moved", at=at, actor=actor, user=account, state=str(state))
