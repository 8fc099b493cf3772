"""Let requests for corrections be forgotten with the registrations that they are about; a year at least they stay."""

from django.db import migrations

KEPT_FOR_YEARS = """
DROP TRIGGER never_deleted ON checkins_correction;
CREATE TRIGGER kept_for_years BEFORE DELETE ON checkins_correction
    FOR EACH ROW WHEN (OLD.registration_date > now() - interval '1 year') EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0006_companies_that_change"),
    ]

    operations = [
        migrations.RunSQL(KEPT_FOR_YEARS, migrations.RunSQL.noop),
    ]
