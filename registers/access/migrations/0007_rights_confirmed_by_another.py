"""Nobody confirms the right that he gave, nor holds one by his own word where four eyes are needed (access §2.1)."""

from django.db import migrations, models
from django.db.models import F, Q

CONFIRMED = """
CREATE FUNCTION access_require_second_manager() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM access_useraccount account
        WHERE account.id = NEW.account_id AND NEW.granted_by = 'person:' || account.person_id
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'own_right_is_confirmed',
            MESSAGE = format('right %s would be held by the word of its holder alone', NEW.id);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER own_right_is_confirmed BEFORE INSERT OR UPDATE OF state, confirmed_by ON access_grant
    FOR EACH ROW WHEN (NEW.service = 'ACCESS' AND NEW.state = 'ACTIVE' AND NEW.confirmed_by = '')
    EXECUTE FUNCTION access_require_second_manager();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_who_settled_a_declaration")]

    operations = [
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("granted_by")), name="second_manager_is_another"
            ),
        ),
        migrations.RunSQL(CONFIRMED, migrations.RunSQL.noop),
    ]
