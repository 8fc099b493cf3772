"""End the tasks whose cause was gone and that stayed open: confirmations, second managers, co-managers without a manager."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

_SECOND_MANAGER = "second manager for right "


def end(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Note them as done by the counter itself."""
    rights = apps.get_model("access", "Grant").objects.filter(state="PROPOSED")
    appointments = apps.get_model("access", "Appointment").objects
    waiting = apps.get_model("correspondence", "EboxDocument").objects.filter(is_task=True, state__in=["NEW", "READ"])
    proposed = appointments.filter(state="PROPOSED", confirmed_at__isnull=True).values_list("pk", flat=True)
    orphaned = set(appointments.filter(orphan_since__isnull=False).values_list("entity_id", "quality"))
    to_confirm = waiting.filter(kind="CONFIRM_MANAGER").exclude(about__in=[str(pk) for pk in proposed])
    second = waiting.filter(kind="SECOND_MANAGER_NEEDED").exclude(
        occasion__in=[f"{_SECOND_MANAGER}{pk}" for pk in rights.values_list("pk", flat=True)]
    )
    alone = [
        task.pk for task in waiting.filter(kind="ORPHAN_CO_MANAGER") if (task.entity_id, task.quality) not in orphaned
    ]
    over = {*to_confirm.values_list("pk", flat=True), *second.values_list("pk", flat=True), *alone}
    waiting.filter(pk__in=over).update(state="HANDLED", handled_at=timezone.now(), handled_by="platform")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0017_since_when_accounts_are_suspended"),
        ("correspondence", "0014_no_word_on_replies"),
    ]

    operations = [migrations.RunPython(end, migrations.RunPython.noop)]
