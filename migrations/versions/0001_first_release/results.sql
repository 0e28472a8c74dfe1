-- Results, what proves them, and their summaries.

CREATE TABLE results (
    participant_id uuid NOT NULL,
    version integer NOT NULL,
    cycle_id uuid NOT NULL,
    current boolean NOT NULL,
    status result_status NOT NULL,
    completeness completeness NOT NULL,
    scheme scheme NOT NULL,
    overall numeric(5, 2),
    value numeric(5, 2),
    recommended predicate,
    decided predicate,
    expectations text NOT NULL,
    decision jsonb,
    figures text NOT NULL,
    reasons text NOT NULL,
    officer_reasons text,
    receipt text NOT NULL,
    cause cause NOT NULL,
    computed_at timestamptz NOT NULL,
    published_at timestamptz,
    acknowledged_at timestamptz,
    CONSTRAINT pk_results PRIMARY KEY (participant_id, version),
    CONSTRAINT ck_results_current CHECK (current = (status <> 'superseded')),
    CONSTRAINT ck_results_published_at CHECK ((status = 'published') <= (published_at IS NOT NULL)),
    CONSTRAINT fk_results_participant_id FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE,
    CONSTRAINT fk_results_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE
);
CREATE INDEX ix_results_cycle_id_overall ON results (cycle_id, coalesce(overall, -1), participant_id) WHERE current;
CREATE UNIQUE INDEX uq_results_current ON results (participant_id) WHERE current;
COMMENT ON TABLE results IS
    'Versions of results; expectations, figures and reasons are finished JSON, officer_reasons have group_lost too.';

CREATE TABLE receipt_salts (
    participant_id uuid NOT NULL,
    version integer NOT NULL,
    salt bytea NOT NULL,
    CONSTRAINT pk_receipt_salts PRIMARY KEY (participant_id, version),
    CONSTRAINT fk_receipt_salts_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE receipt_salts IS 'Read by the verification alone (scoring.md section 7).';

CREATE TABLE summaries (
    cycle_id uuid NOT NULL,
    frozen_at timestamptz NOT NULL,
    record text,
    CONSTRAINT pk_summaries PRIMARY KEY (cycle_id),
    CONSTRAINT fk_summaries_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE
);
COMMENT ON TABLE summaries IS
    'The frozen summary of a cycle as JSON: places, and what is counted in each (anonymity.md rule 10).';

CREATE TABLE summary_basis (
    cycle_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    version integer NOT NULL,
    recommended predicate,
    decided predicate,
    figures smallint[] NOT NULL,
    leaf integer,
    block integer,
    CONSTRAINT pk_summary_basis PRIMARY KEY (cycle_id, participant_id),
    CONSTRAINT fk_summary_basis_cycle_id
        FOREIGN KEY (cycle_id, participant_id) REFERENCES participants (cycle_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE summary_basis IS
    'Figures of the version of each result that a summary is made of, in hundredths (NULL: none), and its place.';
