"""The table of countries of which a means of electronic identification is active here (eIDAS)."""

from django.db import models
from django.db.models import F, Q


class ActiveCountry(models.Model):
    """A country that has such a means from `first_day` on, and from `closed_on` on no more.

    What people are told before they choose a key; which key signs in decides the federal authentication service.
    """

    country = models.CharField(max_length=2)
    first_day = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        """A country is open once, and was not closed before it began."""

        constraints = [
            models.UniqueConstraint(
                fields=["country"], name="country_is_active_once", condition=Q(closed_on__isnull=True)
            ),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="active_country_is_a_code"),
            models.CheckConstraint(condition=Q(closed_on__gte=F("first_day")), name="active_country_not_backwards"),
        ]
