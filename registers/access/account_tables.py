"""The account of an entity, the appointments in it and the user accounts: tables that `models.py` names."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from domain.access.roles import Role
from domain.access.states import (
    HELD_APPOINTMENTS,
    LIVING_APPOINTMENTS,
    AccountState,
    AppointmentState,
    EntityAccountState,
)
from domain.environments import Environment
from evidence.constraints import in_an_environment, one_of, tells_who_stopped

ENVIRONMENTS = [(str(environment), environment.name) for environment in Environment]
_LIVING = [str(state) for state in LIVING_APPOINTMENTS]
_HELD = [str(state) for state in HELD_APPOINTMENTS]
_OVER = [str(state) for state in AppointmentState if state not in LIVING_APPOINTMENTS]
_OF_ENTITY = [str(role) for role in Role if role.is_of_entity]


class EntityAccount(models.Model):
    """The account of an entity; its row is the lock under which everything in it is changed.

    `codes_issued_at` is the beginning of the days in which the chief may activate it. `suspended_at` says since when it was
    suspended the last time, which stays known once it was resumed, at `resumed_at`.
    """

    entity = models.OneToOneField("access.Entity", on_delete=models.PROTECT, related_name="account")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    state = models.CharField(max_length=18, choices=[(str(s), s.name) for s in EntityAccountState])
    is_password_login_allowed = models.BooleanField(default=True)
    codes_issued_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """An account that is active was activated; one that is suspended or closed was suspended or closed."""

        constraints = [
            one_of("state", EntityAccountState, name="entity_account_state_known"),
            in_an_environment("entity_account"),
            models.CheckConstraint(
                condition=~Q(state__in=["ACTIVE", "SUSPENDED"]) | Q(activated_at__isnull=False),
                name="active_account_was_activated",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False) | (~Q(state="CLOSED") & Q(closed_at__isnull=True)),
                name="closed_account_was_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="SUSPENDED") | Q(suspended_at__isnull=False, resumed_at__isnull=True),
                name="suspended_account_was_suspended",
            ),
        ]
        indexes = [
            models.Index(fields=["codes_issued_at"], name="entity_account_waiting", condition=Q(state="REGISTERED"))
        ]

    def was_stopped(self, at: datetime) -> bool:
        """Whether it was closed or suspended at `at`; of several suspensions the last one alone is known."""
        if self.closed_at is not None and self.closed_at <= at:
            return True
        resumed = self.resumed_at is not None and self.resumed_at <= at
        return self.suspended_at is not None and self.suspended_at <= at and not resumed


class Appointment(models.Model):
    """A person with a role in an entity, or in one quality of it; valid from its acceptance until its end.

    It is confirmed by whoever may appoint; what a file proposed waits for that. `orphan_since` marks a co-manager whose
    manager was removed, `resigned_at` a chief who stays until another accepts, `blocked_by` in whose power one is blocked.
    """

    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="appointments")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    quality = models.CharField(max_length=32, blank=True)
    role = models.CharField(max_length=10, choices=[(str(r), r.name) for r in Role])
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, choices=[(str(s), s.name) for s in AppointmentState], default=AppointmentState.PROPOSED.value
    )
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    orphan_since = models.DateTimeField(null=True)
    resigned_at = models.DateTimeField(null=True)
    blocked_by = models.CharField(max_length=8, blank=True, default="", db_default="")
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """One chief of an entity, one manager of a quality; nobody holds a role twice."""

        constraints = [
            models.UniqueConstraint(fields=["entity"], name="one_chief", condition=Q(role="CHIEF", state__in=_HELD)),
            models.UniqueConstraint(
                fields=["entity"], name="one_chief_to_come", condition=Q(role="CHIEF", state="PROPOSED")
            ),
            models.UniqueConstraint(
                fields=["entity", "quality"],
                name="one_manager",
                condition=Q(role="MANAGER", state__in=_HELD),
            ),
            models.UniqueConstraint(
                fields=["entity", "quality"],
                name="one_manager_to_come",
                condition=Q(role="MANAGER", state="PROPOSED"),
            ),
            models.UniqueConstraint(
                fields=["entity", "quality", "role", "person"],
                name="appointment_once",
                condition=Q(state__in=_LIVING),
            ),
            models.CheckConstraint(
                condition=Q(role__in=_OF_ENTITY, quality="") | (~Q(role__in=_OF_ENTITY) & ~Q(quality="")),
                name="appointment_reaches_entity_or_quality",
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", valid_from__isnull=True, valid_until__isnull=True)
                | Q(state__in=_HELD, valid_from__isnull=False, valid_until__isnull=True)
                | Q(state__in=_OVER, valid_until__isnull=False),
                name="appointment_valid_as_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_HELD) | Q(confirmed_at__isnull=False),
                name="held_appointment_is_confirmed",
            ),
            models.CheckConstraint(condition=~Q(role="CHIEF", state="BLOCKED"), name="chief_is_never_blocked"),
            models.CheckConstraint(
                condition=Q(orphan_since__isnull=True) | Q(role="CO_MANAGER"), name="orphan_is_co_manager"
            ),
            models.CheckConstraint(
                condition=Q(resigned_at__isnull=True) | Q(role="CHIEF", valid_from__isnull=False),
                name="chief_alone_resigns",
            ),
            tells_who_stopped("blocked_by", stopped="BLOCKED", over="ENDED", name="blocked_appointment_by_whom"),
            one_of("role", Role, name="appointment_role_known"),
            one_of("state", AppointmentState, name="appointment_state_known"),
            in_an_environment("appointment"),
        ]
        indexes = [
            models.Index(fields=["entity", "quality", "proposed_at"], name="appointments_of_entity"),
            models.Index(fields=["person"], name="appointments_of_person", condition=Q(state__in=_LIVING)),
            models.Index(
                fields=["resigned_at"],
                name="appointments_resigned",
                condition=Q(state="ACTIVE", resigned_at__isnull=False),
            ),
            models.Index(fields=["expires_at"], name="appointments_waiting", condition=Q(state="PROPOSED")),
        ]


class UserAccount(models.Model):
    """A person who uses services in one quality of an entity; removed accounts stay on record.

    `told_family_name`, `told_first_name` and `told_email` are the company's own words where another one named the person.
    `blocked_by` says in whose power it is blocked, and so who takes the block away.
    """

    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, related_name="user_accounts")
    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    quality = models.CharField(max_length=32)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=64)
    state = models.CharField(
        max_length=7, choices=[(str(s), s.name) for s in AccountState], default=AccountState.INVITED.value
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    block_reason = models.CharField(max_length=32, blank=True)
    blocked_by = models.CharField(max_length=8, blank=True, default="", db_default="")
    employment_declared_by = models.CharField(max_length=64, blank=True)
    employment_declared_at = models.DateTimeField(null=True)
    employment_checked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    attested_at = models.DateTimeField(null=True)
    told_family_name = models.CharField(max_length=100, blank=True, db_default="")
    told_first_name = models.CharField(max_length=100, blank=True, db_default="")
    told_email = models.EmailField(blank=True, db_default="")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=64)
    source = models.CharField(max_length=64)

    class Meta:
        """One living account of a person in a quality; a user name is never given twice."""

        constraints = [
            models.UniqueConstraint(fields=["environment", "user_name"], name="account_user_name_once"),
            models.UniqueConstraint(
                fields=["entity", "quality", "person"], name="account_once", condition=~Q(state="REMOVED")
            ),
            models.CheckConstraint(
                condition=Q(state="REMOVED", valid_until__isnull=False)
                | (~Q(state="REMOVED") & Q(valid_until__isnull=True)),
                name="removed_account_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(employment_declared_at__isnull=False) | Q(employment_checked_at__isnull=False),
                name="employment_declared_or_checked",
            ),
            models.CheckConstraint(
                condition=Q(state="BLOCKED") | Q(block_reason="") | Q(state="REMOVED"), name="reason_of_a_block"
            ),
            tells_who_stopped("blocked_by", stopped="BLOCKED", over="REMOVED", name="blocked_account_by_whom"),
            models.CheckConstraint(condition=~Q(quality=""), name="account_in_a_quality"),
            models.CheckConstraint(
                condition=~Q(state="REMOVED") | Q(told_family_name="", told_first_name="", told_email=""),
                name="removed_account_tells_nothing",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_window_forward"),
            one_of("state", AccountState, name="account_state_known"),
            in_an_environment("user_account"),
        ]
        indexes = [
            models.Index(fields=["entity", "quality", "user_name"], name="accounts_of_quality"),
            models.Index(fields=["person"], name="accounts_of_person", condition=~Q(state="REMOVED")),
            models.Index(fields=["expires_at"], name="invitations_waiting", condition=Q(state="INVITED")),
        ]


class StandingChange(models.Model):
    """One step in the life of an appointment, a user account or a grant; never changed, so any day can be seen again."""

    environment = models.CharField(max_length=1, choices=ENVIRONMENTS)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="changes")
    account = models.ForeignKey(UserAccount, on_delete=models.PROTECT, null=True, related_name="changes")
    grant = models.ForeignKey("access.Grant", on_delete=models.PROTECT, null=True, related_name="changes")
    state = models.CharField(max_length=8)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """It tells of one thing; the newest before an instant is looked for."""

        constraints = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, account__isnull=True, grant__isnull=True)
                | Q(appointment__isnull=True, account__isnull=False, grant__isnull=True)
                | Q(appointment__isnull=True, account__isnull=True, grant__isnull=False),
                name="change_of_one_thing",
            ),
            in_an_environment("standing_change"),
        ]
        indexes = [
            models.Index(
                fields=["appointment", "-at", "-id"],
                name="changes_of_appointment",
                condition=Q(appointment__isnull=False),
            ),
            models.Index(
                fields=["account", "-at", "-id"], name="changes_of_account", condition=Q(account__isnull=False)
            ),
            models.Index(fields=["grant", "-at", "-id"], name="changes_of_grant", condition=Q(grant__isnull=False)),
        ]
