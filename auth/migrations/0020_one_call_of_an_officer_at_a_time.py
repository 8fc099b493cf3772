"""An officer holds one call at an instant; those that share one were written so, and come apart by microseconds."""

from django.db import migrations, models

SET_APART = """
    UPDATE access_control_pendingidentity AS identity
    SET call_at = identity.call_at + twin.before * interval '1 microsecond'
    FROM (
        SELECT id, row_number() OVER (PARTITION BY call_officer_id, call_at ORDER BY call_proposed_at, id) - 1 AS before
        FROM access_control_pendingidentity
        WHERE call_at IS NOT NULL
    ) AS twin
    WHERE twin.id = identity.id AND twin.before > 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0019_calls_withdrawn"),
    ]

    operations = [
        migrations.RunSQL(SET_APART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=models.UniqueConstraint(
                fields=("call_officer", "call_at"), name="identity_call_officer_is_free"
            ),
        ),
    ]
