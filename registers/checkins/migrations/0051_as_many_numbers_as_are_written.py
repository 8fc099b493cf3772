"""End the sequences of check-ins where what is written of their numbers ends: eleven digits of a receipt, eight of a request."""

from django.db import migrations

END = """
ALTER SEQUENCE checkins_presence_number MAXVALUE 99999999999;
ALTER SEQUENCE checkins_correction_number MAXVALUE 99999999;
"""


class Migration(migrations.Migration):
    dependencies = [("checkins", "0050_no_rules_of_simulations")]
    operations = [migrations.RunSQL(END, migrations.RunSQL.noop)]
