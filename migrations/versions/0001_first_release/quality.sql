-- Rating quality, made when rating ends.

CREATE TABLE rating_quality (
    cycle_id uuid NOT NULL,
    report text NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT pk_rating_quality PRIMARY KEY (cycle_id),
    CONSTRAINT fk_rating_quality_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE
);
COMMENT ON TABLE rating_quality IS 'Agreement, reliability and shares over at least five ratees, as JSON.';

CREATE TABLE rater_quality (
    cycle_id uuid NOT NULL,
    rater_id uuid NOT NULL,
    kind rater_kind NOT NULL,
    band band,
    ratees integer,
    severity double precision,
    spread double precision,
    identical smallint,
    CONSTRAINT pk_rater_quality PRIMARY KEY (cycle_id, kind, rater_id),
    CONSTRAINT ck_rater_quality_band CHECK ((kind = 'anonymous') = (band IS NOT NULL)),
    CONSTRAINT ck_rater_quality_nothing
        CHECK (kind = 'named' OR coalesce(ratees::text, severity::text, spread::text, identical::text) IS NULL),
    CONSTRAINT fk_rater_quality_cycle_id FOREIGN KEY (cycle_id) REFERENCES cycles (id) ON DELETE CASCADE,
    CONSTRAINT fk_rater_quality_rater_id FOREIGN KEY (rater_id) REFERENCES employees (id)
);
CREATE INDEX ix_rater_quality_rater_id ON rater_quality (rater_id);
COMMENT ON TABLE rater_quality IS 'Superiors with figures; anonymous raters with one band and nothing else.';

CREATE TABLE rating_agreement (
    participant_id uuid NOT NULL,
    labels text NOT NULL,
    CONSTRAINT pk_rating_agreement PRIMARY KEY (participant_id),
    CONSTRAINT fk_rating_agreement_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE rating_agreement IS
    'The word for rwg(J) by rater type and dimension, for groups of five and more, as JSON.';

CREATE TABLE adjusted_means (
    participant_id uuid NOT NULL,
    rater_type text NOT NULL,
    component integer NOT NULL,
    raw integer,
    adjusted integer,
    untold text,
    CONSTRAINT pk_adjusted_means PRIMARY KEY (participant_id, rater_type),
    CONSTRAINT ck_adjusted_means_rater_type CHECK (rater_type IN ('peer', 'subordinate', 'service_recipient')),
    CONSTRAINT ck_adjusted_means_untold CHECK (untold IN ('single_ratee', 'few_alike')),
    CONSTRAINT ck_adjusted_means_told
        CHECK ((raw IS NULL) = (untold IS NOT NULL) AND (raw IS NULL) = (adjusted IS NULL)),
    CONSTRAINT fk_adjusted_means_participant_id
        FOREIGN KEY (participant_id) REFERENCES participants (id) ON DELETE CASCADE
);
COMMENT ON TABLE adjusted_means IS
    'Severity-adjusted means of ratees in whole points, where raters are interchangeable in fives.';
