"""Find what was filed lately however long it had waited: other registers notice declarations by when they were filed."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("student_days", "0022_user_firms_as_declared")]

    operations = [
        migrations.AddIndex(
            model_name="declaration",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["filed_at"], name="declaration_by_filing"
            ),
        ),
    ]
