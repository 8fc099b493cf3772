"""Let passwords that a company began before decision 0045 be worth what later ones are: level 100 of somebody with a number.

A password came from codes where both bear the same instant. Codes of an invitation were no kind of their own at first: a person
issued them, or a command for a file.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef, Q

WORTH, BEFORE = 100, 200
OF_A_COMPANY = Q(kind__in=["INVITATION", "NEW_PASSWORD"]) | Q(kind="ACTIVATION") & (
    Q(issued_by__startswith="person:") | Q(reason="invited by a file")
)


def lower(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """Lower the keys and what is signed in by them alone."""
    keys = apps.get_model("access_control", "DigitalKey").objects
    codes = apps.get_model("access_control", "TemporaryCredential").objects
    numbers = apps.get_model("persons", "PersonIdentifier").objects
    its_codes = codes.filter(OF_A_COMPANY, login=OuterRef("login"), state="CONSUMED", ended_at=OuterRef("created_at"))
    its_number = numbers.filter(person=OuterRef("login__person"), kind="INSZ", valid_until__isnull=True)
    living = keys.filter(means="PASSWORD", ended_at__isnull=True, enrolled_level__gte=BEFORE)
    begun = living.filter(Exists(its_codes), Exists(its_number))
    logins = list(begun.values_list("login", flat=True))
    keys.filter(means="PASSWORD", ended_at__isnull=True, login__in=logins).update(enrolled_level=WORTH)
    stays = apps.get_model("access_control", "Session").objects
    stays.filter(login__in=logins, ended_at__isnull=True, means="PASSWORD", level=BEFORE).update(level=WORTH)


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0010_locks_of_temporary_passwords"),
        ("persons", "0009_names_that_were_proved"),
    ]

    operations = [migrations.RunPython(lower, migrations.RunPython.noop)]
