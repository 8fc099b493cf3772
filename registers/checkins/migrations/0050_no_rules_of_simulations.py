"""Take away the rules of environment S: a simulation is judged by those of T, and nobody could set these."""

from django.db import migrations

GONE = "DELETE FROM checkins_sectorrule WHERE environment = 'S'"


class Migration(migrations.Migration):
    dependencies = [("checkins", "0049_registrations_set_aside")]

    operations = [migrations.RunSQL(GONE, migrations.RunSQL.noop)]
