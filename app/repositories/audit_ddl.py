"""The trail's own protection in the database: a digest per row, and no way to change or remove one.

Declared here as the tables are beside it: migrations, each with its own copy, bring it to a database (docs/decisions.md, 32).
"""

from typing import Final

CREATE: Final = (
    """
    CREATE FUNCTION audit_event_digest(event audit_events) RETURNS bytea
    LANGUAGE sql STABLE AS $$
        SELECT sha256(convert_to(jsonb_build_array(
            event.id,
            to_char(event.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            event.actor_id, to_jsonb(event.actor_roles), event.action, event.object_type, event.object_id,
            event.details, event.reason, event.request_id
        )::text, 'UTF8'))
    $$
    """,
    """
    CREATE FUNCTION audit_events_seal() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        NEW.digest := audit_event_digest(NEW);
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER audit_events_digest BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_seal()
    """,
    """
    CREATE FUNCTION audit_events_refuse() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()
    """,
)
