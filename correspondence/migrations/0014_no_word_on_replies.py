"""Drop what said whether a document may be answered: no page took answers, and nothing read or wrote it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0013_letters_to_workers")]
    operations = [migrations.RemoveField(model_name="eboxdocument", name="is_reply_allowed")]
