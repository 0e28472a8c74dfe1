"""Names of database constraints turned into the domain errors they stand for."""

from typing import Final

from app.domain.errors import Conflict, DomainError, Invalid

_CONFLICTS: Final = {
    "uq_units_code": "unit_code_taken",
    "uq_employees_nip": "nip_taken",
    "uq_accounts_username": "username_taken",
    "uq_accounts_employee_id": "employee_has_account",
    "uq_rubrics_code_version": "rubric_code_taken",
    "uq_rubrics_code_draft": "rubric_draft_exists",
    "uq_cycles_code": "cycle_code_taken",
    "uq_participants_cycle_id_employee_id": "already_participant",
    "uq_assignments_participant_id_rater_id": "assignment_duplicate",
    "uq_data_corrections_open": "correction_open",
    "ex_appraiser_delegations_days": "delegation_overlaps",
}
_INVALID: Final = {
    "ck_units_not_own_parent": ("/parent_id", "unit_cycle"),
    "ck_employees_not_own_superior": ("/superior_id", "self_superior"),
    "ck_employees_not_own_appraiser": ("/appraiser_id", "self_appraiser"),
    "ck_employees_nip_of_asn": ("/nip", "nip_of_asn"),
    "ck_cycles_period": ("/period/end", "period_ends_before_start"),
    "ck_cycles_window": ("/rating_closes_at", "window_closes_before_opening"),
    "ck_external_scores_range": ("/value", "external_score_out_of_range"),
    "fk_units_parent_id": ("/parent_id", "unknown_unit"),
    "fk_employees_unit_id": ("/unit_id", "unknown_unit"),
    "fk_employees_superior_id": ("/superior_id", "unknown_employee"),
    "fk_employees_appraiser_id": ("/appraiser_id", "unknown_employee"),
    "fk_accounts_employee_id": ("/employee_id", "unknown_employee"),
    "fk_accounts_unit_id": ("/unit_id", "unknown_unit"),
    "fk_participants_appraiser_id": ("/appraiser_id", "unknown_employee"),
    "fk_assignments_rater_id": ("/rater_id", "unknown_employee"),
}


def domain_error(constraint: str | None) -> DomainError | None:
    """The domain's word for a violated constraint, or ``None`` when no rule of the domain stands behind it."""
    if constraint in _CONFLICTS:
        return Conflict(_CONFLICTS[constraint])
    if constraint in _INVALID:
        return Invalid.at(*_INVALID[constraint])
    return None
