"""Clients of the web service, their keys and tokens, and what keeps a repeated request from having a second effect."""

from django.db import models

from evidence.constraints import one_of

_LIVING = models.Q(state="ACTIVE")
_STATES = ("ACTIVE", "REVOKED")


class WebClient(models.Model):
    """A program of a sender; `client_id` is `self_service_chaman_<sender number>_<10 characters>`.

    `scopes` are separated by blanks, in the order of the list of scopes.
    """

    client_id = models.CharField(max_length=64, unique=True)
    sender = models.ForeignKey("channels.Sender", on_delete=models.PROTECT, related_name="web_clients")
    scopes = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=[(s, s) for s in _STATES], default="ACTIVE")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Living or revoked."""

        constraints = [one_of("state", _STATES, name="web_client_state_known")]


class WebClientKey(models.Model):
    """A public key that verifies a client's assertions; `public_key` is a DER SubjectPublicKeyInfo, `kid` its name."""

    client = models.ForeignKey(WebClient, on_delete=models.PROTECT, related_name="keys")
    kid = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=5, choices=[("RS256", "RS256"), ("ES256", "ES256")])
    public_key = models.BinaryField(max_length=4096)
    state = models.CharField(max_length=7, choices=[(s, s) for s in _STATES], default="ACTIVE")
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A name means one living key of a client."""

        constraints = [
            models.UniqueConstraint(fields=["client", "kid"], name="web_client_key_once", condition=_LIVING),
            one_of("state", _STATES, name="web_client_key_state_known"),
            one_of("algorithm", ("RS256", "ES256"), name="web_client_key_algorithm_known"),
        ]


class UsedAssertion(models.Model):
    """An assertion that was exchanged for a token; remembered until it would have expired anyway."""

    client = models.ForeignKey(WebClient, on_delete=models.PROTECT, related_name="+")
    jti = models.CharField(max_length=128)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """An assertion is exchanged once."""

        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="assertion_used_once")]


class UsedMessage(models.Model):
    """A signed message that was taken, by the SHA-256 of what was signed; remembered for as long as it would be taken."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)


class AccessToken(models.Model):
    """A token that was given out, by its SHA-256 (64 hexadecimal digits)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(WebClient, on_delete=models.PROTECT, related_name="+")
    scopes = models.CharField(max_length=500)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class IdempotentRequest(models.Model):
    """The outcome of a request with an Idempotency-Key; `fingerprint` is the SHA-256 of what was asked.

    `answer` is a text that holds it as JSON, since an object of the database does not keep the order of its members.
    Without a `status` the first request is still at work.
    """

    sender = models.ForeignKey("channels.Sender", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        """A sender uses a key for one request."""

        constraints = [models.UniqueConstraint(fields=["sender", "key"], name="idempotency_key_once")]
