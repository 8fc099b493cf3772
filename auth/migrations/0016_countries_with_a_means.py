"""Countries whose means of electronic identification is active, and those of which that is known for certain.

The Commission named them on 11 May 2021 as the Member States with notified schemes (CEF Digital, "Sweden, France and Malta
pre-notify eID schemes"), beside Belgium itself. Within twelve months everybody had to recognise what was published (Regulation
910/2014, article 6), hence the first day. Whoever notified later is entered by an operator.
"""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOTIFIED = ("CZ", "DE", "DK", "EE", "ES", "HR", "IT", "LT", "LU", "LV", "NL", "PT", "SK")
RECOGNISED_FROM = date(2022, 5, 11)


def enter(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Enter those countries."""
    table = apps.get_model("access_control", "ActiveCountry")
    table.objects.bulk_create(table(country=country, first_day=RECOGNISED_FROM) for country in NOTIFIED)


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0015_locks_to_tell"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActiveCountry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("first_day", models.DateField()),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=("country",),
                        name="country_is_active_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="active_country_is_a_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_on__gte", models.F("first_day"))),
                        name="active_country_not_backwards",
                    ),
                ],
            },
        ),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
