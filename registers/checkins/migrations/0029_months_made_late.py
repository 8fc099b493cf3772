"""Make the part of one month in one table, also of a month for which something was registered already (decision 0034).

What lies in the part of all other months moves, as long as it is no more than a moment's work. The whole table is held
meanwhile, as when a month is dropped: who waited for a part alone would have chosen it before the new one was there, and be
refused. Nothing is deleted by that, so the guard of what is young rests until the rows are moved.
"""

from django.db import migrations

MAKE_PART = """
DROP FUNCTION checkins_make_months(date, integer);
CREATE FUNCTION checkins_make_part(parent text, day text, month date, most integer) RETURNS boolean LANGUAGE plpgsql AS $$
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


class Migration(migrations.Migration):
    dependencies = [("checkins", "0028_folded_anew")]
    operations = [migrations.RunSQL(MAKE_PART, migrations.RunSQL.noop)]
