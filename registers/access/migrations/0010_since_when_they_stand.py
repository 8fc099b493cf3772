"""Since when a mandate is in force and an entity in its state: what was received before is judged as they stood then.

Of a proposed mandate that ended before this, nobody knows whether it ever was in force: it is taken for one that was not.
"""

from django.db import migrations, models
from django.db.models import Q

IN_FORCE = """
UPDATE access_mandate SET in_force_from = valid_from
WHERE state = 'ACTIVE' OR state = 'CLOSED' AND proposed_by = '';
"""

NOTED = """
CREATE FUNCTION access_note_entity_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NEW.state_since IS NOT DISTINCT FROM OLD.state_since THEN
        NEW.state_since := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entity_state_is_noted BEFORE UPDATE OF state ON access_entity
    FOR EACH ROW EXECUTE FUNCTION access_note_entity_state();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_locks_are_of_passwords"),
    ]

    operations = [
        migrations.AddField("entity", "state_since", models.DateTimeField(null=True)),
        migrations.AddField("mandate", "in_force_from", models.DateTimeField(null=True)),
        migrations.RunSQL(IN_FORCE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "mandate",
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(in_force_from__isnull=False),
                name="mandate_in_force_since",
            ),
        ),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
