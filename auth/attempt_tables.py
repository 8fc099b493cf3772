"""Tables of signing in: attempts under way, and attempts that count against a limit."""

from django.db import models

from domain.assurance import Means
from evidence.constraints import one_of


class Purpose(models.TextChoices):
    """What somebody proves himself for."""

    SIGN_IN = "SIGN_IN"
    STEP_UP = "STEP_UP"
    ENROL = "ENROL"
    ACTIVATE = "ACTIVATE"
    EXTERNAL = "EXTERNAL"


class LoginTransaction(models.Model):
    """One way of signing in under way: bound to the browser that began it, used once, short-lived.

    What it must remember (nonce, verifier, hash of a mailed code) is sealed; `handle_hash` is the SHA-256 of the
    handle that the browser or the provider brings back, such as OpenID's `state`.
    """

    handle_hash = models.BinaryField(max_length=32, unique=True)
    means = models.CharField(max_length=16, choices=[(str(means), means.name) for means in Means])
    purpose = models.CharField(max_length=8, choices=Purpose)
    login = models.ForeignKey("access_control.Login", on_delete=models.CASCADE, null=True, related_name="+")
    browser_hash = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=16)
    sealed = models.BinaryField()
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """What is over is purged in the order of its end."""

        constraints = [
            one_of("means", Means, name="login_transaction_means"),
            one_of("purpose", Purpose.values, name="login_transaction_purpose"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="login_transaction_over")]


class CountedAttempt(models.Model):
    """One attempt that counts against a limit for a while; whom or what it concerns is a keyed hash."""

    scope = models.CharField(max_length=32)
    key_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        """The attempts of one key within a time, and what is old."""

        indexes = [
            models.Index(fields=["scope", "key_hash", "at"], name="counted_attempt_of_key"),
            models.Index(fields=["at"], name="counted_attempt_old"),
        ]
