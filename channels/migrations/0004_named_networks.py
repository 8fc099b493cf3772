"""Enter the networks by which provinces and municipalities reach the FTP door; operators add the addresses."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = ("Cipal", "Irisnet", "Publilink", "Schaubroeck", "Infrax", "PubliWin")


def enter(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    networks = apps.get_model("channels", "Network").objects
    networks.bulk_create([networks.model(name=name) for name in NAMES], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_doors_networks_and_web_clients")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
