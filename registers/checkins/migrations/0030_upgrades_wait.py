"""Let requests that an upgrade makes for another validation wait behind those of changed sources, as those of the last ones do.

They are told by their instant, that of the migration which made them: it lies between the ends of the one before and its own,
but for what the clocks of two machines differ.
"""

from django.db import migrations, models

OF_UPGRADES = """
UPDATE checkins_revalidationrequest waiting SET is_of_upgrade = true
FROM django_migrations before JOIN django_migrations own ON own.app = before.app
WHERE before.app = 'checkins' AND waiting.done_at IS NULL
    AND (before.name, own.name) IN (
        ('0025_nobody_who_is_another', '0026_sources_asked_otherwise'),
        ('0027_own_references_of_who_is_left', '0028_folded_anew')
    )
    AND waiting.asked_at BETWEEN before.applied - interval '1 minute' AND own.applied + interval '1 minute';
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0029_months_made_late")]

    operations = [
        migrations.AddField(
            model_name="revalidationrequest",
            name="is_of_upgrade",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RemoveIndex(model_name="revalidationrequest", name="revalidation_waiting"),
        migrations.AddIndex(
            model_name="revalidationrequest",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["is_of_upgrade", "id"],
                name="revalidation_waiting_in_turn",
            ),
        ),
        migrations.RunSQL(OF_UPGRADES, migrations.RunSQL.noop),
    ]
