-- The trail, the outbox, kept answers, jobs and imports.

CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor_id uuid,
    actor_roles text[] NOT NULL DEFAULT '{}',
    action text NOT NULL,
    object_type text NOT NULL,
    object_id uuid,
    details jsonb NOT NULL DEFAULT '{}',
    reason text,
    request_id text,
    digest bytea NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (id)
);
CREATE INDEX ix_audit_events_object_id_id ON audit_events (object_id, id);

CREATE TABLE outbox_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    payload jsonb NOT NULL,
    delivered_at timestamptz,
    CONSTRAINT pk_outbox_events PRIMARY KEY (id)
);
CREATE INDEX ix_outbox_events_pending ON outbox_events (id) WHERE delivered_at IS NULL;

CREATE TABLE idempotency_records (
    principal text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    body_digest bytea,
    status smallint NOT NULL,
    headers jsonb NOT NULL DEFAULT '{}',
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_idempotency_records PRIMARY KEY (principal, key)
);
CREATE INDEX ix_idempotency_records_created_at ON idempotency_records (created_at);

CREATE TABLE jobs (
    id uuid NOT NULL,
    kind job_kind NOT NULL,
    status job_status NOT NULL,
    cycle_id uuid,
    account_id uuid,
    progress jsonb,
    report jsonb,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT fk_jobs_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE,
    CONSTRAINT fk_jobs_account_id FOREIGN KEY (account_id) REFERENCES accounts (id)
);

CREATE TABLE imports (
    id uuid NOT NULL,
    kind import_kind NOT NULL,
    dry_run boolean NOT NULL,
    status import_status NOT NULL,
    account_id uuid NOT NULL,
    cycle_id uuid,
    rows integer NOT NULL,
    created integer NOT NULL,
    updated integer NOT NULL,
    unchanged integer NOT NULL,
    error_count integer NOT NULL,
    errors jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT fk_imports_account_id FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_imports_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE
);
COMMENT ON TABLE imports IS 'Reports of imports: counts, and faults by place and code, never what a cell held.';
