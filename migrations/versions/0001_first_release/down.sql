-- All of it gone again.

DROP FUNCTION rating_gate, audit_event_digest;
DROP TABLE
    audit_events, cycles, idempotency_records, login_attempts, outbox_events, rate_counters, rubrics, units,
    employees, org_achievements, rating_quality, summaries, accounts, appraiser_delegations, data_corrections,
    participants, rater_quality, activation_codes, adjusted_means, assignments, comments, drafts,
    external_scores, imports, jobs, opening_groups, rating_agreement, receipt_salts, refresh_tokens,
    removed_assignments, results, retracted_sheets, sealed_groups, sheets, summary_basis, invitations;
DROP FUNCTION audit_events_seal, audit_events_refuse;
DROP DOMAIN
    assignment_state, band, cause, comment_kind, completeness, correctable_field, correction_state, cycle_state,
    delegation_kind, dimension, employment, import_kind, import_status, job_kind, job_status, org_achievement,
    position_kind, predicate, rater_kind, rater_type, result_status, rubric_state, scheme, unit_kind;
DROP EXTENSION btree_gist;
