-- Who rates whom, and (apart from it) what was answered.

CREATE TABLE assignments (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    rater_id uuid,
    state assignment_state NOT NULL DEFAULT 'pending',
    submitted_on date,
    void_requested_by uuid,
    stand_in boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_assignments PRIMARY KEY (id),
    CONSTRAINT fk_assignments_cycle_id
        FOREIGN KEY (cycle_id, participant_id) REFERENCES participants (cycle_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_assignments_rater CHECK ((rater_id IS NULL) = (rater_type = 'service_recipient')),
    CONSTRAINT ck_assignments_submitted_on CHECK ((state = 'submitted') = (submitted_on IS NOT NULL)),
    CONSTRAINT fk_assignments_rater_id FOREIGN KEY (rater_id) REFERENCES employees (id)
);
CREATE INDEX ix_assignments_cycle_id_id ON assignments (cycle_id, id);
CREATE INDEX ix_assignments_cycle_id_participant_id ON assignments (cycle_id, participant_id);
CREATE INDEX ix_assignments_rater_id_cycle_id ON assignments (rater_id, cycle_id);
CREATE UNIQUE INDEX uq_assignments_participant_id_rater_id
    ON assignments (participant_id, rater_id) WHERE state <> 'voided';

CREATE TABLE opening_groups (
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    assigned integer NOT NULL,
    CONSTRAINT pk_opening_groups PRIMARY KEY (participant_id, rater_type),
    CONSTRAINT fk_opening_groups_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE opening_groups IS
    'How many of an anonymous type were assigned when rating first opened (scoring.md, group_lost).';

CREATE TABLE removed_assignments (
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    removed integer NOT NULL,
    CONSTRAINT pk_removed_assignments PRIMARY KEY (participant_id, rater_type),
    CONSTRAINT fk_removed_assignments_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE removed_assignments IS
    'How many assignments were deleted since rating opened (anonymity.md rule 12).';

CREATE TABLE sealed_groups (
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    CONSTRAINT pk_sealed_groups PRIMARY KEY (participant_id, rater_type),
    CONSTRAINT fk_sealed_groups_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE sealed_groups IS
    'Anonymous groups of which a figure was shown: nothing of them may change (anonymity.md rule 3).';

CREATE TABLE invitations (
    id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    used_on date,
    revoked boolean NOT NULL DEFAULT false,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT fk_invitations_assignment_id FOREIGN KEY (assignment_id) REFERENCES assignments (id) ON DELETE CASCADE,
    CONSTRAINT uq_invitations_code_hash UNIQUE (code_hash)
);
CREATE INDEX ix_invitations_assignment_id ON invitations (assignment_id);

CREATE TABLE drafts (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    content jsonb NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (id),
    CONSTRAINT fk_drafts_participant_id FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
CREATE INDEX ix_drafts_participant_id ON drafts (participant_id);
COMMENT ON TABLE drafts IS 'Unsubmitted answers under the sheet''s key; read by their own rater alone.';

CREATE TABLE sheets (
    id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    points smallint[] NOT NULL,
    CONSTRAINT pk_sheets PRIMARY KEY (id),
    CONSTRAINT fk_sheets_cycle_id
        FOREIGN KEY (cycle_id, participant_id) REFERENCES participants (cycle_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_sheets_cycle_id_participant_id ON sheets (cycle_id, participant_id);
COMMENT ON TABLE sheets IS
    'One submitted sheet is one row; its id is an HMAC of the assignment''s under a key kept elsewhere.';

CREATE TABLE comments (
    id uuid NOT NULL,
    sheet_id uuid,
    cycle_id uuid NOT NULL,
    participant_id uuid NOT NULL,
    rater_type rater_type NOT NULL,
    criterion_id uuid,
    kind comment_kind NOT NULL,
    text text NOT NULL,
    CONSTRAINT pk_comments PRIMARY KEY (id),
    CONSTRAINT fk_comments_cycle_id
        FOREIGN KEY (cycle_id, participant_id) REFERENCES participants (cycle_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_comments_cycle_id_participant_id ON comments (cycle_id, participant_id);
CREATE INDEX ix_comments_sheet_id ON comments (sheet_id);

CREATE TABLE retracted_sheets (
    id uuid NOT NULL,
    participant_id uuid NOT NULL,
    rater_type text NOT NULL,
    points smallint[] NOT NULL,
    retracted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_retracted_sheets PRIMARY KEY (id),
    CONSTRAINT ck_retracted_sheets_named_types CHECK (rater_type IN ('superior', 'self')),
    CONSTRAINT fk_retracted_sheets_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
CREATE INDEX ix_retracted_sheets_participant_id ON retracted_sheets (participant_id);
COMMENT ON TABLE retracted_sheets IS
    'Reopened sheets of superior and self, kept as history; anonymous ones are deleted.';
