"""Forms that were sent, so that sending one twice does it once."""

from django.db import models


class SentForm(models.Model):
    """One form whose sending had an effect: `token_hash` is the SHA-256 of its token, `path` where it led."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    path = models.CharField(max_length=1000, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        """Old ones are purged in the order in which they were sent."""

        indexes = [models.Index(fields=["sent_at"], name="sent_form_age")]
