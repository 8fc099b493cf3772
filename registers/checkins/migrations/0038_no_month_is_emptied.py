"""Let nobody empty the part of a month at one stroke: what refuses that of the whole table says nothing of its parts.

The parts of spells may be emptied, as all of them may: spells are folded anew from the events. A month is dropped whole as
before, with what guards it.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION checkins_guard_part(parent text, part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = parent::regclass AND tgname = 'never_emptied') THEN
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION guichet_refuse_change()', part);
    END IF;
END $$;
"""
MAKE_PART = """
CREATE OR REPLACE FUNCTION checkins_make_part(parent text, day text, month date, most integer) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    part text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    rest text := parent || '_rest';
    after date := month + interval '1 month';
    those text := format('%I >= %L AND %I < %L', day, month, day, after);
    due integer;
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE %s LIMIT %s) AS found', rest, those, most + 1) INTO due;
    IF due > most THEN
        RETURN false;
    END IF;
    EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, parent);
    PERFORM checkins_guard_part(parent, part);
    EXECUTE format('INSERT INTO %I SELECT * FROM %I WHERE %s', part, rest, those);
    GET DIAGNOSTICS due = ROW_COUNT;
    IF due > 0 THEN
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', rest);
        EXECUTE format('DELETE FROM %I WHERE %s', rest, those);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', rest);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, month, after);
    RETURN true;
END $$;
"""
PARTS = """
LOCK TABLE ONLY checkins_presence IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE ONLY checkins_presencestep IN SHARE ROW EXCLUSIVE MODE;
SELECT checkins_guard_part(parent, part::text) FROM unnest(ARRAY['checkins_presence', 'checkins_presencestep'])
    WITH ORDINALITY AS guarded (parent, turn), pg_partition_tree(parent) AS tree (part, above, is_leaf) WHERE is_leaf
    ORDER BY turn, part::text;
"""
"""Whoever writes waits for the whole table first, and so never holds a part for which the upgrade waits."""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0037_remarked_when")]
    operations = [
        migrations.RunSQL(GUARD + MAKE_PART, migrations.RunSQL.noop),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
    ]
