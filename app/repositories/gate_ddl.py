"""The gate every submission passes: one function, so that lock and look are in the right order.

A statement's snapshot is older than any lock it takes, so a statement that locked and looked by itself could still see
a cycle as open that was closed while it waited. A VOLATILE function looks with a snapshot of its own, taken after the lock.
Transitions take the same lock exclusively: each acknowledged sheet is in the computation, or was refused. As with the tables,
migrations bring to a database what is declared here.
"""

from typing import Final

CREATE: Final = """
CREATE FUNCTION rating_gate(
    wanted_cycle uuid, wanted_participant uuid, wanted_type text, clock_offset interval
) RETURNS TABLE (is_open boolean, is_sealed boolean, today date)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('cycle:' || wanted_cycle, 0));
    RETURN QUERY
    SELECT c.state = 'rating' AND c.rating_opens_at <= now() + clock_offset AND now() + clock_offset < c.rating_closes_at,
           EXISTS (
               SELECT FROM sealed_groups s
               WHERE s.participant_id = wanted_participant AND s.rater_type = wanted_type
           ),
           ((now() + clock_offset) AT TIME ZONE 'Asia/Jakarta')::date
    FROM cycles c WHERE c.id = wanted_cycle;
END
$$
"""
