"""Tell codes of main access managers, sent where a caller said, from those of officers; what waits to be used is one of them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KINDS = ["ACTIVATION", "CHIEF", "INVITATION", "NEW_PASSWORD"]


def tell_them_apart(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Make what operators sent, and nobody used up yet, codes of chiefs."""
    credential = apps.get_model("access_control", "TemporaryCredential")
    credential.objects.filter(kind="ACTIVATION", issued_by="operator", ended_at__isnull=True).update(kind="CHIEF")


class Migration(migrations.Migration):
    dependencies = [("access_control", "0011_worth_of_passwords_from_before")]

    operations = [
        migrations.RemoveConstraint(model_name="temporarycredential", name="temporary_credential_kind"),
        migrations.AlterField(
            model_name="temporarycredential",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ACTIVATION", "Activation"),
                    ("CHIEF", "Chief"),
                    ("INVITATION", "Invitation"),
                    ("NEW_PASSWORD", "New Password"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(tell_them_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="temporarycredential",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", KINDS)), name="temporary_credential_kind"
            ),
        ),
    ]
