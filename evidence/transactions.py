"""The numbers of the database's transactions, by which events are put in order."""

from django.db import models


class OldestOpenTransaction(models.Func):
    """The number of the oldest transaction still open: everything below it is settled."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()


class NextTransaction(models.Func):
    """The number that the next transaction gets: what has it already, or a higher one, was restored from elsewhere."""

    template = "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()
