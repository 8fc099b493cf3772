"""Have the database refuse a presence of a person who is another one by now, and give that one what was written so.

The check looks at the row of the person that the statement looked at before; who waited for the merging begins anew. What two
had alike stays twice, the later one without its place, also where both became a third one.
"""

from django.db import migrations

REFUSED = """
CREATE OR REPLACE FUNCTION checkins_require_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fresh WHERE (SELECT parent.environment FROM persons_person parent
            WHERE parent.id = fresh.person_id AND parent.merged_into_id IS NULL) IS DISTINCT FROM fresh.environment) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM fresh JOIN persons_person parent
            ON parent.id = fresh.person_id AND parent.environment = fresh.environment
            WHERE parent.merged_into_id IS NOT NULL) THEN
        RAISE serialization_failure USING MESSAGE = format('%s.person_id refers to who is another person by now', TG_TABLE_NAME);
    END IF;
    RAISE foreign_key_violation USING
        MESSAGE = format('%s.person_id refers to no row of persons_person in its environment', TG_TABLE_NAME);
END $$;
"""
GIVEN = """
UPDATE checkins_presence moved SET person_id = due.person_id,
    slot = CASE WHEN moved.slot = 0 AND (due.turn > 1 OR EXISTS (
        SELECT FROM checkins_presence own WHERE own.person_id = due.person_id AND own.slot = 0
            AND own.registration_date = moved.registration_date
            AND own.event_at IS NOT DISTINCT FROM moved.event_at AND own.event_type = moved.event_type
            AND own.employer = moved.employer AND own.work_place = moved.work_place
    )) THEN moved.number * 100 + moved.version ELSE moved.slot END
FROM (
    SELECT old.number, old.version, old.registration_date, person.merged_into_id AS person_id, row_number() OVER (
        PARTITION BY person.merged_into_id, old.registration_date, old.event_at, old.event_type, old.employer,
            old.work_place, old.slot
        ORDER BY old.number, old.version
    ) AS turn
    FROM persons_person person JOIN checkins_presence old ON old.person_id = person.id
    WHERE person.merged_into_id IS NOT NULL
) AS due
WHERE moved.number = due.number AND moved.version = due.version AND moved.registration_date = due.registration_date;
UPDATE checkins_spell moved SET person_id = person.merged_into_id
FROM persons_person person WHERE person.id = moved.person_id AND person.merged_into_id IS NOT NULL;
UPDATE checkins_correction moved SET person_id = person.merged_into_id
FROM persons_person person WHERE person.id = moved.person_id AND person.merged_into_id IS NOT NULL;
UPDATE checkins_errorreport moved SET person_id = person.merged_into_id
FROM persons_person person WHERE person.id = moved.person_id AND person.merged_into_id IS NOT NULL;
UPDATE checkins_meansrecord moved SET person_id = person.merged_into_id
FROM persons_person person WHERE person.id = moved.person_id AND person.merged_into_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0024_open_spells_of_employers"),
        ("persons", "0011_index_merged_alone"),
    ]

    operations = [
        migrations.RunSQL(REFUSED + GIVEN, migrations.RunSQL.noop),
    ]
