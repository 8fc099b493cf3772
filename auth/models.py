"""Logins of persons and their sessions; the other tables of the room by name."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from auth.attempt_tables import CountedAttempt, LoginTransaction, Purpose
from auth.country_tables import ActiveCountry
from auth.key_tables import (
    DigitalKey,
    DigitalKeyState,
    KeyEnrolment,
    OneTimeCode,
    TemporaryCredential,
    TemporaryCredentialKind,
    TemporaryCredentialState,
)
from auth.openid_tables import MatchState, PendingIdentity
from auth.provider_tables import Application, SignInCode, TokenAlgorithm, UsedAssertion
from auth.registration_tables import (
    OFFICERS,
    CallDocument,
    CaseState,
    Operator,
    OperatorRole,
    RegistrationCase,
    RegistrationQuestion,
)
from domain.assurance import AssuranceLevel, Means

__all__ = [
    "OFFICERS",
    "OF_NOBODY",
    "TRACED",
    "ActiveCountry",
    "Application",
    "CallDocument",
    "CaseState",
    "CountedAttempt",
    "DigitalKey",
    "DigitalKeyState",
    "KeyEnrolment",
    "Login",
    "LoginState",
    "LoginTransaction",
    "MatchState",
    "OneTimeCode",
    "Operator",
    "OperatorRole",
    "PendingIdentity",
    "Purpose",
    "RegistrationCase",
    "RegistrationQuestion",
    "Session",
    "SignInCode",
    "TemporaryCredential",
    "TemporaryCredentialKind",
    "TemporaryCredentialState",
    "TokenAlgorithm",
    "UsedAssertion",
]


class LoginState(models.TextChoices):
    """Whether a login may be used."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    REMOVED = "REMOVED"


class Login(AbstractBaseUser):
    """What a person signs in with; rights hang on accounts and appointments, never on a login.

    A user name is in lower case, and there is none until its owner or an access manager gives one. `person` is the
    identity behind it; an operator without a national number has none.
    """

    user_name = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - none, not an empty one
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=LoginState, default=LoginState.INVITED)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "user_name"

    objects = BaseUserManager["Login"]()

    class Meta:
        """A person has one login, and a user name is written in one way."""

        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="login_once_a_person", condition=~Q(state=LoginState.REMOVED)
            ),
            models.CheckConstraint(
                condition=Q(user_name__isnull=True) | Q(user_name=Lower("user_name")), name="login_name_lower_case"
            ),
        ]

    def set_password(self, raw_password: str | None) -> None:
        """Raise NotImplementedError: Django would hash it without the pepper."""
        raise NotImplementedError("passwords are set by auth.keys.password_setting")

    def check_password(self, raw_password: str | None) -> bool:
        """Raise NotImplementedError: Django would count no attempt."""
        raise NotImplementedError("passwords are tried by auth.keys.password_sign_in")

    @property
    def is_active(self) -> bool:
        """Whether the login may be used now."""
        return self.state == LoginState.ACTIVE

    @is_active.setter
    def is_active(self, _value: bool) -> None:
        raise AttributeError("a login is activated and blocked by its state")


TRACED = Q(address__isnull=False) | ~Q(agent="") | ~Q(data="")
"""Stays of which it is known from where or with what they were, or what they did."""
OF_NOBODY = Q(login__isnull=True, ended_at__isnull=False)
"""Sessions that ended before anybody signed in."""


class Session(models.Model):
    """One signed-in stay: the cookie's id is kept only as a SHA-256, next to level, entity and quality.

    `means` are those that proved it, joined by +; `signed_in_at` is when the stay began, `authenticated_at` when it was
    last proven at its level; both survive a new id. Before somebody signs in, `login` is null and `level` 0.

    `level` counts where the stay acts now. Keys that are `confined_to` a company prove `confined_level` there, and nothing
    of the person anywhere else (decision 0050); the table itself holds no stay that says more.
    """

    id_hash = models.BinaryField(max_length=32, unique=True)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="sessions")
    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    quality = models.CharField(max_length=32, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    confined_to = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    confined_level = models.PositiveSmallIntegerField(null=True)
    means = models.CharField(max_length=64, blank=True, db_default="")
    signed_in_at = models.DateTimeField(null=True)
    authenticated_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, db_default="")
    data = models.TextField(blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=32, blank=True)

    class Meta:
        """Living sessions are found by login and by entity, to end them at once; confined ones are weak elsewhere."""

        constraints = [
            models.CheckConstraint(
                condition=Q(confined_to__isnull=True, confined_level__isnull=True)
                | Q(confined_to__isnull=False, confined_level__isnull=False)
                & (Q(entity__isnull=False, entity=F("confined_to")) | Q(level__lte=AssuranceLevel.SELF_REGISTERED)),
                name="session_weak_outside_its_company",
            ),
        ]
        indexes = [
            models.Index(fields=["login"], name="session_living", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["entity"], name="session_living_of_entity", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["ended_at"], name="session_ended_traced", condition=TRACED & Q(ended_at__isnull=False)
            ),
            models.Index(fields=["ended_at"], name="session_of_nobody_ended", condition=OF_NOBODY),
        ]

    def level_for(self, entity_id: int | None) -> int:
        """Return how surely the stay is proven for a company, or for the person himself where it is None."""
        if self.confined_level is None:
            return self.level
        return self.confined_level if entity_id == self.confined_to_id else AssuranceLevel.SELF_REGISTERED

    @property
    def reached_level(self) -> int:
        """The level that its means reached, wherever it counts."""
        return self.level if self.confined_level is None else self.confined_level

    @property
    def proven_means(self) -> tuple[Means, ...]:
        """The means that proved it, in their order."""
        return tuple(Means(name) for name in self.means.split("+") if name)
