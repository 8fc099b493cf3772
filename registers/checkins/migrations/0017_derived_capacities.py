"""Keep beside what was declared in which capacity people are present as the sources tell, and derive it for the last weeks.

Two columns with a constant default cost no rewriting of rows. What was registered in the last 60 days is validated anew by
its employer, as when a source is opened; persons who were registered for none by themselves.
"""

import django.db.models.expressions
from django.db import migrations, models

BEFORE = (
    *("environment", "number", "kind", "event_at", "event_type", "status", "channel", "origin", "sector", "reason"),
    *("capacity", "capture"),
)
SOUND = (*BEFORE, "capacity_source", "derived_capacity", "derived_from")
FUNCTION = f"""
CREATE FUNCTION checkins_presence_is_sound(environment varchar, number bigint, kind varchar, event_at timestamptz,
    event_type varchar, status varchar, channel varchar, origin varchar, sector varchar, reason varchar, capacity varchar,
    capture varchar, capacity_source varchar, derived_capacity varchar, derived_from varchar)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN environment IN ('R', 'T', 'S')
        AND number >= 100000000000000 AND number < 1000000000000000
        AND (kind = 'DAY' AND event_at IS NULL AND event_type = ''
            OR kind = 'EVENT' AND event_at IS NOT NULL AND event_type IN ('IN', 'OUT'))
        AND status IN ('REGISTERED', 'CANCELLED', 'VALIDATED', 'FAILED', 'SUPERSEDED')
        AND channel IN ('BATCH', 'REST', 'WS', 'PORTAL')
        AND origin IN ('SENT', 'CORRECTION')
        AND sector IN ('', 'CONSTRUCTION', 'SECURITY', 'MEAT', 'READY_MIX', 'CLEANING', 'REMOVALS')
        AND reason IN ('', 'WORK', 'BREAK')
        AND capacity IN ('', 'EMPLOYEE', 'SELF_EMPLOYED', 'TEMP_WORKER', 'TRAINEE', 'POSTED')
        AND capture IN ('', 'BADGE', 'QR', 'APP', 'GATEWAY', 'TRACKTRACE')
        AND capacity_source IN ('', 'DECLARED', 'DERIVED', 'LIMOSA')
        AND derived_capacity IN ('', 'EMPLOYEE', 'SELF_EMPLOYED', 'TEMP_WORKER', 'TRAINEE', 'POSTED')
        AND derived_from IN ('', 'DIMONA', 'LIMOSA', 'FOUNDERS')
        AND (derived_capacity = '') = (derived_from = '');
END $$;
ALTER TABLE checkins_presence DROP CONSTRAINT presence_is_sound;
ALTER TABLE checkins_presence
    ADD CONSTRAINT presence_is_sound CHECK (checkins_presence_is_sound({", ".join(SOUND)})) NOT VALID;
DROP FUNCTION checkins_presence_is_sound(varchar, bigint, varchar, timestamptz, varchar, varchar, varchar, varchar, varchar,
    varchar, varchar, varchar);
"""
DERIVE = """
INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at)
SELECT DISTINCT environment, '', employer, CASE WHEN employer = '' THEN person_id END, now()
FROM checkins_presence
WHERE registration_date >= current_date - 60 AND next_date IS NULL AND capacity = '' AND status IN ('VALIDATED', 'FAILED');
"""


def is_sound(columns: tuple[str, ...]) -> models.CheckConstraint:
    """Return the constraint as the state of the models has it."""
    return models.CheckConstraint(
        condition=django.db.models.expressions.Func(
            *(models.F(name) for name in columns),
            function="checkins_presence_is_sound",
            output_field=models.BooleanField(),
        ),
        name="presence_is_sound",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0016_corrections_of_employers"),
    ]

    operations = [
        migrations.AddField(
            model_name="presence",
            name="derived_capacity",
            field=models.CharField(blank=True, db_default="", default="", max_length=13),
        ),
        migrations.AddField(
            model_name="presence",
            name="derived_from",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveConstraint(model_name="presence", name="presence_is_sound"),
                migrations.AddConstraint(model_name="presence", constraint=is_sound(SOUND)),
            ],
        ),
        migrations.RunSQL(DERIVE, migrations.RunSQL.noop),
    ]
