-- The words of enumerations: one domain for each, named like it.
CREATE DOMAIN assignment_state AS text
    CONSTRAINT ck_assignment_state CHECK (VALUE IN ('pending', 'draft', 'submitted', 'declined', 'excused', 'voided'));
CREATE DOMAIN band AS text
    CONSTRAINT ck_band CHECK (VALUE IN ('usual', 'unusual'));
CREATE DOMAIN cause AS text
    CONSTRAINT ck_cause CHECK (VALUE IN (
        'rating_closed', 'recomputation', 'external_score', 'innovation', 'decision_after_publication'
    ));
CREATE DOMAIN comment_kind AS text
    CONSTRAINT ck_comment_kind CHECK (VALUE IN ('strength', 'improvement', 'general'));
CREATE DOMAIN completeness AS text
    CONSTRAINT ck_completeness CHECK (VALUE IN ('complete', 'incomplete'));
CREATE DOMAIN correctable_field AS text
    CONSTRAINT ck_correctable_field CHECK (VALUE IN ('name', 'email', 'phone', 'grade', 'position'));
CREATE DOMAIN correction_state AS text
    CONSTRAINT ck_correction_state CHECK (VALUE IN ('open', 'accepted', 'refused'));
CREATE DOMAIN cycle_state AS text
    CONSTRAINT ck_cycle_state CHECK (VALUE IN ('draft', 'nomination', 'rating', 'review', 'published', 'archived'));
CREATE DOMAIN delegation_kind AS text
    CONSTRAINT ck_delegation_kind CHECK (VALUE IN ('plt', 'plh'));
CREATE DOMAIN dimension AS text
    CONSTRAINT ck_dimension CHECK (VALUE IN ('work_result', 'work_behaviour'));
CREATE DOMAIN employment AS text
    CONSTRAINT ck_employment CHECK (VALUE IN ('pns', 'pppk', 'non_asn'));
CREATE DOMAIN import_kind AS text
    CONSTRAINT ck_import_kind CHECK (VALUE IN ('units', 'employees', 'accounts', 'assignments', 'external_scores'));
CREATE DOMAIN import_status AS text
    CONSTRAINT ck_import_status CHECK (VALUE IN ('succeeded', 'failed'));
CREATE DOMAIN job_kind AS text
    CONSTRAINT ck_job_kind CHECK (VALUE IN ('generation', 'computation', 'import'));
CREATE DOMAIN job_status AS text
    CONSTRAINT ck_job_status CHECK (VALUE IN ('running', 'succeeded', 'failed'));
CREATE DOMAIN org_achievement AS text
    CONSTRAINT ck_org_achievement CHECK (VALUE IN ('excellent', 'good', 'needs_improvement', 'poor', 'very_poor'));
CREATE DOMAIN position_kind AS text
    CONSTRAINT ck_position_kind CHECK (VALUE IN ('jpt', 'administrator', 'supervisor', 'functional', 'executor'));
CREATE DOMAIN predicate AS text
    CONSTRAINT ck_predicate CHECK (VALUE IN (
        'very_good', 'good', 'needs_improvement', 'fair', 'poor', 'very_poor'
    ));
CREATE DOMAIN rater_kind AS text
    CONSTRAINT ck_rater_kind CHECK (VALUE IN ('named', 'anonymous'));
CREATE DOMAIN rater_type AS text
    CONSTRAINT ck_rater_type CHECK (VALUE IN ('superior', 'peer', 'subordinate', 'self', 'service_recipient'));
CREATE DOMAIN result_status AS text
    CONSTRAINT ck_result_status CHECK (VALUE IN ('computed', 'decided', 'published', 'superseded'));
CREATE DOMAIN rubric_state AS text
    CONSTRAINT ck_rubric_state CHECK (VALUE IN ('draft', 'published', 'retired'));
CREATE DOMAIN scheme AS text
    CONSTRAINT ck_scheme CHECK (VALUE IN ('permenpanrb_6_2022', 'pp_30_2019'));
CREATE DOMAIN unit_kind AS text
    CONSTRAINT ck_unit_kind CHECK (VALUE IN (
        'agency', 'secretariat', 'inspectorate', 'department', 'board', 'district', 'village', 'health_centre',
        'hospital', 'school', 'other'
    ));
