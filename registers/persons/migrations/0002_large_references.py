"""Check references to persons once for each statement; a person is never deleted.

The check looks every reference up by its key: what it refers to may be a thousand times as large as what is added.
"""

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION guichet_require_references() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    orphans boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM fresh WHERE %1$I IS NOT NULL AND NOT EXISTS '
        '(SELECT FROM %2$I parent WHERE parent.id = fresh.%1$I))', TG_ARGV[0], TG_ARGV[1]) INTO orphans;
    IF orphans THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s.%s refers to no row of %s', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION guichet_require_reference() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_there boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I parent WHERE parent.id = ($1).%I)', TG_ARGV[1], TG_ARGV[0])
        INTO is_there USING NEW;
    IF NOT is_there THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s.%s refers to no row of %s', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1]);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refers_person_id AFTER INSERT ON persons_personidentifier REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('person_id', 'persons_person');
CREATE TRIGGER still_refers_person_id BEFORE UPDATE OF person_id ON persons_personidentifier
    FOR EACH ROW WHEN (NEW.person_id IS DISTINCT FROM OLD.person_id)
    EXECUTE FUNCTION guichet_require_reference('person_id', 'persons_person');
CREATE TRIGGER never_deleted BEFORE DELETE ON persons_person
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("persons", "0001_initial"), ("evidence", "0002_append_only")]

    operations = [
        migrations.AlterField(
            model_name="personidentifier",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="identifiers",
                to="persons.person",
            ),
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
