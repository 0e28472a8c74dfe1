"""The two statements of the hot path: each is a whole transaction with everything that must stand or fall together."""

from typing import Final

#: The assignment is written only when it is the actor's, still writable, the gate is open and the group not sealed.
#: $1 assignment, $2 cycle, $3 participant, $4 rater type, $5 clock offset, $6 rater (NULL for a recipient's token).
_TARGET: Final = """
WITH gate AS MATERIALIZED (SELECT * FROM rating_gate($2, $3, $4, $5)),
target AS (
    UPDATE assignments a
    SET state = '{state}', submitted_on = {submitted_on}
    FROM gate
    WHERE a.id = $1 AND a.rater_id IS NOT DISTINCT FROM $6::uuid AND a.state IN ('pending', 'draft')
      AND gate.is_open AND NOT gate.is_sealed
    RETURNING a.id
),
"""
#: What became of it; `target` not being visible to the outer query, the state before it is reported beside it.
_OUTCOME: Final = """
SELECT EXISTS (SELECT FROM target) AS written, a.state, a.rater_id IS NOT DISTINCT FROM $6::uuid AS rater,
       gate.is_open, gate.is_sealed, gate.today, a.submitted_on
FROM assignments a, gate WHERE a.id = $1
"""
#: $7 sheet, $8 draft as JSON, $9 actor, $10 actor's roles, $11 request id.
SAVE_DRAFT: Final = (  # put together from constants of this module
    _TARGET.format(state="draft", submitted_on="NULL")
    + """
draft AS (
    INSERT INTO drafts (id, participant_id, content) SELECT $7, $3, $8::text::jsonb FROM target
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content
),
trail AS (
    INSERT INTO audit_events (actor_id, actor_roles, action, object_type, object_id, request_id, digest)
    SELECT $9, $10, 'submission.draft_saved', 'assignment', $1, $11, '' FROM target
)
"""
    + _OUTCOME
)
#: $7 sheet, $8 points, $9 actor, $10 actor's roles, $11 request id,
#: $12 comment ids, $13 their criteria, $14 kinds, $15 texts, $16 principal, $17 key, $18 request line.
SUBMIT: Final = (
    _TARGET.format(state="submitted", submitted_on="gate.today")
    + """
sheet AS (
    INSERT INTO sheets (id, cycle_id, participant_id, rater_type, points) SELECT $7, $2, $3, $4, $8 FROM target
),
draft AS (DELETE FROM drafts USING target WHERE drafts.id = $7),
remarks AS (
    INSERT INTO comments (id, sheet_id, cycle_id, participant_id, rater_type, criterion_id, kind, text)
    SELECT c.id, $7, $2, $3, $4, c.criterion_id, c.kind, c.text
    FROM target, unnest($12::uuid[], $13::uuid[], $14::text[], $15::text[]) AS c (id, criterion_id, kind, text)
),
invitation AS (
    UPDATE invitations i SET used_on = gate.today FROM target, gate
    WHERE $6::uuid IS NULL AND i.assignment_id = target.id AND i.used_on IS NULL AND NOT i.revoked
),
trail AS (
    INSERT INTO audit_events (actor_id, actor_roles, action, object_type, object_id, request_id, digest)
    SELECT $9, $10, 'submission.submitted', 'assignment', $1, $11, '' FROM target
),
announcement AS (
    INSERT INTO outbox_events (type, payload)
    SELECT 'submission.submitted', jsonb_build_object('assignment_id', $1, 'cycle_id', $2, 'participant_id', $3)
    FROM target WHERE $4 IN ('superior', 'self')
),
kept AS (
    INSERT INTO idempotency_records (principal, key, request, status, body)
    SELECT $16, $17, $18, 200, '' FROM target WHERE $17::text IS NOT NULL
)
"""
    + _OUTCOME
)
FACTS: Final = """
SELECT a.id, a.cycle_id, a.participant_id, a.rater_type, a.rater_id, a.state, a.submitted_on,
       c.code, c.title, c.rating_opens_at, c.rating_closes_at,
       c.state = 'rating' AND c.rating_opens_at <= now() + $2 AND now() + $2 < c.rating_closes_at AS accepts,
       p.employee_id, p.name, p.position, p.rubric_id, p.unit_id, u.name AS unit_name,
       coalesce((c.policy -> 'min_raters' ->> a.rater_type)::int, 3) AS minimum,
       (SELECT count(*) FROM assignments o
        WHERE o.cycle_id = a.cycle_id AND o.participant_id = a.participant_id AND o.rater_type = a.rater_type
          AND o.state <> 'voided') AS assigned
FROM assignments a
JOIN cycles c ON c.id = a.cycle_id
JOIN participants p ON p.id = a.participant_id
JOIN units u ON u.id = p.unit_id
WHERE a.id = $1 AND c.opened_at IS NOT NULL AND p.rubric_id IS NOT NULL
"""
