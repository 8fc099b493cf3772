"""Codes of attestations that their student withdrew before their end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("student_days", "0010_questions")]

    operations = [
        migrations.AddField(model_name="attestation", name="withdrawn_at", field=models.DateTimeField(null=True)),
    ]
