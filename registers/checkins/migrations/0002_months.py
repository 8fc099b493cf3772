"""Partition what grows by month, guard what never changes, and enter the rules of sectors (decision 0034)."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PARTITIONED = {
    "presence": "registration_date",
    "presencestep": "registration_date",
    "spell": "work_date",
}
KEYS = {
    "presence": "number, version, registration_date",
    "presencestep": "number, registration_date, at",
    "spell": "person_id, work_date, started_at, employer, work_place",
}
INDEXES = """
CREATE UNIQUE INDEX presence_once ON checkins_presence
    (person_id, registration_date, event_at, event_type, employer, work_place, slot) NULLS NOT DISTINCT;
CREATE INDEX presence_of_employer ON checkins_presence (employer, registration_date, number);
CREATE INDEX presence_of_work_place ON checkins_presence (work_place, registration_date, number);
CREATE INDEX presence_by_status ON checkins_presence (status, registration_date, number) WHERE status <> 'VALIDATED';
CREATE INDEX presence_of_sender ON checkins_presence (sender, created_at) WHERE sender <> '';
CREATE INDEX presence_by_remark ON checkins_presence USING gin (remarks) WHERE remarks <> '{}';
CREATE INDEX presence_by_creation ON checkins_presence USING brin (created_at);
CREATE INDEX failed_of_work_place ON checkins_presence (work_place) WHERE status = 'FAILED';
CREATE INDEX failed_of_employer ON checkins_presence (employer) WHERE status = 'FAILED';
CREATE INDEX failed_of_person ON checkins_presence (person_id) WHERE status = 'FAILED';
CREATE INDEX open_spell_of_work_place ON checkins_spell (work_place, employer) WHERE state = 'OPEN';
CREATE INDEX open_spell_by_age ON checkins_spell (last_in_at) WHERE state = 'OPEN';
CREATE INDEX missing_out_of_employer ON checkins_spell (employer, work_date) WHERE state = 'MISSING_OUT';
CREATE INDEX spell_of_employer ON checkins_spell (employer, work_date);
CREATE INDEX spell_of_work_place ON checkins_spell (work_place, work_date);
"""
FACTS = ("checkins_presencestep", "checkins_presencelook")
FACTS_OF_A_PRESENCE = (
    *("environment", "number", "version", "registration_date", "kind", "identifier_id", "employer", "work_place"),
    *("event_at", "utc_offset", "event_type", "reason", "capacity", "address", "capture", "device", "reference"),
    *("channel", "sender", "brought_by", "brought_by_person", "submission_id", "seq", "received_at", "created_at"),
    *("origin", "correction_id"),
)
GUARDS = f"""
CREATE TRIGGER facts_stay BEFORE UPDATE ON checkins_presence FOR EACH ROW
    WHEN (({", ".join(f"OLD.{one}" for one in FACTS_OF_A_PRESENCE)})
        IS DISTINCT FROM ({", ".join(f"NEW.{one}" for one in FACTS_OF_A_PRESENCE)}))
    EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE ON checkins_presencestep
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE ON checkins_presencelook
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER kept_for_years BEFORE DELETE ON checkins_presencelook
    FOR EACH ROW WHEN (OLD.asked_at > now() - interval '5 years') EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER kept_for_years BEFORE DELETE ON checkins_presence
    FOR EACH ROW WHEN (OLD.registration_date > now() - interval '1 year') EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER kept_for_years BEFORE DELETE ON checkins_presencestep
    FOR EACH ROW WHEN (OLD.registration_date > now() - interval '1 year') EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON checkins_correction
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON checkins_presence
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON checkins_presencestep
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON checkins_presencelook
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER refers_person_id AFTER INSERT ON checkins_presence REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('person_id', 'persons_person');
"""
MAKE_MONTHS = """
CREATE FUNCTION checkins_make_months(first_day date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    parent record;
    month date;
    part text;
    holds_rows boolean;
    made integer := 0;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', first_day), date_trunc('month', first_day)
            + make_interval(months => months - 1), interval '1 month')::date LOOP
        FOR parent IN SELECT * FROM (VALUES ('checkins_presence', 'registration_date'),
                ('checkins_presencestep', 'registration_date'), ('checkins_spell', 'work_date')) AS parents (name, day) LOOP
            part := format('%s_%s', parent.name, to_char(month, 'YYYY_MM'));
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I >= %L AND %I < %L)', parent.name || '_rest',
                parent.day, month, parent.day, month + interval '1 month') INTO holds_rows;
            CONTINUE WHEN holds_rows;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent.name);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent.name, part,
                month, month + interval '1 month');
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
SELECT checkins_make_months((now() - interval '1 month')::date, 5);
"""
ENVIRONMENTS = "RTS"
RULES = (
    ("CONSTRUCTION", date(2014, 4, 1), ["DAY"], ["WORKER", "EMPLOYER", "CONTRACTOR"], 1),
    ("SECURITY", date(2014, 4, 1), ["DAY"], ["WORKER", "EMPLOYER", "CONTRACTOR"], 1),
    ("MEAT", date(2014, 4, 1), ["DAY"], ["WORKER", "EMPLOYER", "CONTRACTOR"], 1),
    ("READY_MIX", date(2014, 4, 1), ["DAY"], ["WORKER", "EMPLOYER", "CONTRACTOR"], 1),
    ("CLEANING", date(2024, 1, 1), ["EVENT"], ["WORKER"], 0),
    ("REMOVALS", date(2024, 1, 1), ["EVENT"], ["WORKER"], 0),
)


def partition(table: str) -> str:
    """Return the statements that put a partitioned table with a part for all other months in the place of a plain one."""
    name, day = f"checkins_{table}", PARTITIONED[table]
    return f"""
ALTER TABLE {name} RENAME TO {name}_plain;
CREATE TABLE {name} (LIKE {name}_plain INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ({day});
DROP TABLE {name}_plain;
ALTER TABLE {name} ADD PRIMARY KEY ({KEYS[table]});
CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT;
"""


def enter_rules(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Enter what is known of each sector, in every environment."""
    rule = apps.get_model("checkins", "SectorRule")
    rule.objects.bulk_create(
        rule(
            environment=environment,
            sector=sector,
            valid_from=start,
            kinds=kinds,
            registrants=registrants,
            days_ahead=ahead,
        )
        for environment in ENVIRONMENTS
        for sector, start, kinds, registrants, ahead in RULES
    )


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0001_initial"),
        ("evidence", "0004_append_only_heads_and_no_truncation"),
        ("persons", "0005_kinds_of_numbers"),
    ]

    operations = [
        migrations.RunSQL("".join(partition(table) for table in PARTITIONED) + INDEXES, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL("CREATE SEQUENCE checkins_presence_number;", migrations.RunSQL.noop),
        migrations.RunSQL("CREATE SEQUENCE checkins_correction_number;", migrations.RunSQL.noop),
        migrations.RunSQL(MAKE_MONTHS, migrations.RunSQL.noop),
        migrations.RunPython(enter_rules, migrations.RunPython.noop),
    ]
