SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE FUNCTION public.billing_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'restrict_violation'; END $$;
CREATE FUNCTION public.billing_transfer_period() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN IF (SELECT CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through >= NEW.booked_in OR NEW.booked_in <= (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint OR NOT NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through >= (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint END FROM balance b WHERE b.account_id = NEW.account_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: period'; END IF; RETURN NEW; END $$;
CREATE FUNCTION public.billing_transfer_rules() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN CASE NEW.kind WHEN 'hold' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('hold'); END IF; WHEN 'capture' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('capture'); END IF; WHEN 'charge' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('charge'); END IF; WHEN 'void' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('void'); END IF; WHEN 'expire' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('expire'); END IF; WHEN 'doubt' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('doubt'); END IF; WHEN 'refund' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('refund'); END IF; WHEN 'adjustment' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('adjustment'); END IF; WHEN 'top-up' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('top-up'); END IF; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; IF NEW.hold_id IS NOT NULL THEN IF NOT coalesce((SELECT h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id) FROM transfer h WHERE h.account_id = NEW.account_id AND h.id = NEW.hold_id), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('hold_id'); END IF; ELSIF NEW.refunds_id IS NOT NULL THEN IF NOT coalesce((SELECT p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id) FROM transfer p WHERE p.account_id = NEW.account_id AND p.id = NEW.refunds_id), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('refunds_id'); END IF; ELSIF NEW.rate_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM account a, rate r WHERE a.id = NEW.account_id AND r.id = NEW.rate_id AND r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('rate_id'); END IF; ELSIF NEW.account_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.account_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('account_id'); END IF; END IF; IF NEW.late_hold_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('late_hold_id'); END IF; END IF; IF NEW.cost_rate_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM rate r WHERE r.id = NEW.cost_rate_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('cost_rate_id'); END IF; END IF; IF NEW.member_id IS NOT NULL THEN IF NOT EXISTS (SELECT 1 FROM account m WHERE m.id = NEW.member_id AND m.parent_id = NEW.account_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('member_id'); END IF; END IF; RETURN NEW; END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    id uuid NOT NULL,
    tag bigint NOT NULL,
    code text NOT NULL,
    currency text NOT NULL,
    floor bigint NOT NULL,
    plan text,
    opened_at timestamp with time zone NOT NULL,
    parent_id uuid,
    month_limit bigint,
    limit_kind text DEFAULT 'hard'::text NOT NULL,
    CONSTRAINT account_limit_kind_check CHECK ((limit_kind = ANY (ARRAY['hard'::text, 'soft'::text]))),
    CONSTRAINT account_month_limit_check CHECK ((month_limit >= 0))
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.transfer (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    released bigint NOT NULL,
    idem_key text NOT NULL,
    request_digest bytea NOT NULL,
    hold_id uuid,
    from_bucket text,
    rate_id uuid,
    images bigint,
    over_delivered bigint,
    late_hold_id uuid,
    cost bigint,
    cost_rate_id uuid,
    actual_cost bigint,
    refunds_id uuid,
    refundable bigint,
    refunded_before bigint,
    quote_id text,
    expires_at timestamp with time zone,
    on_deadline text,
    request_id text,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    reason text,
    actor text,
    tags text,
    month bigint,
    member_id uuid,
    over_limit bigint,
    member_over_limit bigint,
    booked_in bigint
);
CREATE VIEW public.alert AS
 SELECT transfer.account_id,
    transfer.account_id AS of_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.month,
    transfer.over_limit,
    transfer.recorded_at
   FROM public.transfer
  WHERE ((transfer.over_limit > 0) AND (transfer.over_limit <= transfer.amount))
UNION ALL
 SELECT transfer.account_id,
    transfer.member_id AS of_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.month,
    transfer.member_over_limit AS over_limit,
    transfer.recorded_at
   FROM public.transfer
  WHERE ((transfer.member_over_limit > 0) AND (transfer.member_over_limit <= transfer.amount));
CREATE TABLE public.allowance (
    account_id uuid NOT NULL,
    member_id uuid NOT NULL,
    held bigint NOT NULL,
    in_doubt bigint NOT NULL,
    posted bigint NOT NULL,
    month bigint DEFAULT '0'::bigint NOT NULL,
    month_spent bigint DEFAULT '0'::bigint NOT NULL,
    month_limit bigint,
    limit_kind text DEFAULT 'hard'::text NOT NULL,
    month_forced bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT ck_allowance_buckets CHECK (((held >= 0) AND (in_doubt >= 0))),
    CONSTRAINT ck_allowance_limit CHECK (((month_limit IS NULL) OR (limit_kind = 'soft'::text) OR ((month_spent - month_forced) <= month_limit))),
    CONSTRAINT ck_allowance_limit_kind CHECK ((limit_kind = ANY (ARRAY['hard'::text, 'soft'::text])))
)
WITH (fillfactor='50');
CREATE TABLE public.balance (
    account_id uuid NOT NULL,
    available bigint NOT NULL,
    held bigint NOT NULL,
    in_doubt bigint NOT NULL,
    posted bigint NOT NULL,
    floor bigint NOT NULL,
    forced bigint NOT NULL,
    version bigint NOT NULL,
    month bigint DEFAULT 0 NOT NULL,
    month_spent bigint DEFAULT 0 NOT NULL,
    month_limit bigint,
    limit_kind text DEFAULT 'hard'::text NOT NULL,
    month_forced bigint DEFAULT 0 NOT NULL,
    recorded_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    closed_through bigint DEFAULT 0 NOT NULL,
    CONSTRAINT balance_check CHECK (((month_limit IS NULL) OR (limit_kind = 'soft'::text) OR ((month_spent - month_forced) <= month_limit))),
    CONSTRAINT ck_balance_ck_balance_floor CHECK (((available + forced) >= floor)),
    CONSTRAINT ck_balance_ck_balance_held CHECK ((held >= 0)),
    CONSTRAINT ck_balance_ck_balance_in_doubt CHECK ((in_doubt >= 0))
)
WITH (fillfactor='50');
CREATE TABLE public.evidence (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    hold_id uuid NOT NULL,
    transfer_id uuid NOT NULL,
    request_id text,
    http_status bigint,
    delivered bigint,
    detail text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
CREATE TABLE public.limit_change (
    account_id uuid NOT NULL,
    number bigint NOT NULL,
    version bigint NOT NULL,
    member_id uuid,
    floor bigint,
    month_limit bigint,
    limit_kind text NOT NULL,
    idem_key text NOT NULL,
    request_digest bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    CONSTRAINT ck_limit_change_ck_limit_change_floor CHECK (((member_id IS NULL) = (floor IS NOT NULL))),
    CONSTRAINT ck_limit_change_ck_limit_change_kind CHECK ((limit_kind = ANY (ARRAY['hard'::text, 'soft'::text]))),
    CONSTRAINT ck_limit_change_ck_limit_change_limit CHECK ((month_limit >= 0)),
    CONSTRAINT ck_limit_change_ck_limit_change_reason CHECK (((reason <> ''::text) AND (actor <> ''::text)))
);
CREATE TABLE public.period_event (
    month bigint NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    forced bigint NOT NULL,
    actor text NOT NULL,
    reason text,
    recorded_at timestamp with time zone NOT NULL,
    report_digest bytea,
    book_digests text,
    hash bytea NOT NULL,
    CONSTRAINT ck_period_event_ck_period_event_digest CHECK ((((report_digest IS NOT NULL) = (kind = 'close'::text)) AND ((book_digests IS NOT NULL) = (kind = 'close'::text)))),
    CONSTRAINT ck_period_event_ck_period_event_forced CHECK (((forced = 0) OR ((forced = 1) AND (kind = 'close'::text)))),
    CONSTRAINT ck_period_event_ck_period_event_kind CHECK ((kind = ANY (ARRAY['close'::text, 'reopen'::text]))),
    CONSTRAINT ck_period_event_ck_period_event_month CHECK (((month >= 190001) AND (month <= 999912) AND (number >= 1))),
    CONSTRAINT ck_period_event_ck_period_event_reason CHECK (((actor <> ''::text) AND ((kind = 'close'::text) OR ((reason IS NOT NULL) AND (reason <> ''::text))))),
    CONSTRAINT ck_period_event_ck_period_event_turn CHECK (((kind = 'close'::text) = ((number % (2)::bigint) = 1)))
);
CREATE VIEW public.posting AS
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'hold'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'held'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'hold'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'held'::text AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'doubt'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'in_doubt'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'doubt'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    transfer.from_bucket AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'capture'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'posted'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'capture'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    transfer.from_bucket AS bucket,
    (- transfer.released) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'capture'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    transfer.released AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'capture'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    transfer.from_bucket AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = ANY (ARRAY['void'::text, 'expire'::text]))
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = ANY (ARRAY['void'::text, 'expire'::text]))
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'charge'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'posted'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'charge'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'posted'::text AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'refund'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = 'refund'::text)
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'outside'::text AS bucket,
    (- transfer.amount) AS amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = ANY (ARRAY['top-up'::text, 'adjustment'::text]))
UNION ALL
 SELECT transfer.account_id,
    transfer.id AS transfer_id,
    transfer.version,
    transfer.kind,
    'available'::text AS bucket,
    transfer.amount,
    transfer.occurred_at
   FROM public.transfer
  WHERE (transfer.kind = ANY (ARRAY['top-up'::text, 'adjustment'::text]));
CREATE TABLE public.rate (
    id uuid NOT NULL,
    model text NOT NULL,
    endpoint text NOT NULL,
    size text NOT NULL,
    tier text NOT NULL,
    quality text NOT NULL,
    unit_price bigint NOT NULL,
    currency text NOT NULL,
    book_id text NOT NULL,
    book_version text NOT NULL,
    book_digest text NOT NULL,
    plan text,
    set_by text NOT NULL
);
CREATE TABLE public.recon_item (
    run bigint NOT NULL,
    number bigint NOT NULL,
    class_name text NOT NULL,
    decision text NOT NULL,
    reason text,
    what text,
    line bigint,
    request_id text,
    hold_id text,
    transfer_id text,
    account text,
    occurred_at timestamp with time zone,
    day text,
    ledger_amount bigint NOT NULL,
    statement_amount bigint NOT NULL,
    amount bigint NOT NULL,
    proposal text NOT NULL,
    booked_as text,
    of_run bigint,
    CONSTRAINT ck_recon_item_decision CHECK ((decision = ANY (ARRAY['capture'::text, 'void'::text, 'cost'::text, 'refund'::text, 'carry'::text, 'resolve'::text, 'person'::text]))),
    CONSTRAINT ck_recon_item_number CHECK ((number >= 1)),
    CONSTRAINT ck_recon_item_resolve CHECK (((of_run IS NOT NULL) = (decision = 'resolve'::text)))
);
CREATE TABLE public.recon_run (
    number bigint NOT NULL,
    month bigint NOT NULL,
    currency text NOT NULL,
    statement_sha256 text NOT NULL,
    statement_name text NOT NULL,
    lines bigint NOT NULL,
    supersedes bigint,
    is_clean bigint NOT NULL,
    proof text NOT NULL,
    settings text NOT NULL,
    result_digest bytea NOT NULL,
    items bigint NOT NULL,
    actor text NOT NULL,
    approver text,
    recorded_at timestamp with time zone NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ck_recon_run_actor CHECK (((actor <> ''::text) AND ((approver IS NULL) OR (approver <> actor)))),
    CONSTRAINT ck_recon_run_clean CHECK ((is_clean = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_recon_run_month CHECK (((month >= 190001) AND (month <= 999912))),
    CONSTRAINT ck_recon_run_number CHECK (((number >= 1) AND (items >= 0))),
    CONSTRAINT ck_recon_run_supersedes CHECK ((supersedes < number))
);
CREATE TABLE public.rollup (
    account_id uuid NOT NULL,
    month bigint NOT NULL,
    kind text NOT NULL,
    booked_in bigint NOT NULL,
    spender_id uuid NOT NULL,
    rate_id uuid NOT NULL,
    cost_rate_id uuid NOT NULL,
    day bigint NOT NULL,
    transfers bigint NOT NULL,
    asked bigint NOT NULL,
    images bigint NOT NULL,
    uncosted bigint NOT NULL,
    amount bigint NOT NULL,
    cost bigint NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.seal (
    account_id uuid NOT NULL,
    from_version bigint NOT NULL,
    to_version bigint NOT NULL,
    encoding bigint NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    row_digests bytea NOT NULL,
    evidence_count bigint NOT NULL,
    evidence_hash bytea NOT NULL,
    evidence_digests bytea NOT NULL,
    CONSTRAINT ck_seal_ck_seal_range CHECK (((from_version >= 0) AND (to_version >= from_version)))
);
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 3336061720, 'studio', 'USD', 0, 'partner', '2026-10-05 09:00:00+00', NULL, 3000000000, 'soft');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c06-4028-71dc-83c8-5334ac2f326b', 2888774251, 'studio/key-1', 'USD', 0, NULL, '2026-10-05 09:00:00+00', '01a22c06-3fed-7c28-9431-9d64c6d84318', 2000000000, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 454181447, 'agency', 'USD', -50000000000, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', 3858310477, 'club', 'CREDIT', 0, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.alembic_version (version_num) VALUES ('0008');
INSERT INTO public.allowance (account_id, member_id, held, in_doubt, posted, month, month_spent, month_limit, limit_kind, month_forced) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4028-71dc-83c8-5334ac2f326b', 0, 421440000, 421440000, 202611, 421440000, 20000000000, 'hard', 0);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 97145320000, 1053600000, 421440000, 6379640000, 0, 526800000, 34, 202611, 2528640000, 50000000000, 'hard', 0, '2026-11-14 10:06:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', 493000000000, 0, 0, 7000000000, 0, 0, 2, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', -2107200000, 0, 0, 2107200000, -80000000000, 0, 4, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4169-707b-9b89-60dac6d84318', '01a22c06-4107-7f18-9569-85b6c6d84318', '01a22c06-414a-7142-8d52-d9e0c6d84318', 'req-job-1', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-1", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-1/0.png", "https://images.example/job-1/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41ad-76d8-8d64-4091c6d84318', '01a22c06-4181-79a6-92e8-107cc6d84318', '01a22c06-4190-7215-80cd-b703c6d84318', 'req-job-partial', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-partial", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-partial/0.png", "https://images.example/job-partial/1.png", "https://images.example/job-partial/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41c9-7a3a-8670-b9cbc6d84318', '01a22c06-41c0-7d5e-8692-8951c6d84318', '01a22c06-41c8-7493-8eb0-5684c6d84318', 'req-job-over', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-over", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-over/0.png", "https://images.example/job-over/1.png", "https://images.example/job-over/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:03:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41f5-7434-9abb-00bcc6d84318', '01a22c06-41d8-72be-acf7-ce36c6d84318', '01a22c06-41e7-7c32-9208-c17fc6d84318', 'req-job-member', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-member", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-member/0.png", "https://images.example/job-member/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:04:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', '01a22c06-4205-74fa-bbd9-42ab1b124247', '01a22c06-41f8-7737-87c8-845e1b124247', '01a22c06-4204-7306-a58b-cafc1b124247', 'req-job-agency', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-agency", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-agency/0.png", "https://images.example/job-agency/1.png", "https://images.example/job-agency/2.png", "https://images.example/job-agency/3.png", "https://images.example/job-agency/4.png", "https://images.example/job-agency/5.png", "https://images.example/job-agency/6.png", "https://images.example/job-agency/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:05:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4235-7bb0-8b5c-7647c6d84318', '01a22c06-4223-7b7d-82e2-6dc7c6d84318', '01a22c06-4230-73c8-b1cb-12adc6d84318', 'req-job-cut', 200, 0, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-cut", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:07:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4249-7e51-84c8-acadc6d84318', '01a22c06-4238-716c-b89a-6051c6d84318', '01a22c06-4247-7176-b10e-35b3c6d84318', 'req-job-soft', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-soft", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-soft/0.png", "https://images.example/job-soft/1.png", "https://images.example/job-soft/2.png", "https://images.example/job-soft/3.png", "https://images.example/job-soft/4.png", "https://images.example/job-soft/5.png", "https://images.example/job-soft/6.png", "https://images.example/job-soft/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:08:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4386-7c04-9bb1-50a5c6d84318', '01a22c06-42d8-7677-8605-b45cc6d84318', '01a22c06-4350-7641-a9d7-1460c6d84318', 'req-job-late', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-late", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-late/0.png", "https://images.example/job-late/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 11:09:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-48cc-7742-8b2f-b59bc6d84318', '01a22c06-4223-7b7d-82e2-6dc7c6d84318', '01a22c06-4881-7a63-b589-f18fc6d84318', 'req-job-cut', NULL, NULL, '{"created": 1791191220, "request_id": "req-job-cut"}', '2026-11-04 09:00:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c20-7e05-a8b0-ee31c6d84318', '01a22c06-4bec-7185-be10-736ec6d84318', '01a22c06-4bf5-737b-99ae-0087c6d84318', 'req-job-november', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-november", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-november/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c54-79f5-90e4-44e6c6d84318', '01a22c06-4c21-7f31-b92f-522ec6d84318', '01a22c06-4c30-7be3-8e5b-20f9c6d84318', 'req-job-twice', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-twice", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-twice/0.png", "https://images.example/job-twice/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c80-7809-85f7-b1fdc6d84318', '01a22c06-4c68-79e4-9703-e8d4c6d84318', '01a22c06-4c69-752b-b5ce-1673c6d84318', 'req-job-last', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-last", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-last/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-14 10:03:00+00');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 1, 15, NULL, 0, 50000000000, 'hard', 'limit-1', '\xcadc5e7985049a30d26e746c87be2f8e17080f0717a7decd7a614161185dccaf', '2026-10-05 09:08:00+00', 'a large order', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 2, 15, '01a22c06-4028-71dc-83c8-5334ac2f326b', NULL, 20000000000, 'hard', 'studio/key-1limit-2', '\x625e69c98a2e5fa8adbe51f1234100d005b8c88e1c2b564bd736b9e098fd2b0f', '2026-10-05 09:08:00+00', 'the same', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 1, 2, NULL, -80000000000, NULL, 'hard', 'floor-1', '\x14ab82c5e0d01bea26292116da06f3850d7a20863059506fa6e5e41371b0884a', '2026-10-05 09:08:00+00', 'a longer term', 'ana');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 1, 'close', 0, 'ana', NULL, '2026-11-04 09:00:00.000001+00', '\x4627d9da591687eb21b51affd83114069412fa9239f5a54c4f27440d2f9b69c3', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\x739f6f5abf5987db8bb5df6599e29d028fae3f9599dd04ffcb6bee2efcceedbd');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 2, 'reopen', 0, 'ana', 'a revised statement came', '2026-11-04 09:00:00.000002+00', NULL, NULL, '\x8f011dacacbe358c68ffea6db5d668f999c9b3f1eda2e90e7c7ed676ec37c508');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 3, 'close', 0, 'ana', 'the revised statement', '2026-11-04 10:00:00+00', '\x4627d9da591687eb21b51affd83114069412fa9239f5a54c4f27440d2f9b69c3', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\x7d41622341ef086876a26c692be2a61d30a50c40619db51b9f911597339a1d77');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('33457950-473d-f444-c765-1cc0d575173f', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 210720000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', NULL, 'book');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('45efa8ce-a3be-eb86-25f9-ed977a693d02', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 263400000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', 'partner', 'plan markup 0.25');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('70174ba2-7e87-002d-e386-c553ae5b64ca', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 7000000000, 'CREDIT', 'club-credits', '2026-01-01', 'c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5', NULL, 'book');
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 1, 'amount_mismatch', 'cost', 'price_variance', '2', 2, 'req-job-1', 'hold_01a22c0641077f18956985b6c6d84318', 'capture_01a22c06414a71428d52d9e0c6d84318', 'studio', '2026-10-05 09:01:00+00', NULL, 411440000, 421440000, 10000000, 'adjust the cost by 0.01 USD, price variance, or dispute', 'adjustment_01a22c064829721c8ec61a60c6d84318', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 2, 'amount_mismatch', 'cost', 'price_variance', '3', 3, 'req-job-partial', 'hold_01a22c06418179a692e8107cc6d84318', 'capture_01a22c064190721580cdb703c6d84318', 'studio', '2026-10-05 09:02:00+00', NULL, 632160000, 700000000, 67840000, 'adjust the cost by 0.06784 USD, price variance, or dispute', 'adjustment_01a22c06483570039867d3fac6d84318', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 3, 'hold_only', 'capture', 'late_capture', '7', 7, 'req-job-cut', 'hold_01a22c0642237b7d82e26dc7c6d84318', NULL, 'studio', '2026-10-05 09:07:00+00', NULL, 0, 421440000, 0, 'capture 2 of 2', 'capture_01a22c0648817a63b589f18fc6d84318', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 4, 'unparseable', 'person', NULL, NULL, 11, 'req-nobody', NULL, NULL, NULL, NULL, NULL, 0, 50000000, 0, 'mend the line: status: ''charge'' is not one of charged, refunded, tax, fee, credit, total', NULL, NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (3, 1, 'duplicate_line', 'carry', 'dispute', '4', 4, 'req-job-twice', 'hold_01a22c064c217f31b92f522ec6d84318', 'capture_01a22c064c307be38e5b20f9c6d84318', NULL, '2026-11-04 10:02:00+00', NULL, 0, 0, -421440000, '', NULL, NULL);
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (1, 202610, 'USD', 'e4482c6f29c0c08a0da6df8cd1329d20a7107dec9fbddaae4e5ba0ba8627ddfa', 'statement.csv', 10, NULL, 0, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0.05", "statement": "6.43944", "carried": "0", "unexplained": "0.05"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xe0697bcf7c5e2e0ccccffb8737e6e280514a34bc79b677f6bcc377bbec3fb940', 4, 'finance', NULL, '2026-11-04 09:00:00+00', '\x8e37485fff50d56c07d65b157b5b7f4796f65bccc840f4abdf250ce4d3e2d7d4');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (2, 202610, 'USD', '1e83b0b70f84953f62909bb23e85102b990d2508765c05646014006b4749d225', 'statement.csv', 9, 1, 1, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "6.38944", "carried": "0", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\x9d40b491f8905e2207077ba8fb50c064ef96e74b3693890fe2edd31df227dfd4', 0, 'finance', 'board', '2026-11-04 09:00:00+00', '\x09ca71c06f37fafbb95a45cdce13619714f7c52d74e9621a5f996e5634061436');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (3, 202611, 'USD', 'b5dc762c884ffb44b405e160442f9ac650120669abb0fc87ca7564e193e476c8', 'statement.csv', 4, NULL, 1, '{"opening": "0", "ledger": "0.84288", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "1.26432", "carried": "-0.42144", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xb5b9d19dd1c415f0641c8407a3c2e520d1046ce0246348232d22655a54df7efd', 1, 'finance', NULL, '2026-11-14 10:03:00+00', '\x403c802ac853ecb1c12e743297aea15c449055d2ad442ca89a3a75a72d01edfb');
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'capture', 0, '01a22c06-4028-71dc-83c8-5334ac2f326b', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 421440000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 202610, 'capture', 0, '01a22c06-406d-7907-a3e7-97631b124247', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 8, 8, 0, 1685760000, 1685760000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'charge', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 526800000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 202610, 'charge', 0, '01a22c06-406d-7907-a3e7-97631b124247', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', 202610, 'charge', 0, '01a22c06-4096-7186-a4b7-4be4e5f9254d', '70174ba2-7e87-002d-e386-c553ae5b64ca', '00000000-0000-0000-0000-000000000000', 20261005, 1, 1, 1, 1, 7000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'refund', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 100000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'adjustment', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 5000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'adjustment', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '00000000-0000-0000-0000-000000000000', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 3, 0, 0, 0, 0, 67840000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202610, 'capture', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 5, 18, 17, 0, 4477800000, 3582240000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 202610, 'charge', 202611, '01a22c06-406d-7907-a3e7-97631b124247', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202611, 'capture', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261104, 2, 3, 3, 0, 790200000, 632160000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 202611, 'capture', 0, '01a22c06-3fed-7c28-9431-9d64c6d84318', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261114, 1, 1, 1, 0, 263400000, 210720000);
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 0, 0, 1, '\x53ca5164690ec7acb1883b4c02391f6f164483e7a1e74279c367ed067ab8d756', '\xe672df27a5ecc06340b4266c0e220c77a745919275dcff6c827a4c87bdf70723', '2026-10-05 11:09:00+00', '\x53ca5164690ec7ac', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 1, 21, 1, '\xe672df27a5ecc06340b4266c0e220c77a745919275dcff6c827a4c87bdf70723', '\xa778f7beabd87c1821eebef620a389a56c98fe26a17ddf813d3104b1dc0a8324', '2026-10-05 11:09:00+00', '\xa8eecc52ce5ff9f49009d9d13d19e455a90b400274ea09b4725c60454e6ca9a7b39363ef2cd7e272b87fcab5632d3178ec95e0ffdea091bdd21ffa14581da2f255f057437ed64538fb8c0819d7ee99ece2ea432dc27f3fcd8c4fdd2951739583710daa335b5b992f7c0958a35e7b2557a47f6630c37383a1f8f5198351c22a5c520164eaa176f94eeb0d1fb29c75fd7145f020f42dff1cea58e04de423ee3ad23fd44c3685b71dd3', 9, '\x8097f0c694d4de333e6b5cfe1d2ccc64e4e29e6081d0ff00a797a580c62f5522', '\x8b95cbe5f76c9b5710e8366bc76264b9852730a9746a7c04994f5fd491bcb2467e2e10d7e232e518a04cd23c808542d1f11b9df38ca75f7e377e424f78988603bdd080d3c199172d');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-4028-71dc-83c8-5334ac2f326b', 0, 0, 1, '\xfc760e406fd15b854feffe6b6101823671df5edb46ebee22ee103308de9f5556', '\xb55596e3b979e1586b08d5bf70cc090adc97b14efecd5ddf78dead4cfde0ec69', '2026-10-05 11:09:00+00', '\xfc760e406fd15b85', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 0, 0, 1, '\x1620faec2d2abe6624355378a25d87ea8f98cec082cc66ce5c754966c51eef90', '\x70b6ea38fa5007202c60b2d1ad5587ed97d26ad333f2d799ab6dd2d3cc6faab1', '2026-10-05 11:09:00+00', '\x1620faec2d2abe66', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 1, 3, 1, '\x70b6ea38fa5007202c60b2d1ad5587ed97d26ad333f2d799ab6dd2d3cc6faab1', '\x4d7c6d9c8e032e8ff8cc37dbe5d2afa867f6c6e35fa3363bd5261793b56b666f', '2026-10-05 11:09:00+00', '\x9a74bee9d5de47243bc07e98d839154853e4fe9aa69eb7ea', 2, '\x15e71cbb2df7ff8586b15b0190c6a25067895f2107f472fbbb7eec9c36dbd835', '\x188e8221a9ef0aa2414daabe1f0176ef');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', 0, 0, 1, '\xa4e17a1498c30155af4b1f5eae0011df029a100b6eaeec0049042eef2b854306', '\x1409b8eb39125c37fd3c9d27cfacbda12edbc4d43acc8edab28a2f9d2e75fa83', '2026-10-05 11:09:00+00', '\xa4e17a1498c30155', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', 1, 2, 1, '\x1409b8eb39125c37fd3c9d27cfacbda12edbc4d43acc8edab28a2f9d2e75fa83', '\x3229beab02f8b4f09515c5120627079a6e9849d26f7e192f1510eac736f6eb2d', '2026-10-05 11:09:00+00', '\x820f313d413a918b980a3c18add7598a', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', 22, 34, 1, '\xa778f7beabd87c1821eebef620a389a56c98fe26a17ddf813d3104b1dc0a8324', '\xa66483c7178d68304bc26d793bd594ff1eea44d4ce9edbeb1e3180e86ddaafb2', '2026-11-20 12:00:00+00', '\x06ae6479275032e9ab2c44616f65bcdaa70600dc8d38de788aa7c4c723affefa7f8fea8ba809d1b4b6ccee80dd97568e704c894968a12e49eda1d12e8983c221e9cc7e3ed015c0d1559dbe8d25e869615ba532cc5e8b60a611902554ea9ab97d1e28feb39b88f4fa', 4, '\x38348beebf065abbd531f201c33f0ac5e45d2df161dd4235cb6d2cc2294a6377', '\x25bcc600f5b221ab678d891714f07496e1294052196cf382ca992fa7c0e0a5ee');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', 4, 4, 1, '\x4d7c6d9c8e032e8ff8cc37dbe5d2afa867f6c6e35fa3363bd5261793b56b666f', '\xe81913251158f914ca7a1c9f4abd8dcf6cd2303173dae167c5e27397cdcba02c', '2026-11-20 12:00:00+00', '\x8454c42faaf16fb3', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-40a4-7ba9-a2d6-111ac6d84318', 1, 'top-up', 100000000000, 0, 'invoice-17', '\x671c460d14a5d7096aee101ba8e4eb6a682b40a65e01ecbc08b15ea6c17e8b07', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', '01a22c06-40d8-7383-8f6e-e9a5e5f9254d', 1, 'top-up', 500000000000, 0, 'gift', '\xea7a3d30f5e1e4d748c42c501da2e04b44cee90f2affca72766133cd22bcd054', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4107-7f18-9569-85b6c6d84318', 2, 'hold', 526800000, 0, 'job-1', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4b80e077949e13ba88293d4100', '2026-10-05 09:16:00+00', 'doubt', NULL, '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-414a-7142-8d52-d9e0c6d84318', 3, 'capture', 526800000, 0, 'job-1/capture', '\x8f3387b28c963f8263d28300163c4c04624b1aaa63e2ce44c6abcc44b1f05c47', '01a22c06-4107-7f18-9569-85b6c6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4181-79a6-92e8-107cc6d84318', 4, 'hold', 1053600000, 0, 'job-partial', '\x6b50c1cac1f8a3e4c5aaaee465e2cb61a1cdec10e6bfe269d1e88e0f07024fa7', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 4, NULL, NULL, 842880000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4c6b407b9ea24a150ba277e7f4', '2026-10-05 09:17:00+00', 'doubt', NULL, '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4190-7215-80cd-b703c6d84318', 5, 'capture', 790200000, 263400000, 'job-partial/capture', '\xdc32089e548b409f58d33c3556009af5aa76b89eb4093983e49edb089a6ddb57', '01a22c06-4181-79a6-92e8-107cc6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 3, NULL, NULL, 632160000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41c0-7d5e-8692-8951c6d84318', 6, 'hold', 526800000, 0, 'job-over', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4d55a07bb58e1aee19be48a659', '2026-10-05 09:18:00+00', 'doubt', NULL, '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41c8-7493-8eb0-5684c6d84318', 7, 'capture', 526800000, 0, 'job-over/capture', '\xdbd196415165dfe7f41d584a7f8a524c089e3a70499cbb3c615ee2fc0e132ce0', '01a22c06-41c0-7d5e-8692-8951c6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, 1, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-over', '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41d8-72be-acf7-ce36c6d84318', 8, 'hold', 421440000, 0, 'studio/key-1job-member', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4e400076a5babb9956cb980e34', '2026-10-05 09:19:00+00', 'doubt', NULL, '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c06-4028-71dc-83c8-5334ac2f326b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-41e7-7c32-9208-c17fc6d84318', 9, 'capture', 421440000, 0, 'studio/key-1job-member/capture', '\xe2abc5e62cb5beb0a301b50d1256b8d1a76714c33fac4dee1f043c0077c33e4f', '01a22c06-41d8-72be-acf7-ce36c6d84318', 'held', '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-member', '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c06-4028-71dc-83c8-5334ac2f326b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', '01a22c06-41f8-7737-87c8-845e1b124247', 1, 'hold', 1685760000, 0, 'job-agency', '\x6f7dc0465893766bd327314f690cf81c6a46d9077797e0751084de8da3261d37', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4f2a6072a48282ef7fef319fcb', '2026-10-05 09:20:00+00', 'doubt', NULL, '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', '01a22c06-4204-7306-a58b-cafc1b124247', 2, 'capture', 1685760000, 0, 'job-agency/capture', '\xea4b1064e83f9b900f70ab745486eea15d991359264cad70f7a7e560de95543e', '01a22c06-41f8-7737-87c8-845e1b124247', 'held', '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-agency', '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4218-7256-aba6-e07cc6d84318', 10, 'hold', 526800000, 0, 'job-refused', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b5014c0721597e5fe8616aada3a', '2026-10-05 09:21:00+00', 'doubt', NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4222-73e5-a2d7-6a45c6d84318', 11, 'void', 526800000, 0, 'job-refused/void', '\x6b873ba7d5eb9dd05f1f54d9cfc83a9e12b0a1963d2111479a9f2c82966ad0d0', '01a22c06-4218-7256-aba6-e07cc6d84318', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', 'answered with 429', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4223-7b7d-82e2-6dc7c6d84318', 12, 'hold', 526800000, 0, 'job-cut', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b50ff2078c8a1a79fa220eac661', '2026-10-05 09:22:00+00', 'doubt', NULL, '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4230-73c8-b1cb-12adc6d84318', 13, 'doubt', 526800000, 0, 'job-cut/doubt', '\xe24edaeee2f91b8397da5275aa04ae832308396008217a41a7ef4a059dc6ef22', '01a22c06-4223-7b7d-82e2-6dc7c6d84318', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', 'connection cut', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4238-716c-b89a-6051c6d84318', 14, 'hold', 2107200000, 0, 'job-soft', '\xcd5d60f53a92baf469d1478a52808b57f6f1dda563bae02243db8c84f2354108', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b51e98071d1a225b74f0ef84a6d', '2026-10-05 09:23:00+00', 'doubt', NULL, '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, 1899240000, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4247-7176-b10e-35b3c6d84318', 15, 'capture', 2107200000, 0, 'job-soft/capture', '\x94e138af721884ed6f218189d3b2befde70a45dbb9915db4d8c49d66c2d1762a', '01a22c06-4238-716c-b89a-6051c6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-soft', '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-42d8-7677-8605-b45cc6d84318', 16, 'hold', 526800000, 0, 'job-late', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b52d3e072508dcbf0574083d947', '2026-10-05 09:24:00+00', 'expire', NULL, '2026-10-05 09:09:00+00', '2026-10-05 09:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4319-7fcc-90f9-16d8c6d84318', 17, 'expire', 526800000, 0, 'hold_01a22c0642d876778605b45cc6d84318/deadline', '\x182da8ef3131f20935cd6b7e88da387f3c0dd4e6f721da2cf41be56e54bdd6ed', '01a22c06-42d8-7677-8605-b45cc6d84318', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'deadline passed', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4350-7641-a9d7-1460c6d84318', 18, 'charge', 526800000, 0, 'job-late/capture', '\x103af3f85782c2f6cb591c61e8b9a4def7a1ab9b6d45b59de7ab8cb3072841ec', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, '01a22c06-42d8-7677-8605-b45cc6d84318', 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-late', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', '01a22c06-4394-78ed-ac9f-094b1b124247', 3, 'charge', 210720000, 0, 'by-hand', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e07355bc5d284132190b1e', NULL, NULL, 'req-by-hand', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-4096-7186-a4b7-4be4e5f9254d', '01a22c06-43be-7a16-95c5-5ddee5f9254d', 2, 'charge', 7000000000, 0, 'club-1', '\x609cb7c5f3e3822ed7106f8eb455b8f24bb87caaf75abd0e14103bc71eabb1cb', NULL, NULL, '70174ba2-7e87-002d-e386-c553ae5b64ca', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e07ce9b46dcc358501bb47', NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-43d5-7598-a4a9-8c1dc6d84318', 19, 'refund', 100000000, 0, 'refund-1', '\xb8ec8babb555ad962206b9404c003c37c0c2ce5acae0e46743719cc33cd00ab0', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', NULL, NULL, NULL, NULL, NULL, NULL, '01a22c06-414a-7142-8d52-d9e0c6d84318', 526800000, 0, NULL, NULL, NULL, 'req-job-1', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a blurred picture', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-43e0-7bf8-80bf-cf6fc6d84318', 20, 'adjustment', 5000000000, 0, 'goodwill', '\xcaeff89205051002f54d0a3c4c5dad3edbbc295ca18b3f81cbdc9b3b9044d372', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a bad week', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-43e5-7141-bb8f-925dc6d84318', 21, 'adjustment', 0, 0, 'rebate', '\x6f3830a527acc50a5e5e69275492a1a408327bd1d7a705bc3f5c22b951b724a1', NULL, NULL, NULL, NULL, NULL, NULL, -10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 11:09:00+00', 'a rebate', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4829-721c-8ec6-1a60c6d84318', 22, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/2/2026-10', '\xee12f077c380fc4c9534ea84968f4adf761707e4c4092f3756eb81e99632d8ba', NULL, NULL, NULL, NULL, NULL, NULL, 10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 2 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.41144 USD, statement 0.42144 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4835-7003-9867-d3fac6d84318', 23, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/3/2026-10', '\x5ec0526a8fd4457db974edf2512952c592229f33c90f1d3fcd1768476ba9f4e8', NULL, NULL, NULL, NULL, NULL, NULL, 67840000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 3 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.63216 USD, statement 0.70 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4881-7a63-b589-f18fc6d84318', 24, 'capture', 526800000, 0, 'recon/e4482c6f29c0c08a/7/2026-10', '\xf566a4996413c448ab0ac590d034064be5b9d2d8427c9c96f7613887f729f1d9', '01a22c06-4223-7b7d-82e2-6dc7c6d84318', 'in_doubt', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-11-04 09:00:00+00', 'late_capture: hold_only, line 7 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.00 USD, statement 0.42144 USD', 'finance', '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-406d-7907-a3e7-97631b124247', '01a22c06-4bcd-7658-bb04-2de11b124247', 4, 'charge', 210720000, 0, 'of-october', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4a96807c7cb53b865387c162d2', NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-11-04 10:00:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, 202611);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4bec-7185-be10-736ec6d84318', 25, 'hold', 263400000, 0, 'job-november', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a6013760709bbc9385de680b013f', '2026-11-04 10:16:00+00', 'doubt', NULL, '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4bf5-737b-99ae-0087c6d84318', 26, 'capture', 263400000, 0, 'job-november/capture', '\x852ca32bf2ceffb9bf428b5cebc43df1071faca00232a1e61ecf4f602d891ae1', '01a22c06-4bec-7185-be10-736ec6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-november', '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c21-7f31-b92f-522ec6d84318', 27, 'hold', 526800000, 0, 'job-twice', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a60221c07bac81a95aaffbdb7cc7', '2026-11-04 10:17:00+00', 'doubt', NULL, '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c30-7be3-8e5b-20f9c6d84318', 28, 'capture', 526800000, 0, 'job-twice/capture', '\x7e1b247eb06e95c8ed45ec6b15462d479b541804133b3d4115de21738d4852dc', '01a22c06-4c21-7f31-b92f-522ec6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-twice', '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c68-79e4-9703-e8d4c6d84318', 29, 'hold', 263400000, 0, 'job-last', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d982a4207ba2b5d0d808b2ff17a5', '2026-11-14 10:18:00+00', 'doubt', NULL, '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4c69-752b-b5ce-1673c6d84318', 30, 'capture', 263400000, 0, 'job-last/capture', '\x657d88f68acb5222df1f4a6821e51498c2a07490e9b7120c9851808597614621', '01a22c06-4c68-79e4-9703-e8d4c6d84318', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-last', '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4d2d-7288-ad63-0ad9c6d84318', 31, 'hold', 526800000, 0, 'job-open', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d9838e8076cd921c85141638d77e', '2026-11-14 10:19:00+00', 'expire', NULL, '2026-11-14 10:04:00+00', '2026-11-14 10:04:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4d32-7b79-bb60-2400c6d84318', 32, 'hold', 421440000, 0, 'studio/key-1job-unknown', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d98478e07bc0a860f3a8f0c53e64', '2026-11-14 10:20:00+00', 'doubt', NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', NULL, NULL, '{"project": "posters"}', 202611, '01a22c06-4028-71dc-83c8-5334ac2f326b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4d45-7bb7-af4a-1044c6d84318', 33, 'doubt', 421440000, 0, 'studio/key-1job-unknown/doubt', '\x59a2413b3ea6d593139acf56d83fc7a764074b62fce0f2521af92bf4f4bce6d1', '01a22c06-4d32-7b79-bb60-2400c6d84318', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', 'timeout', NULL, NULL, NULL, '01a22c06-4028-71dc-83c8-5334ac2f326b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c06-3fed-7c28-9431-9d64c6d84318', '01a22c06-4d4c-73f3-83ff-bb67c6d84318', 34, 'hold', 526800000, 0, 'job-spooled', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d985634077d3b16b81906c9073cd', '2026-11-14 10:21:00+00', 'doubt', NULL, '2026-11-14 10:06:00+00', '2026-11-14 10:06:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);
ALTER TABLE ONLY public.allowance
    ADD CONSTRAINT pk_allowance PRIMARY KEY (account_id, member_id);
ALTER TABLE ONLY public.balance
    ADD CONSTRAINT pk_balance PRIMARY KEY (account_id);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT pk_evidence PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.limit_change
    ADD CONSTRAINT pk_limit_change PRIMARY KEY (account_id, number);
ALTER TABLE ONLY public.period_event
    ADD CONSTRAINT pk_period_event PRIMARY KEY (month, number);
ALTER TABLE ONLY public.rate
    ADD CONSTRAINT pk_rate PRIMARY KEY (id);
ALTER TABLE ONLY public.recon_item
    ADD CONSTRAINT pk_recon_item PRIMARY KEY (run, number);
ALTER TABLE ONLY public.recon_run
    ADD CONSTRAINT pk_recon_run PRIMARY KEY (month, number);
ALTER TABLE ONLY public.rollup
    ADD CONSTRAINT pk_rollup PRIMARY KEY (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day);
ALTER TABLE ONLY public.seal
    ADD CONSTRAINT pk_seal PRIMARY KEY (account_id, from_version);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT pk_transfer PRIMARY KEY (account_id, id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_code UNIQUE (code);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_tag UNIQUE (tag);
ALTER TABLE ONLY public.limit_change
    ADD CONSTRAINT uq_limit_change_account_id_idem_key UNIQUE (account_id, idem_key);
ALTER TABLE ONLY public.recon_run
    ADD CONSTRAINT uq_recon_run_number UNIQUE (number);
ALTER TABLE ONLY public.seal
    ADD CONSTRAINT uq_seal_account_id_to_version UNIQUE (account_id, to_version);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT uq_transfer_account_id_idem_key UNIQUE (account_id, idem_key);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT uq_transfer_account_id_version UNIQUE (account_id, version);
CREATE INDEX ix_evidence_hold ON public.evidence USING btree (account_id, hold_id);
CREATE INDEX ix_evidence_request ON public.evidence USING btree (request_id);
CREATE INDEX ix_rollup_late ON public.rollup USING btree (account_id, booked_in) WHERE (booked_in > 0);
CREATE INDEX ix_transfer_deadline ON public.transfer USING btree (account_id, expires_at) WHERE (kind = 'hold'::text);
CREATE INDEX ix_transfer_occurred ON public.transfer USING btree (account_id, occurred_at);
CREATE INDEX ix_transfer_request ON public.transfer USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE UNIQUE INDEX uq_transfer_hold_ends_once ON public.transfer USING btree (account_id, hold_id) WHERE ((hold_id IS NOT NULL) AND (kind <> 'doubt'::text));
CREATE UNIQUE INDEX uq_transfer_late_once ON public.transfer USING btree (account_id, late_hold_id) WHERE (late_hold_id IS NOT NULL);
CREATE UNIQUE INDEX uq_transfer_leaves_bucket_once ON public.transfer USING btree (account_id, hold_id, from_bucket) WHERE (hold_id IS NOT NULL);
CREATE UNIQUE INDEX uq_transfer_refunds_in_order ON public.transfer USING btree (account_id, refunds_id, refunded_before) WHERE (refunds_id IS NOT NULL);
CREATE TRIGGER account_append_only_rows BEFORE DELETE OR UPDATE ON public.account FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.account ENABLE ALWAYS TRIGGER account_append_only_rows;
CREATE TRIGGER account_append_only_truncate BEFORE TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.account ENABLE ALWAYS TRIGGER account_append_only_truncate;
CREATE TRIGGER allowance_append_only_rows BEFORE DELETE ON public.allowance FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.allowance ENABLE ALWAYS TRIGGER allowance_append_only_rows;
CREATE TRIGGER allowance_append_only_truncate BEFORE TRUNCATE ON public.allowance FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.allowance ENABLE ALWAYS TRIGGER allowance_append_only_truncate;
CREATE TRIGGER balance_append_only_rows BEFORE DELETE ON public.balance FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.balance ENABLE ALWAYS TRIGGER balance_append_only_rows;
CREATE TRIGGER balance_append_only_truncate BEFORE TRUNCATE ON public.balance FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.balance ENABLE ALWAYS TRIGGER balance_append_only_truncate;
CREATE TRIGGER evidence_append_only_rows BEFORE DELETE OR UPDATE ON public.evidence FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.evidence ENABLE ALWAYS TRIGGER evidence_append_only_rows;
CREATE TRIGGER evidence_append_only_truncate BEFORE TRUNCATE ON public.evidence FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.evidence ENABLE ALWAYS TRIGGER evidence_append_only_truncate;
CREATE TRIGGER limit_change_append_only_rows BEFORE DELETE OR UPDATE ON public.limit_change FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.limit_change ENABLE ALWAYS TRIGGER limit_change_append_only_rows;
CREATE TRIGGER limit_change_append_only_truncate BEFORE TRUNCATE ON public.limit_change FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.limit_change ENABLE ALWAYS TRIGGER limit_change_append_only_truncate;
CREATE TRIGGER period_event_append_only_rows BEFORE DELETE OR UPDATE ON public.period_event FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.period_event ENABLE ALWAYS TRIGGER period_event_append_only_rows;
CREATE TRIGGER period_event_append_only_truncate BEFORE TRUNCATE ON public.period_event FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.period_event ENABLE ALWAYS TRIGGER period_event_append_only_truncate;
CREATE TRIGGER rate_append_only_rows BEFORE DELETE OR UPDATE ON public.rate FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.rate ENABLE ALWAYS TRIGGER rate_append_only_rows;
CREATE TRIGGER rate_append_only_truncate BEFORE TRUNCATE ON public.rate FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.rate ENABLE ALWAYS TRIGGER rate_append_only_truncate;
CREATE TRIGGER recon_item_append_only_rows BEFORE DELETE OR UPDATE ON public.recon_item FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.recon_item ENABLE ALWAYS TRIGGER recon_item_append_only_rows;
CREATE TRIGGER recon_item_append_only_truncate BEFORE TRUNCATE ON public.recon_item FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.recon_item ENABLE ALWAYS TRIGGER recon_item_append_only_truncate;
CREATE TRIGGER recon_run_append_only_rows BEFORE DELETE OR UPDATE ON public.recon_run FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.recon_run ENABLE ALWAYS TRIGGER recon_run_append_only_rows;
CREATE TRIGGER recon_run_append_only_truncate BEFORE TRUNCATE ON public.recon_run FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.recon_run ENABLE ALWAYS TRIGGER recon_run_append_only_truncate;
CREATE TRIGGER rollup_append_only_rows BEFORE DELETE ON public.rollup FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.rollup ENABLE ALWAYS TRIGGER rollup_append_only_rows;
CREATE TRIGGER rollup_append_only_truncate BEFORE TRUNCATE ON public.rollup FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.rollup ENABLE ALWAYS TRIGGER rollup_append_only_truncate;
CREATE TRIGGER seal_append_only_rows BEFORE DELETE OR UPDATE ON public.seal FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.seal ENABLE ALWAYS TRIGGER seal_append_only_rows;
CREATE TRIGGER seal_append_only_truncate BEFORE TRUNCATE ON public.seal FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.seal ENABLE ALWAYS TRIGGER seal_append_only_truncate;
CREATE TRIGGER transfer_append_only_rows BEFORE DELETE OR UPDATE ON public.transfer FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_append_only_rows;
CREATE TRIGGER transfer_append_only_truncate BEFORE TRUNCATE ON public.transfer FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_append_only_truncate;
CREATE TRIGGER transfer_period BEFORE INSERT ON public.transfer FOR EACH ROW EXECUTE FUNCTION public.billing_transfer_period();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_period;
CREATE TRIGGER transfer_rules BEFORE INSERT ON public.transfer FOR EACH ROW EXECUTE FUNCTION public.billing_transfer_rules();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_rules;
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.allowance
    ADD CONSTRAINT fk_allowance_account FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.allowance
    ADD CONSTRAINT fk_allowance_member FOREIGN KEY (member_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.balance
    ADD CONSTRAINT fk_balance_account FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT fk_evidence_hold FOREIGN KEY (account_id, hold_id) REFERENCES public.transfer(account_id, id);
ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT fk_evidence_transfer FOREIGN KEY (account_id, transfer_id) REFERENCES public.transfer(account_id, id);
ALTER TABLE ONLY public.limit_change
    ADD CONSTRAINT fk_limit_change_account FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.limit_change
    ADD CONSTRAINT fk_limit_change_member FOREIGN KEY (member_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.recon_item
    ADD CONSTRAINT fk_recon_item_recon_run FOREIGN KEY (run) REFERENCES public.recon_run(number);
ALTER TABLE ONLY public.recon_run
    ADD CONSTRAINT fk_recon_run_recon_run FOREIGN KEY (supersedes) REFERENCES public.recon_run(number);
ALTER TABLE ONLY public.rollup
    ADD CONSTRAINT fk_rollup_account FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.seal
    ADD CONSTRAINT fk_seal_account FOREIGN KEY (account_id) REFERENCES public.account(id);
