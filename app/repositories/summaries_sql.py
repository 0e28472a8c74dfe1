"""The statements of summaries that read results' documents inside the database."""

from typing import Final

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('kinerja.summaries ' || $1::text, 0))"
CHANGED: Final = """
SELECT count(*) AS number
FROM (SELECT participant_id, version FROM results WHERE cycle_id = $1 AND current) AS r
FULL JOIN (SELECT participant_id, version FROM summary_basis WHERE cycle_id = $1) AS b USING (participant_id)
WHERE r.version IS DISTINCT FROM b.version
"""
#: The order of the figures is that of `columns_of`; $2 dimensions, $3 rater types. The indicators, most of a document, are
#: cut out before it is parsed; what `DocumentWriter` writes around them is there once.
_FIGURES: Final = """
ARRAY(
    SELECT (100 * figure::numeric)::smallint
    FROM (
        SELECT 0 AS part, 0 AS place, document->>'overall' AS figure
        UNION ALL
        SELECT 1, k.place, (
            SELECT d.one->>'value' FROM jsonb_array_elements(document->'dimensions') AS d (one)
            WHERE d.one->>'dimension' = k.name
        )
        FROM unnest($2::text[]) WITH ORDINALITY AS k (name, place)
        UNION ALL
        SELECT 2, k.place, document->'by_rater_type'->k.name->>'value'
        FROM unnest($3::text[]) WITH ORDINALITY AS k (name, place)
        UNION ALL
        SELECT 3, c.place, c.one->>'value'
        FROM jsonb_array_elements(document->'criteria') WITH ORDINALITY AS c (one, place)
    ) AS parts
    ORDER BY part, place
) AS figures
"""
_DOCUMENT: Final = """
CROSS JOIN LATERAL (
    SELECT (
        split_part(r.figures, ',"indicators":[', 1) || ',"by_rater_type":' || split_part(r.figures, '],"by_rater_type":', 2)
    )::jsonb AS document OFFSET 0
) AS d
"""
TAKE: Final = f"""
INSERT INTO summary_basis (cycle_id, participant_id, version, recommended, decided, figures)
SELECT r.cycle_id, r.participant_id, r.version, r.recommended, r.decided, {_FIGURES}
FROM results r {_DOCUMENT}
WHERE r.cycle_id = $1 AND r.current
"""
#: $4 whose block alone is looked at, or NULL.
CHANGES: Final = f"""
SELECT * FROM (
    SELECT b.participant_id, b.block, r.version, b.figures AS before, {_FIGURES}
    FROM summary_basis b JOIN results r ON r.participant_id = b.participant_id AND r.current {_DOCUMENT}
    WHERE b.cycle_id = $1 AND b.block IS NOT NULL AND r.version <> b.version AND ($4::uuid IS NULL OR b.block = (
        SELECT block FROM summary_basis WHERE cycle_id = $1 AND participant_id = $4
    ))
) AS now
WHERE figures <> before
"""
PLACE: Final = """
UPDATE summary_basis b SET leaf = k.leaf, block = k.block
FROM unnest($2::uuid[], $3::integer[], $4::integer[]) AS k (participant_id, leaf, block)
WHERE b.cycle_id = $1 AND b.participant_id = k.participant_id
"""
