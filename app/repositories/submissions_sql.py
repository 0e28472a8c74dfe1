"""The two statements of the hot path: each is a whole transaction with everything that must stand or fall together.

Each is put together from the parts a request needs, since every part costs its start even where it finds nothing to do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_NAME: Final = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for the bare driver and the names of its numbered parameters."""

    text: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Statement":
        """From a text with ``:name`` for each parameter."""
        names = tuple(dict.fromkeys(_NAME.findall(text)))
        return cls(_NAME.sub(lambda match: f"${names.index(match[1]) + 1}", text), names)

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the parameters."""
        return [values[name] for name in self.names]


#: The assignment is written only when it is the actor's, still writable, the gate is open and the group not sealed.
#: ``rater`` is NULL for a recipient's token.
_TARGET: Final = """
WITH gate AS MATERIALIZED (SELECT * FROM rating_gate(:cycle, :participant, :rater_type, :clock_offset)),
target AS (
    UPDATE assignments a
    SET state = '{state}', submitted_on = {submitted_on}
    FROM gate
    WHERE a.id = :assignment AND a.rater_id IS NOT DISTINCT FROM :rater::uuid AND a.state IN ('pending', 'draft')
      AND gate.is_open AND NOT gate.is_sealed
    RETURNING a.id
)"""
_TRAIL: Final = """,
trail AS (
    INSERT INTO audit_events (actor_id, actor_roles, action, object_type, object_id, request_id, digest)
    SELECT :actor, :roles, '{action}', 'assignment', :assignment, :request_id, '' FROM target
)"""
#: What became of it; `target` not being visible to the outer query, the state before it is reported beside it.
_OUTCOME: Final = """
SELECT EXISTS (SELECT FROM target) AS written, a.state, a.rater_id IS NOT DISTINCT FROM :rater::uuid AS rater,
       gate.is_open, gate.is_sealed, gate.today, a.submitted_on
FROM assignments a, gate WHERE a.id = :assignment
"""
_DRAFT: Final = """,
draft AS (
    INSERT INTO drafts (id, participant_id, content) SELECT :sheet, :participant, :content::text::jsonb FROM target
    ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content
)"""
_SHEET: Final = """,
sheet AS (
    INSERT INTO sheets (id, cycle_id, participant_id, rater_type, points)
    SELECT :sheet, :cycle, :participant, :rater_type, :points::text::smallint[] FROM target
),
draft AS (DELETE FROM drafts USING target WHERE drafts.id = :sheet)"""
_REMARKS: Final = """,
remarks AS (
    INSERT INTO comments (id, sheet_id, cycle_id, participant_id, rater_type, criterion_id, kind, text)
    SELECT c.id, :sheet, :cycle, :participant, :rater_type, c.criterion_id, c.kind, c.text
    FROM target, unnest(:remark_ids::uuid[], :criteria::uuid[], :kinds::text[], :texts::text[])
        AS c (id, criterion_id, kind, text)
)"""
_INVITATION: Final = """,
invitation AS (
    UPDATE invitations i SET used_on = gate.today FROM target, gate
    WHERE i.assignment_id = target.id AND i.used_on IS NULL AND NOT i.revoked
)"""
_ANNOUNCEMENT: Final = """,
announcement AS (
    INSERT INTO outbox_events (type, payload)
    SELECT 'submission.submitted',
           jsonb_build_object('assignment_id', :assignment, 'cycle_id', :cycle, 'participant_id', :participant)
    FROM target
)"""
_KEPT: Final = """,
kept AS (
    INSERT INTO idempotency_records (principal, key, request, status, body)
    SELECT :principal, :key, :request, 200, '' FROM target
)"""
SAVE_DRAFT: Final = Statement.of(
    _TARGET.format(state="draft", submitted_on="NULL")
    + _DRAFT
    + _TRAIL.format(action="submission.draft_saved")
    + _OUTCOME
)


@cache
def submit(*, remarks: bool, from_recipient: bool, announced: bool, kept: bool) -> Statement:
    """A submission with these parts; sixteen in all."""
    chosen = ((remarks, _REMARKS), (from_recipient, _INVITATION), (announced, _ANNOUNCEMENT), (kept, _KEPT))
    return Statement.of(
        _TARGET.format(state="submitted", submitted_on="gate.today")
        + _SHEET
        + _TRAIL.format(action="submission.submitted")
        + "".join(part for wanted, part in chosen if wanted)
        + _OUTCOME
    )


_OPENED: Final = "WHERE a.id = $1 AND c.opened_at IS NOT NULL AND p.rubric_id IS NOT NULL"
#: What never changes about an assignment once its cycle has opened.
TASK: Final = f"""
SELECT a.id, a.cycle_id, a.participant_id, a.rater_type, p.rubric_id
FROM assignments a
JOIN cycles c ON c.id = a.cycle_id
JOIN participants p ON p.id = a.participant_id
{_OPENED}
"""
FACTS: Final = f"""
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
{_OPENED}
"""
