"""What opens the FTP door for a technical user: a password, or a certificate of its own for TLS."""

from django.db import models

from evidence.constraints import one_of


class ChannelPassword(models.Model):
    """The password of a technical user, hashed by Argon2; never shown again after it was made."""

    technical_user = models.OneToOneField(
        "channels.TechnicalUser", on_delete=models.PROTECT, related_name="password", primary_key=True
    )
    encoded = models.CharField(max_length=200)
    set_at = models.DateTimeField()


class LoginCertificate(models.Model):
    """A certificate that a client shows in TLS to sign in; it signs no payload. `sha256` is of its DER."""

    technical_user = models.ForeignKey(
        "channels.TechnicalUser", on_delete=models.PROTECT, related_name="login_certificates"
    )
    der = models.BinaryField(max_length=16384)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=[("ACTIVE", "Active"), ("REVOKED", "Revoked")], default="ACTIVE")
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A living certificate belongs to one technical user."""

        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="login_certificate_of_one_user",
                condition=models.Q(state="ACTIVE"),
            ),
            one_of("state", ("ACTIVE", "REVOKED"), name="login_certificate_state_known"),
        ]
