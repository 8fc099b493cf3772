"""Tables of the common sign-in page as a provider: applications, the codes they exchange, assertions they used."""

from django.db import models
from django.db.models import F, Q

from domain.assurance import AssuranceLevel
from evidence.constraints import one_of


class TokenAlgorithm(models.TextChoices):
    """By which algorithm the id tokens of an application are signed."""

    RS256 = "RS256"
    ES256 = "ES256"


class Application(models.Model):
    """Another application that sends people here to sign in, and receives them signed in.

    It proves itself by a secret, of which the keyed SHA-256 is kept, or by its own keys (a public JWK Set), never by both.
    """

    client_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    redirect_uris = models.JSONField()
    least_level = models.PositiveSmallIntegerField()
    algorithm = models.CharField(max_length=5, choices=TokenAlgorithm)
    is_told_names = models.BooleanField()
    secret_hash = models.BinaryField(max_length=32, null=True)
    keys = models.JSONField(null=True)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One way to prove itself; no page without a level."""

        constraints = [
            one_of("algorithm", TokenAlgorithm.values, name="application_algorithm_known"),
            one_of("least_level", AssuranceLevel, name="application_level_known"),
            models.CheckConstraint(condition=~Q(name=""), name="application_is_named"),
            models.CheckConstraint(
                condition=Q(secret_hash__isnull=True) ^ Q(keys__isnull=True), name="application_proves_itself_one_way"
            ),
        ]


class SignInCode(models.Model):
    """A code that an application exchanges once, within a minute, for who signed in; then the access token it was given.

    `code_hash` and `token_hash` are SHA-256 of random values. What was proven is that of the moment of the code.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    stay = models.ForeignKey("access_control.Session", on_delete=models.CASCADE, related_name="+")
    login = models.ForeignKey("access_control.Login", on_delete=models.CASCADE, related_name="+")
    code_hash = models.BinaryField(max_length=32, unique=True)
    redirect_uri = models.CharField(max_length=500)
    challenge = models.CharField(max_length=43)
    nonce = models.CharField(max_length=255, blank=True)
    scopes = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField()
    means = models.CharField(max_length=64)
    authenticated_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    token_ends_at = models.DateTimeField(null=True)

    class Meta:
        """A token comes of a used code; what is old is purged in the order of its issue."""

        constraints = [
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True) | Q(used_at__isnull=False), name="sign_in_token_of_a_used_code"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="sign_in_code_lasts"),
        ]
        indexes = [models.Index(fields=["issued_at"], name="sign_in_code_old")]


class UsedAssertion(models.Model):
    """The number of an assertion by which an application proved itself; it counts once."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    number_hash = models.BinaryField(max_length=32)
    until = models.DateTimeField()

    class Meta:
        """A number counts once for an application; what is over is purged."""

        constraints = [models.UniqueConstraint(fields=["application", "number_hash"], name="assertion_counts_once")]
        indexes = [models.Index(fields=["until"], name="used_assertion_over")]
