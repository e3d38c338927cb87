-- The least that a durable hold and capture must write; ledger_limits.py fills and drives it.
-- No idempotency keys, no versions, no foreign keys, no triggers: what the database can do at most.
DROP TABLE IF EXISTS step, budget;

CREATE TABLE budget (
    id        BIGINT PRIMARY KEY,
    available BIGINT NOT NULL CHECK (available >= 0),
    held      BIGINT NOT NULL CHECK (held >= 0),
    posted    BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE step (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    budget  BIGINT   NOT NULL,
    hold    BIGINT,
    kind    SMALLINT NOT NULL,
    amount  BIGINT   NOT NULL
);
CREATE UNIQUE INDEX step_ends_a_hold_once ON step (hold) WHERE hold IS NOT NULL;
