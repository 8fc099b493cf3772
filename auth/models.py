"""Logins of persons and their sessions."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class LoginState(models.TextChoices):
    """Whether a login may be used."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    REMOVED = "REMOVED"


class Login(AbstractBaseUser):
    """What a person signs in with; rights hang on accounts and appointments, never on a login."""

    user_name = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey("persons.Person", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=LoginState, default=LoginState.INVITED)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "user_name"

    objects = BaseUserManager["Login"]()

    @property
    def is_active(self) -> bool:
        """Whether the login may be used now."""
        return self.state == LoginState.ACTIVE

    @is_active.setter
    def is_active(self, _value: bool) -> None:
        raise AttributeError("a login is activated and blocked by its state")


class Session(models.Model):
    """One signed-in stay: the cookie's id is kept only as a SHA-256, next to level, entity and quality."""

    id_hash = models.BinaryField(max_length=32, unique=True)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="sessions")
    entity = models.ForeignKey("access.Entity", on_delete=models.PROTECT, null=True, related_name="+")
    quality = models.CharField(max_length=32, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    data = models.TextField(blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=32, blank=True)

    class Meta:
        """Living sessions are found by login, to end them at once."""

        indexes = [
            models.Index(fields=["login"], name="session_living", condition=Q(ended_at__isnull=True)),
        ]
