"""Tables of digital keys: what a login is proven by, codes that count once, and what first keys are made with."""

from django.db import models
from django.db.models import Q

from domain.assurance import Means
from evidence.constraints import one_of

MEANS = [(str(means), means.name) for means in Means]


class DigitalKeyState(models.TextChoices):
    """Where a digital key stands (access and login §3.6)."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


class TemporaryCredentialState(models.TextChoices):
    """Where a temporary password stands (§3.4)."""

    ISSUED = "ISSUED"
    USED_ONCE = "USED_ONCE"
    CONSUMED = "CONSUMED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    LOCKED = "LOCKED"


class TemporaryCredentialKind(models.TextChoices):
    """Why there is one, and with it who said where it goes.

    An officer who saw documents (ACTIVATION), a caller for the main access manager of a company (CHIEF), an access manager
    who invited (INVITATION) or gave a new password (NEW_PASSWORD).
    """

    ACTIVATION = "ACTIVATION"
    CHIEF = "CHIEF"
    INVITATION = "INVITATION"
    NEW_PASSWORD = "NEW_PASSWORD"  # noqa: S105 - a kind


class DigitalKey(models.Model):
    """One means by which a login is proven, and its life; what is secret in it is sealed.

    `counter` is the last used time step of an app, or the signature counter of a passkey. `subject` is what a key is
    recognised by: the SHA-256 of a passkey's id, or of issuer and subject at an OpenID provider. `misses` counts
    failures in a row. A login's password itself is hashed in the login. One that is `confined_to` a company counts there
    alone (decision 0050).
    """

    login = models.ForeignKey("access_control.Login", on_delete=models.CASCADE, related_name="keys")
    means = models.CharField(max_length=16, choices=MEANS)
    label = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=9, choices=DigitalKeyState, default=DigitalKeyState.PENDING)
    enrolled_level = models.PositiveSmallIntegerField()
    confined_to = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    key_id = models.CharField(max_length=16, blank=True)
    sealed = models.BinaryField(null=True)
    subject = models.BinaryField(max_length=32, null=True)
    counter = models.BigIntegerField(null=True)
    misses = models.PositiveSmallIntegerField(default=0, db_default=0)
    locked_until = models.DateTimeField(null=True)
    lock_to_tell = models.DateTimeField(null=True)
    """Until when a lock was made that nobody was told of yet."""
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A login has one living key of a kind, except passkeys; a subject proves one login."""

        constraints = [
            one_of("means", Means, name="digital_key_means_known"),
            one_of("state", DigitalKeyState.values, name="digital_key_state_known"),
            models.UniqueConstraint(
                fields=["login", "means", "state"],
                name="digital_key_once",
                condition=~Q(means=str(Means.PASSKEY)) & Q(state__in=["PENDING", "ACTIVE", "SUSPENDED"]),
            ),
            models.UniqueConstraint(
                fields=["means", "subject"],
                name="digital_key_subject_once",
                condition=Q(subject__isnull=False, ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["REVOKED", "EXPIRED"], ended_at__isnull=False)
                | (~Q(state__in=["REVOKED", "EXPIRED"]) & Q(ended_at__isnull=True)),
                name="digital_key_ended_when_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lock_to_tell"], name="digital_key_lock_to_tell", condition=Q(lock_to_tell__isnull=False)
            )
        ]


class OneTimeCode(models.Model):
    """A code of a token card or a recovery code: hashed, used once; a card's place that is asked for is kept."""

    key = models.ForeignKey(DigitalKey, on_delete=models.CASCADE, related_name="codes")
    position = models.PositiveSmallIntegerField()
    encoded = models.CharField(max_length=128)
    asked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """A place holds one code."""

        constraints = [models.UniqueConstraint(fields=["key", "position"], name="one_time_code_once")]


class TemporaryCredential(models.Model):
    """A password that was sent apart from its user name, good for one sign-in that sets another (§3.4).

    `company` is the one for which an operator had it sent.
    """

    login = models.ForeignKey("access_control.Login", on_delete=models.CASCADE, related_name="temporary_credentials")
    kind = models.CharField(max_length=12, choices=TemporaryCredentialKind)
    company = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=TemporaryCredentialState, default=TemporaryCredentialState.ISSUED)
    encoded = models.CharField(max_length=128)
    misses = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Of the national number, all together; wrong passwords in a row are `wrong_passwords`."""
    wrong_passwords = models.PositiveSmallIntegerField(default=0, db_default=0)
    locked_until = models.DateTimeField(null=True)
    lock_to_tell = models.DateTimeField(null=True)
    """Until when a lock was made that nobody was told of yet."""
    issued_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for a login: a new one ends the one before. A chief's that can still be used names his company."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="CHIEF") | Q(company__isnull=False) | Q(ended_at__isnull=False),
                name="temporary_credential_of_chief_names_company",
            ),
            one_of("kind", TemporaryCredentialKind.values, name="temporary_credential_kind"),
            one_of("state", TemporaryCredentialState.values, name="temporary_credential_state"),
            models.UniqueConstraint(
                fields=["login"], name="temporary_credential_once", condition=Q(ended_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(
                fields=["lock_to_tell"], name="temporary_lock_to_tell", condition=Q(lock_to_tell__isnull=False)
            )
        ]


class KeyEnrolment(models.Model):
    """A link by mail and, unless an operator is the first, a code on paper, by which first keys are made (§3.4)."""

    login = models.ForeignKey("access_control.Login", on_delete=models.CASCADE, related_name="enrolments")
    link_hash = models.BinaryField(max_length=32, unique=True)
    code_hash = models.BinaryField(max_length=32, null=True)
    misses = models.PositiveSmallIntegerField(default=0, db_default=0)
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for a login."""

        constraints = [
            models.UniqueConstraint(fields=["login"], name="key_enrolment_once", condition=Q(ended_at__isnull=True)),
        ]
