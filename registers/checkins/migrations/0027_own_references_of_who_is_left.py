"""Give who is left of two persons the references and documents that the other one brought himself."""

from django.db import migrations

GIVEN = """
UPDATE checkins_bringerreference moved SET bringer = due.bringer FROM (
    SELECT DISTINCT ON (old.environment, person.merged_into_id, old.reference) old.id,
        concat('person:', person.merged_into_id) AS bringer
    FROM persons_person person
    JOIN checkins_bringerreference old
        ON old.environment = person.environment AND old.bringer = concat('person:', person.id)
    WHERE person.merged_into_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM checkins_bringerreference own WHERE own.environment = old.environment
            AND own.bringer = concat('person:', person.merged_into_id) AND own.reference = old.reference
    )
    ORDER BY old.environment, person.merged_into_id, old.reference, old.id
) AS due WHERE due.id = moved.id;
UPDATE checkins_handedinevidence moved SET owner = due.owner FROM (
    SELECT DISTINCT ON (old.environment, person.merged_into_id, old.sha256) old.id,
        concat('person:', person.merged_into_id) AS owner
    FROM persons_person person
    JOIN checkins_handedinevidence old
        ON old.environment = person.environment AND old.owner = concat('person:', person.id)
    WHERE person.merged_into_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM checkins_handedinevidence own WHERE own.environment = old.environment
            AND own.owner = concat('person:', person.merged_into_id) AND own.sha256 = old.sha256
    )
    ORDER BY old.environment, person.merged_into_id, old.sha256, old.id
) AS due WHERE due.id = moved.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0026_sources_asked_otherwise"),
        ("persons", "0011_index_merged_alone"),
    ]

    operations = [
        migrations.RunSQL(GIVEN, migrations.RunSQL.noop),
    ]
