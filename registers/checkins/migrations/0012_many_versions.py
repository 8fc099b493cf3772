"""Count the versions of a registration beyond 32,767: the tables are written anew, once."""

from django.db import migrations, models

FACTS = (
    *("environment", "number", "version", "registration_date", "kind", "identifier_id", "employer", "work_place"),
    *("event_at", "utc_offset", "event_type", "reason", "capacity", "address", "capture", "device", "reference"),
    *("channel", "sender", "brought_by", "brought_by_person", "submission_id", "seq", "received_at", "created_at"),
    *("origin", "correction_id"),
)
VERSIONS = f"""
DROP TRIGGER facts_stay ON checkins_presence;
ALTER TABLE checkins_presence ALTER COLUMN version TYPE integer;
CREATE TRIGGER facts_stay BEFORE UPDATE ON checkins_presence FOR EACH ROW
    WHEN (({", ".join(f"OLD.{one}" for one in FACTS)}) IS DISTINCT FROM ({", ".join(f"NEW.{one}" for one in FACTS)}))
    EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0011_accounts_that_are_suspended"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(VERSIONS, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name="presence", name="version", field=models.PositiveIntegerField(default=1)
                ),
            ],
        ),
        migrations.AlterField(model_name="position", name="version", field=models.PositiveIntegerField()),
        migrations.AlterField(
            model_name="correction", name="made_version", field=models.PositiveIntegerField(null=True)
        ),
    ]
