"""Indexes by which a person finds what is on record of the own account."""

import django.db.models.fields.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0005_check_in_answers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                models.F("actor"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("action__regex", "^(account|session|user|appointment):")),
                name="audit_event_of_actor",
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform("login", "detail"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("action__regex", "^(account|session|user|appointment):")),
                name="audit_event_of_login",
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform("person", "detail"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("action__regex", "^(account|session|user|appointment):")),
                name="audit_event_of_person",
            ),
        ),
    ]
