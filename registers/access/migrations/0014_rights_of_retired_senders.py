"""Close the rights that senders kept, or waited for, when they were retired."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

ACTOR, SOURCE = "platform", "SYNC"


def close(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Close them as retiring a sender does since, with the same events and without the task of a second manager."""
    now = timezone.now()
    rights = apps.get_model("access", "Grant").objects.filter(sender__state="RETIRED", state__in=["PROPOSED", "ACTIVE"])
    tasks = apps.get_model("correspondence", "EboxDocument").objects.filter(is_task=True, state__in=["NEW", "READ"])
    for right in rights.order_by("pk"):
        ends = right.valid_from if right.state == "PROPOSED" else max(now, right.valid_from)
        right.valid_until = ends if right.valid_until is None else min(ends, right.valid_until)
        right.state = "CLOSED"
        right.save(update_fields=["valid_until", "state"])
        apps.get_model("access", "StandingChange").objects.create(
            environment=right.environment, grant=right, state=right.state, at=now, actor=ACTOR, source=SOURCE
        )
        told = {"sender": right.sender_id, "service": right.service, "right": right.right, "grant": right.pk}
        apps.get_model("evidence", "AuditEvent").objects.create(
            action="right:revoked", at=now, actor=ACTOR, detail={**told, "source": SOURCE}
        )
        asked = tasks.filter(environment=right.environment, occasion=f"second manager for right {right.pk}")
        asked.update(state="HANDLED", handled_at=now, handled_by=ACTOR)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0013_numbers_that_change"),
        ("channels", "0014_senders_left_behind"),
        ("correspondence", "0014_no_word_on_replies"),
        ("evidence", "0008_how_senders_stood_at_reception"),
    ]

    operations = [migrations.RunPython(close, migrations.RunPython.noop)]
