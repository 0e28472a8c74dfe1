-- Rubrics, cycles and who takes part in them.

CREATE TABLE rubrics (
    id uuid NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    description text,
    state rubric_state NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    retired_at timestamptz,
    CONSTRAINT pk_rubrics PRIMARY KEY (id),
    CONSTRAINT uq_rubrics_code_version UNIQUE (code, version),
    CONSTRAINT ck_rubrics_version CHECK (version >= 1)
);
CREATE UNIQUE INDEX uq_rubrics_code_draft ON rubrics (code) WHERE state = 'draft';

CREATE TABLE cycles (
    id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    state cycle_state NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    rubrics jsonb NOT NULL,
    policy jsonb NOT NULL,
    rating_opens_at timestamptz NOT NULL,
    rating_closes_at timestamptz NOT NULL,
    appeal_days integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    opened_at timestamptz,
    published_at timestamptz,
    CONSTRAINT pk_cycles PRIMARY KEY (id),
    CONSTRAINT ck_cycles_period CHECK (period_start <= period_end),
    CONSTRAINT ck_cycles_window CHECK (rating_opens_at < rating_closes_at),
    CONSTRAINT uq_cycles_code UNIQUE (code)
);

CREATE TABLE participants (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    employee_id uuid NOT NULL,
    name text NOT NULL,
    position text NOT NULL,
    position_kind position_kind NOT NULL,
    unit_id uuid NOT NULL,
    superior_id uuid,
    appraiser_id uuid,
    rubric_id uuid,
    appraiser_named boolean NOT NULL DEFAULT false,
    innovation boolean NOT NULL DEFAULT false,
    added_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_participants PRIMARY KEY (id),
    CONSTRAINT uq_participants_cycle_id_employee_id UNIQUE (cycle_id, employee_id),
    CONSTRAINT uq_participants_cycle_id_id UNIQUE (cycle_id, id),
    CONSTRAINT fk_participants_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE,
    CONSTRAINT fk_participants_employee_id FOREIGN KEY (employee_id) REFERENCES employees (id),
    CONSTRAINT fk_participants_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT fk_participants_superior_id FOREIGN KEY (superior_id) REFERENCES employees (id),
    CONSTRAINT fk_participants_appraiser_id FOREIGN KEY (appraiser_id) REFERENCES employees (id),
    CONSTRAINT fk_participants_rubric_id FOREIGN KEY (rubric_id) REFERENCES rubrics (id)
);
CREATE INDEX ix_participants_appraiser_id ON participants (appraiser_id);
CREATE INDEX ix_participants_cycle_id_name_id ON participants (cycle_id, name, id);
CREATE INDEX ix_participants_employee_id ON participants (employee_id);
CREATE INDEX ix_participants_superior_id ON participants (superior_id);
CREATE INDEX ix_participants_unit_id ON participants (unit_id);

CREATE TABLE external_scores (
    participant_id uuid NOT NULL,
    dimension dimension NOT NULL,
    value numeric NOT NULL,
    min numeric NOT NULL,
    max numeric NOT NULL,
    source text NOT NULL,
    measured_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_external_scores PRIMARY KEY (participant_id, dimension),
    CONSTRAINT ck_external_scores_range CHECK (value BETWEEN min AND max),
    CONSTRAINT fk_external_scores_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);

CREATE TABLE org_achievements (
    cycle_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    achievement org_achievement NOT NULL,
    reason text,
    set_at timestamptz NOT NULL,
    CONSTRAINT pk_org_achievements PRIMARY KEY (cycle_id, unit_id),
    CONSTRAINT fk_org_achievements_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE,
    CONSTRAINT fk_org_achievements_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);
CREATE INDEX ix_org_achievements_unit_id ON org_achievements (unit_id);
COMMENT ON TABLE org_achievements IS
    'What a unit achieved in a cycle''s period: the ground of the distribution check (SE MenPANRB 3/2023).';
