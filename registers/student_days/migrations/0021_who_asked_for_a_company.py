"""Keep who asked for a company, and find the looks at a declaration before anybody had said whose it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0020_what_refused_forms_concern"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultationlog",
            name="asker_user",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="consultationlog",
            index=models.Index(
                condition=models.Q(("person__isnull", True), ("question", "DECLARATION")),
                fields=["about"],
                name="consultation_of_the_waiting",
            ),
        ),
    ]
