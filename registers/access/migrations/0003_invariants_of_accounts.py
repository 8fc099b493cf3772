"""What no constraint of one row can say: an active account has a chief, a co-manager a manager, rights do not overlap.

The first two are looked at when a transaction commits, so that one step may end what the next one replaces.
"""

from django.db import migrations

FACTS = ("access_standingchange",)

INVARIANTS = """
CREATE FUNCTION access_require_chief() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM access_entityaccount account
        WHERE account.entity_id = NEW.entity_id AND account.state = 'ACTIVE'
        AND NOT EXISTS (
            SELECT FROM access_appointment chief
            WHERE chief.entity_id = account.entity_id AND chief.role = 'CHIEF' AND chief.state = 'ACTIVE'
        )
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'active_account_has_a_chief',
            MESSAGE = format('entity %s would have an active account without a chief', NEW.entity_id);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER account_has_a_chief AFTER INSERT OR UPDATE ON access_entityaccount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION access_require_chief();
CREATE CONSTRAINT TRIGGER chief_is_replaced AFTER UPDATE ON access_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'CHIEF') EXECUTE FUNCTION access_require_chief();

CREATE FUNCTION access_require_manager() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM access_appointment helper
        WHERE helper.entity_id = NEW.entity_id AND helper.quality = NEW.quality AND helper.role = 'CO_MANAGER'
        AND helper.state IN ('ACTIVE', 'BLOCKED') AND helper.orphan_since IS NULL
        AND NOT EXISTS (
            SELECT FROM access_appointment manager
            WHERE manager.entity_id = helper.entity_id AND manager.quality = helper.quality
            AND manager.role = 'MANAGER' AND manager.state IN ('ACTIVE', 'BLOCKED')
        )
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'co_manager_helps_a_manager',
            MESSAGE = format('entity %s would have a co-manager without a manager', NEW.entity_id);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER co_manager_helps_a_manager AFTER INSERT OR UPDATE ON access_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.role IN ('MANAGER', 'CO_MANAGER'))
    EXECUTE FUNCTION access_require_manager();

ALTER TABLE access_grant ADD CONSTRAINT rights_of_account_apart EXCLUDE USING gist (
    int8range(account_id, account_id, '[]') WITH &&,
    int8range(hashtext(service)::bigint, hashtext(service)::bigint, '[]') WITH &&,
    tstzrange(valid_from, valid_until) WITH &&
) WHERE (account_id IS NOT NULL);
ALTER TABLE access_grant ADD CONSTRAINT rights_of_sender_apart EXCLUDE USING gist (
    int8range(sender_id::bigint, sender_id::bigint, '[]') WITH &&,
    int8range(hashtext(service)::bigint, hashtext(service)::bigint, '[]') WITH &&,
    tstzrange(valid_from, valid_until) WITH &&
) WHERE (sender_id IS NOT NULL);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON access_standingchange
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON access_standingchange
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON access_appointment
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_company_accounts"), ("evidence", "0004_append_only_heads_and_no_truncation")]

    operations = [migrations.RunSQL(INVARIANTS, migrations.RunSQL.noop)]
