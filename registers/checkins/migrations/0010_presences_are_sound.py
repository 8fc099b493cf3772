"""Hold presences to their closed lists by one function: PostgreSQL reads the text of constraints at each statement.

What stands in the table was held to the same lists by the constraints that go, so it is not looked through.
"""

import django.db.models.expressions
from django.db import migrations, models

SOUND = (
    *("environment", "number", "kind", "event_at", "event_type", "status", "channel", "origin", "sector", "reason"),
    *("capacity", "capture"),
)
GONE = (
    *("environment_known", "kind_known", "status_known", "channel_known", "origin_known", "sector_known"),
    *("reason_known", "capacity_known", "capture_known", "event_is_whole", "number_of_15_digits"),
)
FUNCTION = f"""
CREATE FUNCTION checkins_presence_is_sound(environment varchar, number bigint, kind varchar, event_at timestamptz,
    event_type varchar, status varchar, channel varchar, origin varchar, sector varchar, reason varchar, capacity varchar,
    capture varchar) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
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
        AND capture IN ('', 'BADGE', 'QR', 'APP', 'GATEWAY', 'TRACKTRACE');
END $$;
ALTER TABLE checkins_presence
    ADD CONSTRAINT presence_is_sound CHECK (checkins_presence_is_sound({", ".join(SOUND)})) NOT VALID;
{"".join(f"ALTER TABLE checkins_presence DROP CONSTRAINT presence_{one};" for one in GONE)}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0009_sources_outside"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)],
            state_operations=[
                *(migrations.RemoveConstraint(model_name="presence", name=f"presence_{one}") for one in GONE),
                migrations.AddConstraint(
                    model_name="presence",
                    constraint=models.CheckConstraint(
                        condition=django.db.models.expressions.Func(
                            *(models.F(name) for name in SOUND),
                            function="checkins_presence_is_sound",
                            output_field=models.BooleanField(),
                        ),
                        name="presence_is_sound",
                    ),
                ),
            ],
        ),
    ]
