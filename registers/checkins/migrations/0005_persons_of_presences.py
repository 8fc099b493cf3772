"""Look the persons of new presences up by a statement that is planned once a connection, not once a check-in."""

from django.db import migrations

REFERENCES = """
CREATE FUNCTION checkins_require_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE (SELECT parent.id FROM persons_person parent WHERE parent.id = fresh.person_id)
            IS NULL) THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s.person_id refers to no row of persons_person', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER refers_person_id ON checkins_presence;
CREATE TRIGGER refers_person_id AFTER INSERT ON checkins_presence REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION checkins_require_persons();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0004_means_end_after_they_begin"),
    ]

    operations = [
        migrations.RunSQL(REFERENCES, migrations.RunSQL.noop),
    ]
