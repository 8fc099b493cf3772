from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0004_identities_to_be_matched"),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingidentity",
            name="number_asked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
