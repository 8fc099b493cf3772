"""Confine keys of main access managers to the company that their codes were sent for; codes that wait learn theirs."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q
from django.utils import timezone

COMPANY = models.ForeignKey(
    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
)


def name_companies(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Name the company whose chief the person is, or is to become; codes of nobody's chief are void."""
    codes = apps.get_model("access_control", "TemporaryCredential").objects
    appointments = apps.get_model("access", "Appointment").objects
    for waiting in codes.filter(kind="CHIEF", ended_at__isnull=True).select_related("login"):
        chief_of = appointments.filter(
            role="CHIEF", person=waiting.login.person_id, state__in=["PROPOSED", "ACTIVE"]
        ).order_by("-pk")
        company = chief_of.values_list("entity", flat=True).first()
        ended = {} if company is not None else {"state": "REVOKED", "ended_at": timezone.now()}
        codes.filter(pk=waiting.pk).update(company=company, **ended)


class Migration(migrations.Migration):
    dependencies = [("access_control", "0012_codes_of_chiefs"), ("access", "0011_words_of_companies")]

    operations = [
        migrations.AddField(model_name="digitalkey", name="confined_to", field=COMPANY),
        migrations.AddField(model_name="session", name="confined_to", field=COMPANY),
        migrations.AddField(
            model_name="session", name="confined_level", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(model_name="temporarycredential", name="company", field=COMPANY),
        migrations.RunPython(name_companies, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=Q(confined_to__isnull=True, confined_level__isnull=True)
                | Q(confined_to__isnull=False, confined_level__isnull=False)
                & (Q(entity__isnull=False, entity=F("confined_to")) | Q(level__lte=100)),
                name="session_weak_outside_its_company",
            ),
        ),
        migrations.AddConstraint(
            model_name="temporarycredential",
            constraint=models.CheckConstraint(
                condition=~Q(kind="CHIEF") | Q(company__isnull=False) | Q(ended_at__isnull=False),
                name="temporary_credential_of_chief_names_company",
            ),
        ),
    ]
