"""Rights in services, held by user accounts and by senders: a table that `models.py` names."""

from django.db import models
from django.db.models import F, Q

from domain.access.services import Right, ServiceCode
from domain.access.states import GrantState
from domain.environments import Environment
from evidence.constraints import in_an_environment, one_of


class Grant(models.Model):
    """A right of an account or of a sender in one service, from `valid_from` until before `valid_until`.

    One who raises his own rights in a service that needs four eyes waits, PROPOSED, for a second manager. No two rights
    of one holder in one service overlap, and nobody holds such a right by his own word (constraints of the database).
    """

    environment = models.CharField(max_length=1, choices=[(str(e), e.name) for e in Environment])
    account = models.ForeignKey("access.UserAccount", on_delete=models.PROTECT, null=True, related_name="grants")
    sender = models.ForeignKey("channels.Sender", on_delete=models.PROTECT, null=True, related_name="+")
    service = models.CharField(max_length=16, choices=[(str(s), s.name) for s in ServiceCode])
    right = models.CharField(max_length=7, choices=[(str(r), r.name) for r in Right])
    state = models.CharField(
        max_length=8, choices=[(str(s), s.name) for s in GrantState], default=GrantState.ACTIVE.value
    )
    via_mandate = models.ForeignKey("access.Mandate", on_delete=models.PROTECT, null=True, related_name="grants")
    granted_by = models.CharField(max_length=64)
    confirmed_by = models.CharField(max_length=64, blank=True)
    granted_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=64)

    class Meta:
        """It is held by an account or by a sender."""

        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, sender__isnull=True) | Q(account__isnull=True, sender__isnull=False),
                name="grant_to_account_or_sender",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="grant_window_forward",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "ACTIVE"]) | Q(valid_until__isnull=False),
                name="grant_over_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("granted_by")), name="second_manager_is_another"
            ),
            one_of("service", ServiceCode, name="grant_service_known"),
            one_of("right", Right, name="grant_right_known"),
            one_of("state", GrantState, name="grant_state_known"),
            in_an_environment("grant"),
        ]
        indexes = [
            models.Index(fields=["account", "service"], name="grants_of_account", condition=Q(account__isnull=False)),
            models.Index(fields=["sender", "service"], name="grants_of_sender", condition=Q(sender__isnull=False)),
        ]
