"""Statements about results for the bare driver: reading one is one of them, an indexed lookup."""

from typing import Final

from app.domain.values import ANONYMOUS_TYPES

#: JSON as text: the bare pool and SQLAlchemy's connections decode jsonb differently.
_VERSION: Final = """
r.cycle_id, r.version, r.status, r.completeness, r.scheme, r.overall, r.value, r.recommended, r.decided, r.expectations,
r.decision::text AS decision, r.receipt, r.cause, r.computed_at, r.published_at, r.acknowledged_at,
r.officer_reasons IS NOT NULL AS group_lost
"""
#: Written out: the driver would look at every word of a list on every read.
_ANONYMOUS: Final = ", ".join(f"'{rater_type}'" for rater_type in sorted(ANONYMOUS_TYPES))
_PARTICIPANT: Final = f"""
c.state, p.id AS participant_id, p.employee_id, p.superior_id, p.appraiser_id, p.unit_id, p.name, p.position,
p.position_kind, u.name AS unit_name,
EXISTS (
    SELECT FROM assignments a
    WHERE a.participant_id = p.id AND a.rater_id = $3 AND a.state <> 'voided' AND a.rater_type IN ({_ANONYMOUS})
) AS rates_anonymously
"""
_FIND: Final = f"""
SELECT {_PARTICIPANT}, {_VERSION}, r.figures, r.reasons, r.officer_reasons
FROM cycles c
LEFT JOIN participants p ON p.cycle_id = c.id AND %s = $2
LEFT JOIN units u ON u.id = p.unit_id
LEFT JOIN results r ON r.participant_id = p.id AND r.current
WHERE c.id = $1
"""  # noqa: S608 - made of the constants above
#: $1 cycle, $2 participant, $3 reader. A row without participant tells the cycle's state.
FIND: Final = _FIND % "p.id"
#: The same with an employee as $2.
FIND_OF: Final = _FIND % "p.employee_id"
MANY: Final = f"""
SELECT {_PARTICIPANT}, {_VERSION}
FROM participants p
JOIN cycles c ON c.id = p.cycle_id
JOIN units u ON u.id = p.unit_id
LEFT JOIN results r ON r.participant_id = p.id AND r.current
WHERE p.cycle_id = $1 AND p.id = ANY($2)
"""  # noqa: S608 - made of the constants above
LOCK: Final = """
SELECT FROM results WHERE participant_id = ANY($1) AND current ORDER BY participant_id FOR UPDATE
"""
DECIDE: Final = """
UPDATE results r SET decision = n.decision::jsonb, decided = n.decided, status = 'decided'
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n (participant_id, decision, decided)
WHERE r.participant_id = n.participant_id AND r.current
"""
#: The new version is the old one with its decision: figures and receipt stay, and so does its salt.
DECIDE_ANEW: Final = (
    """
    UPDATE results r SET current = false, status = 'superseded'
    WHERE r.participant_id = ANY($1) AND r.current
    """,
    """
    INSERT INTO results (participant_id, version, cycle_id, current, status, completeness, scheme, overall, value,
                         recommended, decided, expectations, decision, figures, reasons, officer_reasons, receipt, cause,
                         computed_at, published_at)
    SELECT r.participant_id, r.version + 1, r.cycle_id, true, 'published', r.completeness, r.scheme, r.overall, r.value,
           r.recommended, n.decided, r.expectations, n.decision::jsonb, r.figures, r.reasons, r.officer_reasons, r.receipt,
           $4::text, r.computed_at, $5
    FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n (participant_id, decision, decided)
    JOIN LATERAL (
        SELECT * FROM results o WHERE o.participant_id = n.participant_id ORDER BY o.version DESC LIMIT 1
    ) r ON true
    """,
    """
    INSERT INTO receipt_salts (participant_id, version, salt)
    SELECT s.participant_id, r.version, s.salt
    FROM results r JOIN receipt_salts s ON s.participant_id = r.participant_id AND s.version = r.version - 1
    WHERE r.participant_id = ANY($1) AND r.current
    """,
)
TASKS: Final = """
SELECT count(*) FILTER (WHERE a.state = 'pending') AS pending, count(*) FILTER (WHERE a.state = 'draft') AS drafts,
       min(c.rating_closes_at) FILTER (WHERE a.state IN ('pending', 'draft')) AS closes_at
FROM assignments a JOIN cycles c ON c.id = a.cycle_id
WHERE a.rater_id = $1 AND a.rater_type = ANY($2) AND a.state IN ('pending', 'draft')
  AND c.state = 'rating' AND c.rating_opens_at <= $3 AND $3 < c.rating_closes_at
"""
DECISIONS: Final = """
SELECT count(*) AS decisions
FROM participants p
JOIN cycles c ON c.id = p.cycle_id
JOIN results r ON r.participant_id = p.id AND r.current
WHERE p.appraiser_id = ANY($3) AND p.employee_id <> $1
  AND c.state IN ('review', 'published') AND r.completeness = 'complete' AND r.decision IS NULL
  AND NOT EXISTS (
      SELECT FROM assignments a
      WHERE a.participant_id = p.id AND a.rater_id = $1 AND a.state <> 'voided' AND a.rater_type = ANY($2)
  )
"""
