"""Keep since when an entity was not active the last time, also once it is again: what came meanwhile is judged as it stood then.

Of an entity that was suspended and resumed before this nobody knows since when it had been: it is taken for active all the time.
"""

from django.db import migrations, models

KNOWN = "UPDATE access_entity SET stopped_at = state_since WHERE state <> 'ACTIVE';"
NOTED = """
CREATE OR REPLACE FUNCTION access_note_entity_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NEW.state_since IS NOT DISTINCT FROM OLD.state_since THEN
        NEW.state_since := now();
    END IF;
    IF NEW.state <> OLD.state AND OLD.state = 'ACTIVE' THEN
        NEW.stopped_at := NEW.state_since;
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0011_words_of_companies"),
    ]

    operations = [
        migrations.AddField("entity", "stopped_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
