"""Closed networks of provinces and municipalities, and which senders may come from them without TLS."""

from django.db import models

from channels.cidr_field import CidrField


class Network(models.Model):
    """A network by its name, such as Publilink; operators say which addresses belong to it."""

    name = models.CharField(max_length=40, unique=True)


class NetworkRange(models.Model):
    """Addresses of a network; with `removed_at` they no longer count."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="ranges")
    range = CidrField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A network lists a range once at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["network", "range"],
                name="network_range_once",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]


class SenderNetwork(models.Model):
    """A network from which a sender may use FTP without TLS."""

    sender = models.ForeignKey("channels.Sender", on_delete=models.PROTECT, related_name="networks")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A sender is listed on a network or not."""

        constraints = [models.UniqueConstraint(fields=["sender", "network"], name="sender_network_once")]
