"""Operators who look at presences, and at nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0007_codes_of_invitations"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="operator",
            name="operator_role_known",
        ),
        migrations.AlterField(
            model_name="operator",
            name="role",
            field=models.CharField(
                choices=[("SUPPORT", "Support"), ("REGISTRAR", "Registrar"), ("INSPECTOR", "Inspector")], max_length=9
            ),
        ),
        migrations.AddConstraint(
            model_name="operator",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["SUPPORT", "REGISTRAR", "INSPECTOR"])), name="operator_role_known"
            ),
        ),
    ]
