"""Note who handed documents in; those that requests named already were their own."""

from django.db import migrations, models

KNOWN = """
INSERT INTO checkins_handedinevidence (environment, owner, sha256, media_type, size, handed_in_at)
SELECT DISTINCT ON (1, 2, 3) evidence.environment, coalesce(nullif(asked_for, ''), 'person:' || person_id), sha256,
    media_type, coalesce(size, 0), stored_at
FROM checkins_correctionevidence evidence JOIN checkins_correction correction ON correction.id = correction_id
WHERE stored_at IS NOT NULL AND erased_at IS NULL ORDER BY 1, 2, 3, stored_at;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0007_corrections_kept_for_years"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandedInEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("owner", models.CharField(max_length=28)),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=60)),
                ("size", models.PositiveIntegerField()),
                ("handed_in_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "owner", "sha256"), name="evidence_handed_in_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="handed_in_evidence_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="handed_in_evidence_has_a_hash"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
