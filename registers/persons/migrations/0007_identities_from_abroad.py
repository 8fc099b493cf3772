"""Tell identities of other countries from national and bis numbers.

What is there is encrypted: a number of eleven digits makes 39 bytes with its nonce and its tag, and no identity under eIDAS
or of a provider that was matched until now is as short.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0006_find_namesakes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="personidentifier",
            name="person_identifier_kind_known",
        ),
        migrations.AlterField(
            model_name="personidentifier",
            name="kind",
            field=models.CharField(
                choices=[("INSZ", "Insz"), ("LIMOSA", "Limosa"), ("EIDAS", "Eidas")],
                db_default="INSZ",
                default="INSZ",
                max_length=6,
            ),
        ),
        migrations.RunSQL(
            "UPDATE persons_personidentifier SET kind = 'EIDAS' WHERE kind = 'INSZ' AND octet_length(ciphertext) <> 39",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="personidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["INSZ", "LIMOSA", "EIDAS"])), name="person_identifier_kind_known"
            ),
        ),
    ]
