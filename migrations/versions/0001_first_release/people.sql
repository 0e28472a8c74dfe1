-- People: units, employees, accounts and what opens them.

CREATE EXTENSION IF NOT EXISTS btree_gist;  -- for the days of delegations; trusted: the owner of the database may

CREATE TABLE units (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind unit_kind NOT NULL,
    parent_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_units PRIMARY KEY (id),
    CONSTRAINT ck_units_not_own_parent CHECK (parent_id <> id),
    CONSTRAINT uq_units_code UNIQUE (code),
    CONSTRAINT fk_units_parent_id FOREIGN KEY (parent_id) REFERENCES units (id)
);
CREATE INDEX ix_units_parent_id ON units (parent_id);

CREATE TABLE employees (
    id uuid NOT NULL,
    nip text,
    name text NOT NULL,
    employment employment NOT NULL,
    position text NOT NULL,
    position_kind position_kind NOT NULL,
    grade text,
    unit_id uuid NOT NULL,
    superior_id uuid,
    appraiser_id uuid,
    email text,
    phone text,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_employees PRIMARY KEY (id),
    CONSTRAINT ck_employees_not_own_superior CHECK (superior_id <> id),
    CONSTRAINT ck_employees_not_own_appraiser CHECK (appraiser_id <> id),
    CONSTRAINT ck_employees_nip_of_asn CHECK ((nip IS NULL) = (employment = 'non_asn')),
    CONSTRAINT uq_employees_nip UNIQUE (nip),
    CONSTRAINT fk_employees_unit_id FOREIGN KEY (unit_id) REFERENCES units (id),
    CONSTRAINT fk_employees_superior_id FOREIGN KEY (superior_id) REFERENCES employees (id),
    CONSTRAINT fk_employees_appraiser_id FOREIGN KEY (appraiser_id) REFERENCES employees (id)
);
CREATE INDEX ix_employees_appraiser_id ON employees (appraiser_id);
CREATE INDEX ix_employees_name_id ON employees (name, id);
CREATE INDEX ix_employees_superior_id ON employees (superior_id);
CREATE INDEX ix_employees_unit_id ON employees (unit_id);

CREATE TABLE accounts (
    id uuid NOT NULL,
    username text NOT NULL,
    employee_id uuid,
    password_hash text,
    roles text[] NOT NULL,
    rater_types text[] NOT NULL,
    unit_id uuid,
    scopes text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL,
    secret_hash bytea,
    not_before timestamptz NOT NULL DEFAULT to_timestamp(0),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_employee_id UNIQUE (employee_id),
    CONSTRAINT ck_accounts_username_lower CHECK (username = lower(username)),
    CONSTRAINT ck_accounts_one_credential CHECK (password_hash IS NULL OR secret_hash IS NULL),
    CONSTRAINT uq_accounts_username UNIQUE (username),
    CONSTRAINT fk_accounts_employee_id FOREIGN KEY (employee_id) REFERENCES employees (id),
    CONSTRAINT fk_accounts_unit_id FOREIGN KEY (unit_id) REFERENCES units (id)
);

CREATE TABLE login_attempts (
    name_hash bytea NOT NULL,
    failures integer NOT NULL,
    locked_until timestamptz,
    last_failure timestamptz,
    CONSTRAINT pk_login_attempts PRIMARY KEY (name_hash)
);
CREATE INDEX ix_login_attempts_last_failure ON login_attempts (last_failure);
COMMENT ON TABLE login_attempts IS
    'Failed log-ins by the SHA-256 of the name that was typed, whether or not an account has it.';

CREATE UNLOGGED TABLE rate_counters (
    key_hash bytea NOT NULL,
    window_start timestamptz NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_rate_counters PRIMARY KEY (key_hash)
);
CREATE INDEX ix_rate_counters_window_start ON rate_counters (window_start);
COMMENT ON TABLE rate_counters IS
    'Anonymous calls of one minute by a keyed hash of address or name that is another one in each minute.';

CREATE TABLE activation_codes (
    account_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_activation_codes PRIMARY KEY (account_id),
    CONSTRAINT fk_activation_codes_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT uq_activation_codes_code_hash UNIQUE (code_hash)
);
COMMENT ON TABLE activation_codes IS
    'One-time codes with which the owner of an account sets its password; a used one is gone.';

CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL,
    family_id uuid NOT NULL,
    account_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash),
    CONSTRAINT fk_refresh_tokens_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX ix_refresh_tokens_account_id ON refresh_tokens (account_id);
CREATE INDEX ix_refresh_tokens_family_id ON refresh_tokens (family_id);

CREATE TABLE data_corrections (
    id uuid NOT NULL,
    employee_id uuid NOT NULL,
    field correctable_field NOT NULL,
    wanted text,
    reason text NOT NULL,
    state correction_state NOT NULL,
    requested_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid,
    decision_reason text,
    CONSTRAINT pk_data_corrections PRIMARY KEY (id),
    CONSTRAINT ck_data_corrections_decided_at CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT fk_data_corrections_employee_id FOREIGN KEY (employee_id) REFERENCES employees (id) ON DELETE CASCADE
);
CREATE INDEX ix_data_corrections_due_at_id ON data_corrections (due_at, id);
CREATE INDEX ix_data_corrections_employee_id ON data_corrections (employee_id);
CREATE UNIQUE INDEX uq_data_corrections_open ON data_corrections (employee_id, field) WHERE state = 'open';
COMMENT ON TABLE data_corrections IS 'Requests of people to correct their own record (UU 27/2022 article 30).';

CREATE TABLE appraiser_delegations (
    id uuid NOT NULL,
    appraiser_id uuid NOT NULL,
    delegate_id uuid NOT NULL,
    kind delegation_kind NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_appraiser_delegations PRIMARY KEY (id),
    CONSTRAINT ck_appraiser_delegations_not_himself CHECK (appraiser_id <> delegate_id),
    CONSTRAINT ck_appraiser_delegations_days CHECK (starts_on <= ends_on),
    CONSTRAINT ex_appraiser_delegations_days
        EXCLUDE USING gist (appraiser_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&) WHERE (ended_at IS
            NULL),
    CONSTRAINT fk_appraiser_delegations_appraiser_id FOREIGN KEY (appraiser_id) REFERENCES employees (id),
    CONSTRAINT fk_appraiser_delegations_delegate_id FOREIGN KEY (delegate_id) REFERENCES employees (id)
);
CREATE INDEX ix_appraiser_delegations_appraiser_id ON appraiser_delegations (appraiser_id);
CREATE INDEX ix_appraiser_delegations_delegate_id ON appraiser_delegations (delegate_id);
CREATE INDEX ix_appraiser_delegations_starts_on_id ON appraiser_delegations (starts_on, id);
COMMENT ON TABLE appraiser_delegations IS 'Who decides as whom, on which days (Plt, Plh); both days are included.';
