"""Have the database refuse a row that refers to one of another environment: TEST never meets PRODUCTION."""

from django.db import migrations

REFERRING = (
    ("correction", "person_id", "persons_person"),
    ("correctionevidence", "correction_id", "checkins_correction"),
    ("errorreport", "person_id", "persons_person"),
    ("meansrecord", "person_id", "persons_person"),
    ("meansrecord", "work_place_id", "checkins_workplace"),
    ("workplaceparty", "work_place_id", "checkins_workplace"),
    ("workplaceparty", "parent_id", "checkins_workplaceparty"),
)
FUNCTIONS = """
CREATE FUNCTION checkins_require_environment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    differs boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I parent WHERE parent.id = ($1).%I AND parent.environment <> ($1).environment)',
        TG_ARGV[1], TG_ARGV[0]) INTO differs USING NEW;
    IF differs THEN
        RAISE check_violation USING MESSAGE = format('%s.%s refers to another environment', TG_TABLE_NAME, TG_ARGV[0]);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION checkins_require_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE (SELECT parent.environment FROM persons_person parent
            WHERE parent.id = fresh.person_id) IS DISTINCT FROM fresh.environment) THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s.person_id refers to no row of persons_person in its environment', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION checkins_require_environment_of_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE (SELECT presence.environment FROM checkins_presence presence
            WHERE presence.number = fresh.number AND presence.registration_date = fresh.registration_date LIMIT 1)
            <> fresh.environment) THEN
        RAISE check_violation USING MESSAGE = 'a step is of a presence of another environment';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION checkins_require_environment_of_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM checkins_presence WHERE number = NEW.target AND registration_date = NEW.registration_date
            AND environment <> NEW.environment) THEN
        RAISE check_violation USING MESSAGE = 'a correction is of a presence of another environment';
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER environment_of_person BEFORE UPDATE OF person_id ON checkins_presence FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id)
    EXECUTE FUNCTION checkins_require_environment('person_id', 'persons_person');
CREATE TRIGGER environment_of_presence AFTER INSERT ON checkins_presencestep REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION checkins_require_environment_of_steps();
CREATE TRIGGER environment_of_target BEFORE INSERT OR UPDATE OF target, environment ON checkins_correction FOR EACH ROW
    WHEN (NEW.target IS NOT NULL) EXECUTE FUNCTION checkins_require_environment_of_target();
"""


def environment_of(table: str, column: str, parent: str) -> str:
    """Return the statement that has rows of `table` refer to rows of their own environment alone."""
    return f"""
CREATE TRIGGER environment_of_{column} BEFORE INSERT OR UPDATE OF {column}, environment ON checkins_{table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION checkins_require_environment('{column}', '{parent}');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0014_no_spells_by_work_place"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTIONS + TRIGGERS + "".join(environment_of(*one) for one in REFERRING), migrations.RunSQL.noop
        ),
    ]
