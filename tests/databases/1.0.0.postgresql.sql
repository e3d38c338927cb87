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
CREATE FUNCTION public.billing_transfer_rules() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ DECLARE broken text; BEGIN CASE NEW.kind WHEN 'hold' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('hold'); END IF; WHEN 'capture' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('capture'); END IF; WHEN 'charge' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('charge'); END IF; WHEN 'void' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('void'); END IF; WHEN 'expire' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('expire'); END IF; WHEN 'doubt' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('doubt'); END IF; WHEN 'refund' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('refund'); END IF; WHEN 'adjustment' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('adjustment'); END IF; WHEN 'top-up' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('top-up'); END IF; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; IF NEW.hold_id IS NOT NULL THEN broken := coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); ELSIF NEW.refunds_id IS NOT NULL THEN broken := coalesce((SELECT CASE WHEN (p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'refunds_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer p WHERE b.account_id = NEW.account_id AND p.account_id = NEW.account_id AND p.id = NEW.refunds_id), 'refunds_id'); ELSIF NEW.rate_id IS NOT NULL THEN broken := coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id'); ELSE broken := coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id), 'account_id'); END IF; IF broken <> '' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; IF NEW.late_hold_id IS NOT NULL THEN IF NOT coalesce((SELECT true FROM transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('late_hold_id'); END IF; END IF; IF NEW.cost_rate_id IS NOT NULL THEN IF NOT coalesce((SELECT true FROM rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('cost_rate_id'); END IF; END IF; IF NEW.member_id IS NOT NULL THEN IF NOT coalesce((SELECT m.parent_id = NEW.account_id FROM account m WHERE m.id = NEW.member_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('member_id'); END IF; END IF; RETURN NEW; END $$;
CREATE FUNCTION public.billing_transfer_rules_of_many() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ #variable_conflict use_column
DECLARE broken text; BEGIN SELECT rule INTO broken FROM (SELECT CASE WHEN (CASE NEW.kind WHEN 'hold' THEN NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'capture' THEN NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'charge' THEN NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'void' THEN NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'expire' THEN NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'doubt' THEN NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'refund' THEN NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 WHEN 'adjustment' THEN NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000 WHEN 'top-up' THEN NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000 ELSE false END) IS NOT TRUE THEN NEW.kind WHEN NOT (CASE WHEN NEW.hold_id IS NOT NULL THEN coalesce((SELECT h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id) FROM transfer h WHERE h.account_id = NEW.account_id AND h.id = NEW.hold_id LIMIT 1), false) WHEN NEW.refunds_id IS NOT NULL THEN coalesce((SELECT p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id) FROM transfer p WHERE p.account_id = NEW.account_id AND p.id = NEW.refunds_id LIMIT 1), false) WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount) FROM account a, rate r WHERE a.id = NEW.account_id AND r.id = NEW.rate_id LIMIT 1), false) ELSE true END AND (NEW.late_hold_id IS NULL OR coalesce((SELECT true FROM transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false)) AND (NEW.cost_rate_id IS NULL OR coalesce((SELECT true FROM rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false)) AND (NEW.member_id IS NULL OR coalesce((SELECT m.parent_id = NEW.account_id FROM account m WHERE m.id = NEW.member_id LIMIT 1), false))) THEN 'origin' WHEN NOT coalesce((SELECT CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END FROM balance b WHERE b.account_id = NEW.account_id LIMIT 1), false) THEN 'period' END AS rule FROM added AS new) AS named WHERE rule IS NOT NULL LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; RETURN NULL; END $$;
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
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 4081022200, 'studio', 'USD', 0, 'partner', '2026-10-05 09:00:00+00', NULL, 3000000000, 'soft');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c2f-c843-74bc-bc24-c554ba07138b', 3121025931, 'studio/key-1', 'USD', 0, NULL, '2026-10-05 09:00:00+00', '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 2000000000, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 2530596218, 'agency', 'USD', -50000000000, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', 1520781616, 'club', 'CREDIT', 0, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.alembic_version (version_num) VALUES ('0009');
INSERT INTO public.allowance (account_id, member_id, held, in_doubt, posted, month, month_spent, month_limit, limit_kind, month_forced) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-c843-74bc-bc24-c554ba07138b', 0, 421440000, 421440000, 202611, 421440000, 20000000000, 'hard', 0);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 97145320000, 1053600000, 421440000, 6379640000, 0, 526800000, 34, 202611, 2528640000, 50000000000, 'hard', 0, '2026-11-14 10:06:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', 493000000000, 0, 0, 7000000000, 0, 0, 2, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', -2107200000, 0, 0, 2107200000, -80000000000, 0, 4, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cb67-7ba6-a1d9-7d70f33f74f8', '01a22c2f-ca9a-7ca8-9e79-ec8af33f74f8', '01a22c2f-cb3a-7d8e-bdc0-0381f33f74f8', 'req-job-1', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-1", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-1/0.png", "https://images.example/job-1/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cbd6-7a14-904c-fde1f33f74f8', '01a22c2f-cb91-7d0e-b53a-424cf33f74f8', '01a22c2f-cbb2-7720-86d7-3cebf33f74f8', 'req-job-partial', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-partial", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-partial/0.png", "https://images.example/job-partial/1.png", "https://images.example/job-partial/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cc20-7907-9032-9237f33f74f8', '01a22c2f-cbec-7def-a79c-748ef33f74f8', '01a22c2f-cbfd-7136-8709-3167f33f74f8', 'req-job-over', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-over", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-over/0.png", "https://images.example/job-over/1.png", "https://images.example/job-over/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:03:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ccc1-736f-b902-3282f33f74f8', '01a22c2f-cc6c-7efe-8690-d06bf33f74f8', '01a22c2f-ccbd-752c-9089-a73cf33f74f8', 'req-job-member', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-member", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-member/0.png", "https://images.example/job-member/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:04:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', '01a22c2f-cd2b-7236-991e-a7c296d5d57a', '01a22c2f-ccd5-70aa-8c44-714f96d5d57a', '01a22c2f-ccf7-707d-b726-a49196d5d57a', 'req-job-agency', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-agency", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-agency/0.png", "https://images.example/job-agency/1.png", "https://images.example/job-agency/2.png", "https://images.example/job-agency/3.png", "https://images.example/job-agency/4.png", "https://images.example/job-agency/5.png", "https://images.example/job-agency/6.png", "https://images.example/job-agency/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:05:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cdf1-73fd-bf40-35baf33f74f8', '01a22c2f-cd88-7b8c-9b53-7784f33f74f8', '01a22c2f-cda2-79aa-b31a-9460f33f74f8', 'req-job-cut', 200, 0, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-cut", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:07:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ce60-7bdc-954a-f807f33f74f8', '01a22c2f-ce15-709f-869c-e1f6f33f74f8', '01a22c2f-ce43-7eca-9915-899bf33f74f8', 'req-job-soft', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-soft", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-soft/0.png", "https://images.example/job-soft/1.png", "https://images.example/job-soft/2.png", "https://images.example/job-soft/3.png", "https://images.example/job-soft/4.png", "https://images.example/job-soft/5.png", "https://images.example/job-soft/6.png", "https://images.example/job-soft/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:08:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d35c-70e0-95ad-442af33f74f8', '01a22c2f-d139-76ec-941e-5582f33f74f8', '01a22c2f-d310-7760-82e5-9881f33f74f8', 'req-job-late', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-late", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-late/0.png", "https://images.example/job-late/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 11:09:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-e6d0-7a8c-b0dc-8929f33f74f8', '01a22c2f-cd88-7b8c-9b53-7784f33f74f8', '01a22c2f-e5e9-7a73-b4c5-27e5f33f74f8', 'req-job-cut', NULL, NULL, '{"created": 1791191220, "request_id": "req-job-cut"}', '2026-11-04 09:00:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f400-7de0-846e-3a4cf33f74f8', '01a22c2f-f3c1-78e9-b199-60a6f33f74f8', '01a22c2f-f3e5-74a8-ab19-4559f33f74f8', 'req-job-november', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-november", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-november/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f43f-708f-9da4-939ff33f74f8', '01a22c2f-f42c-7abe-b351-695bf33f74f8', '01a22c2f-f430-7ec9-b4fa-1e84f33f74f8', 'req-job-twice', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-twice", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-twice/0.png", "https://images.example/job-twice/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f48b-7a3e-b476-04fcf33f74f8', '01a22c2f-f461-7f82-9d45-4491f33f74f8', '01a22c2f-f476-7b45-b54b-62caf33f74f8', 'req-job-last', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-last", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-last/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-14 10:03:00+00');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 1, 15, NULL, 0, 50000000000, 'hard', 'limit-1', '\xcadc5e7985049a30d26e746c87be2f8e17080f0717a7decd7a614161185dccaf', '2026-10-05 09:08:00+00', 'a large order', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 2, 15, '01a22c2f-c843-74bc-bc24-c554ba07138b', NULL, 20000000000, 'hard', 'studio/key-1limit-2', '\x625e69c98a2e5fa8adbe51f1234100d005b8c88e1c2b564bd736b9e098fd2b0f', '2026-10-05 09:08:00+00', 'the same', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 1, 2, NULL, -80000000000, NULL, 'hard', 'floor-1', '\x14ab82c5e0d01bea26292116da06f3850d7a20863059506fa6e5e41371b0884a', '2026-10-05 09:08:00+00', 'a longer term', 'ana');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 1, 'close', 0, 'ana', NULL, '2026-11-04 09:00:00.000001+00', '\x338e0704b86342a0f26cfb142101ce3f40c7af6e7bdcae565886fd8a0adbf89c', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\x5f9e30b5ab72bf7285dc6da7d97ba9c10ac23a9233ba3eff5ceffdeb1d7e7056');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 2, 'reopen', 0, 'ana', 'a revised statement came', '2026-11-04 09:00:00.000002+00', NULL, NULL, '\xbdcf3d574bfe983411a6700599edfaf65d416c540f7663ca64af7e6b7b7f2bd4');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 3, 'close', 0, 'ana', 'the revised statement', '2026-11-04 10:00:00+00', '\x338e0704b86342a0f26cfb142101ce3f40c7af6e7bdcae565886fd8a0adbf89c', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\xec8928dfcab7d74b3e691fb54a1f34897d6ac538f34a45da829f39c06a7daedb');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('33457950-473d-f444-c765-1cc0d575173f', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 210720000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', NULL, 'book');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('45efa8ce-a3be-eb86-25f9-ed977a693d02', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 263400000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', 'partner', 'plan markup 0.25');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('70174ba2-7e87-002d-e386-c553ae5b64ca', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 7000000000, 'CREDIT', 'club-credits', '2026-01-01', 'c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5', NULL, 'book');
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 1, 'amount_mismatch', 'cost', 'price_variance', '2', 2, 'req-job-1', 'hold_01a22c2fca9a7ca89e79ec8af33f74f8', 'capture_01a22c2fcb3a7d8ebdc00381f33f74f8', 'studio', '2026-10-05 09:01:00+00', NULL, 411440000, 421440000, 10000000, 'adjust the cost by 0.01 USD, price variance, or dispute', 'adjustment_01a22c2fe49378aa9538f7dbf33f74f8', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 2, 'amount_mismatch', 'cost', 'price_variance', '3', 3, 'req-job-partial', 'hold_01a22c2fcb917d0eb53a424cf33f74f8', 'capture_01a22c2fcbb2772086d73cebf33f74f8', 'studio', '2026-10-05 09:02:00+00', NULL, 632160000, 700000000, 67840000, 'adjust the cost by 0.06784 USD, price variance, or dispute', 'adjustment_01a22c2fe4f4702888277eb8f33f74f8', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 3, 'hold_only', 'capture', 'late_capture', '7', 7, 'req-job-cut', 'hold_01a22c2fcd887b8c9b537784f33f74f8', NULL, 'studio', '2026-10-05 09:07:00+00', NULL, 0, 421440000, 0, 'capture 2 of 2', 'capture_01a22c2fe5e97a73b4c527e5f33f74f8', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 4, 'unparseable', 'person', NULL, NULL, 11, 'req-nobody', NULL, NULL, NULL, NULL, NULL, 0, 50000000, 0, 'mend the line: status: ''charge'' is not one of charged, refunded, tax, fee, credit, total', NULL, NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (3, 1, 'duplicate_line', 'carry', 'dispute', '4', 4, 'req-job-twice', 'hold_01a22c2ff42c7abeb351695bf33f74f8', 'capture_01a22c2ff4307ec9b4fa1e84f33f74f8', NULL, '2026-11-04 10:02:00+00', NULL, 0, 0, -421440000, '', NULL, NULL);
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (1, 202610, 'USD', 'e4482c6f29c0c08a0da6df8cd1329d20a7107dec9fbddaae4e5ba0ba8627ddfa', 'statement.csv', 10, NULL, 0, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0.05", "statement": "6.43944", "carried": "0", "unexplained": "0.05"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xe0697bcf7c5e2e0ccccffb8737e6e280514a34bc79b677f6bcc377bbec3fb940', 4, 'finance', NULL, '2026-11-04 09:00:00+00', '\x4a319ec4a6fa4e04355832bcd8319855df2315706a0895b1e29d2ed141d081db');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (2, 202610, 'USD', '1e83b0b70f84953f62909bb23e85102b990d2508765c05646014006b4749d225', 'statement.csv', 9, 1, 1, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "6.38944", "carried": "0", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\x9d40b491f8905e2207077ba8fb50c064ef96e74b3693890fe2edd31df227dfd4', 0, 'finance', 'board', '2026-11-04 09:00:00+00', '\x8af605757d345498c9a63cf0f721b64d3ce984ca4f6b2af59453981b3355f5e4');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (3, 202611, 'USD', 'b5dc762c884ffb44b405e160442f9ac650120669abb0fc87ca7564e193e476c8', 'statement.csv', 4, NULL, 1, '{"opening": "0", "ledger": "0.84288", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "1.26432", "carried": "-0.42144", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xdfe447c2e666e0d3818e17a23ac0c8bdba8b3b539942465f40344a8255eb0ce2', 1, 'finance', NULL, '2026-11-14 10:03:00+00', '\xd0f8a25219cc2ba0466d577186329dffacd4e7cf0e71da49dfd0fbb61b340f72');
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'capture', 0, '01a22c2f-c843-74bc-bc24-c554ba07138b', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 421440000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 202610, 'capture', 0, '01a22c2f-c902-74b7-9042-f18996d5d57a', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 8, 8, 0, 1685760000, 1685760000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'charge', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 526800000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 202610, 'charge', 0, '01a22c2f-c902-74b7-9042-f18996d5d57a', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', 202610, 'charge', 0, '01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', '70174ba2-7e87-002d-e386-c553ae5b64ca', '00000000-0000-0000-0000-000000000000', 20261005, 1, 1, 1, 1, 7000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'refund', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 100000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'adjustment', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 5000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'adjustment', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '00000000-0000-0000-0000-000000000000', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 3, 0, 0, 0, 0, 67840000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202610, 'capture', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 5, 18, 17, 0, 4477800000, 3582240000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 202610, 'charge', 202611, '01a22c2f-c902-74b7-9042-f18996d5d57a', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202611, 'capture', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261104, 2, 3, 3, 0, 790200000, 632160000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 202611, 'capture', 0, '01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261114, 1, 1, 1, 0, 263400000, 210720000);
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 0, 0, 1, '\x9b301bab302be3fe081168f0374ab30cdf890d54bea0c41647161e727596e11e', '\xcb959608996b03ef68cb82540206d1360831ae765d1d669baeeff246e58e48bf', '2026-10-05 11:09:00+00', '\x9b301bab302be3fe', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 1, 21, 1, '\xcb959608996b03ef68cb82540206d1360831ae765d1d669baeeff246e58e48bf', '\x067e1bc6b30324039bda8bc27d5283dea87964510ac7db23cd052f634d50d2b0', '2026-10-05 11:09:00+00', '\x8d5e951e2f27e4f77ec74d6df13b6f26fd66909b208debe65a46643aa72a98b8aa53780180e45490d56b3028cd51024a05b34dd6e6610bb25c829ac3e3a0704ce25ef5f9329dd18bc6bade6adbec3313ee930f4b372b2381a7d41b30c3f33c1b1285f3b5a822c5b181d17092994e18cea807eea0855c249e2627c4f97f3223453e1604fa04f1b521a6f21e72193a8c1f3cd229e649fe3f468cf70e6c86077002d3dec8ad7532ef1a', 9, '\xbff81ca05872c9bc708c7a10011405bdccf0b434789590f71a3ab05876d06926', '\xdfd76ea14ebe40aca0ebddf26b0d3a18d3296abf905ccf8ffe75d8b08487f2d7758061a115c0dc70afc870c298c7e3f69fdbb6bf820815c14f6531808d90250adcb04bc8cce129f8');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c843-74bc-bc24-c554ba07138b', 0, 0, 1, '\x176ff05c6441b15ea62e793b947df858f013bd26d56cf93a3e0e341499186ac4', '\xd231dd79ba9f2769238efa29f754bd68f5cd38cb69d8c35a9a1e74ca9bdccc0f', '2026-10-05 11:09:00+00', '\x176ff05c6441b15e', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 0, 0, 1, '\x6d7aadcafc4e93914b8b5a9d2e2fc04ecec069e6279c80fb0184206e3076053a', '\xcb505f4fcc1114be6b75bd19c1a42ac4b37c6d68637ad9f70c72e63c97aac195', '2026-10-05 11:09:00+00', '\x6d7aadcafc4e9391', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 1, 3, 1, '\xcb505f4fcc1114be6b75bd19c1a42ac4b37c6d68637ad9f70c72e63c97aac195', '\x304b44f2a8afa2237b5355ddbe8c44a26b1e87f76bba64ff142e671f74cb7a15', '2026-10-05 11:09:00+00', '\x070826dd98972d75b0cad7bfc7673fe72094524ad157fbe8', 2, '\x813f64badbadf929541ecad41c2cc732ee31910fdfa8ddfd3d6ea7aad5e1a12b', '\x23c6e9e5cc8b1aef553346e3c82c95db');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', 0, 0, 1, '\x7cade0e0dd448fb7f97e994f829370f0b9884aa4ec5c143e6d52f8c48d3de79c', '\x436ec0e8a9d8aa98f93f2faddfb56cd05beba5fc6bd4783fb9316b337be9fc72', '2026-10-05 11:09:00+00', '\x7cade0e0dd448fb7', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', 1, 2, 1, '\x436ec0e8a9d8aa98f93f2faddfb56cd05beba5fc6bd4783fb9316b337be9fc72', '\x1b7009e3d87afc6a0127901a40e17f2951231cebe2ce7d7544a13e818f0b5682', '2026-10-05 11:09:00+00', '\x138c54ba135c7a3022d24ec8e2248599', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', 22, 34, 1, '\x067e1bc6b30324039bda8bc27d5283dea87964510ac7db23cd052f634d50d2b0', '\x21d0542b21aa0a222ceccc4ff1dd595225611e3a54175dcd5e211de4feec99ec', '2026-11-20 12:00:00+00', '\x903ead3e1c6838c6285c7452d61241f510266033f6064d37acb48e3c5d2cd6610b2aed097f0dfedbbc4c3242978d8360f2f16936dba60e88a6a27d9fe604222626e560c575ae0917ff1571598bd9c2940e043712f670273d703fe3bd83f61c97b374307888f45842', 4, '\xf3ee8fc0c8c88fb8b6479ad1958068f135842f1ad966f95b6d3f996bd72ccc3f', '\x0529078603fbe078ff74c5cc70a7c3c56a9bcb67a5678bb2fd993136df3cf1da');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', 4, 4, 1, '\x304b44f2a8afa2237b5355ddbe8c44a26b1e87f76bba64ff142e671f74cb7a15', '\xe2cd7236592eb64265425b834a9d008c1ce93a7800614f396ed92b8b1027ce1d', '2026-11-20 12:00:00+00', '\x602b69ab87ed69d0', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-c9e5-72ae-9b28-9a5cf33f74f8', 1, 'top-up', 100000000000, 0, 'invoice-17', '\x671c460d14a5d7096aee101ba8e4eb6a682b40a65e01ecbc08b15ea6c17e8b07', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', '01a22c2f-ca1e-753a-82d7-fdb45aa54930', 1, 'top-up', 500000000000, 0, 'gift', '\xea7a3d30f5e1e4d748c42c501da2e04b44cee90f2affca72766133cd22bcd054', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ca9a-7ca8-9e79-ec8af33f74f8', 2, 'hold', 526800000, 0, 'job-1', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4b80e07a64a94aae30acb45e92', '2026-10-05 09:16:00+00', 'doubt', NULL, '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cb3a-7d8e-bdc0-0381f33f74f8', 3, 'capture', 526800000, 0, 'job-1/capture', '\xe57fe89d916fda1ff5000860da031acc37a2beea8dad7d4b3fbf3d73ec09721e', '01a22c2f-ca9a-7ca8-9e79-ec8af33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cb91-7d0e-b53a-424cf33f74f8', 4, 'hold', 1053600000, 0, 'job-partial', '\x6b50c1cac1f8a3e4c5aaaee465e2cb61a1cdec10e6bfe269d1e88e0f07024fa7', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 4, NULL, NULL, 842880000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4c6b407a258ffcb5d95f47e061', '2026-10-05 09:17:00+00', 'doubt', NULL, '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cbb2-7720-86d7-3cebf33f74f8', 5, 'capture', 790200000, 263400000, 'job-partial/capture', '\x090992b655e0bc4c9595070163f611d71466de26a6f002fcc31a4806161147ce', '01a22c2f-cb91-7d0e-b53a-424cf33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 3, NULL, NULL, 632160000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cbec-7def-a79c-748ef33f74f8', 6, 'hold', 526800000, 0, 'job-over', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4d55a07c75ac32311fbf49108a', '2026-10-05 09:18:00+00', 'doubt', NULL, '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cbfd-7136-8709-3167f33f74f8', 7, 'capture', 526800000, 0, 'job-over/capture', '\xc9580c33f293e4be3181bbc99341bec920f0246780088c04be9bcb9279b4d8a8', '01a22c2f-cbec-7def-a79c-748ef33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, 1, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-over', '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cc6c-7efe-8690-d06bf33f74f8', 8, 'hold', 421440000, 0, 'studio/key-1job-member', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4e400075cc9aae9a02379dc9d8', '2026-10-05 09:19:00+00', 'doubt', NULL, '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c2f-c843-74bc-bc24-c554ba07138b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ccbd-752c-9089-a73cf33f74f8', 9, 'capture', 421440000, 0, 'studio/key-1job-member/capture', '\xcc0413b72c3f629bcca4cd29709486e545b19c674c23edcfb6e08f1d684631f2', '01a22c2f-cc6c-7efe-8690-d06bf33f74f8', 'held', '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-member', '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c2f-c843-74bc-bc24-c554ba07138b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', '01a22c2f-ccd5-70aa-8c44-714f96d5d57a', 1, 'hold', 1685760000, 0, 'job-agency', '\x6f7dc0465893766bd327314f690cf81c6a46d9077797e0751084de8da3261d37', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4f2a6075c0ae672d0e25a9276b', '2026-10-05 09:20:00+00', 'doubt', NULL, '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', '01a22c2f-ccf7-707d-b726-a49196d5d57a', 2, 'capture', 1685760000, 0, 'job-agency/capture', '\x9da1ebc3e93601c23c1a58927636da939716d2fe59ed1980143e078afde59f92', '01a22c2f-ccd5-70aa-8c44-714f96d5d57a', 'held', '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-agency', '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cd48-7f4f-9387-98a1f33f74f8', 10, 'hold', 526800000, 0, 'job-refused', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b5014c07585a4ab98f6fec490aa', '2026-10-05 09:21:00+00', 'doubt', NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cd5c-725e-aef5-011bf33f74f8', 11, 'void', 526800000, 0, 'job-refused/void', '\x7799c31eedf0a840a4adae7da6f541b64ddca168f408d3db2bfaf0c9bed07ea1', '01a22c2f-cd48-7f4f-9387-98a1f33f74f8', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', 'answered with 429', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cd88-7b8c-9b53-7784f33f74f8', 12, 'hold', 526800000, 0, 'job-cut', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b50ff2077e6ad23b098a4315a9e', '2026-10-05 09:22:00+00', 'doubt', NULL, '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-cda2-79aa-b31a-9460f33f74f8', 13, 'doubt', 526800000, 0, 'job-cut/doubt', '\xd998c5e354c2b8e8e0c31e0d0d65cc20992a414a531cbfe384a285e71580db32', '01a22c2f-cd88-7b8c-9b53-7784f33f74f8', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', 'connection cut', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ce15-709f-869c-e1f6f33f74f8', 14, 'hold', 2107200000, 0, 'job-soft', '\xcd5d60f53a92baf469d1478a52808b57f6f1dda563bae02243db8c84f2354108', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b51e98079bf985bf59780be4884', '2026-10-05 09:23:00+00', 'doubt', NULL, '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, 1899240000, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-ce43-7eca-9915-899bf33f74f8', 15, 'capture', 2107200000, 0, 'job-soft/capture', '\xbbff6048f0be60dfb9e03b858f5aa4e929c8baf7ebca38ec57b3550d7f1a91f7', '01a22c2f-ce15-709f-869c-e1f6f33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-soft', '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d139-76ec-941e-5582f33f74f8', 16, 'hold', 526800000, 0, 'job-late', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b52d3e070358efd45cb907422c8', '2026-10-05 09:24:00+00', 'expire', NULL, '2026-10-05 09:09:00+00', '2026-10-05 09:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d2d2-7720-bf77-943ef33f74f8', 17, 'expire', 526800000, 0, 'hold_01a22c2fd13976ec941e5582f33f74f8/deadline', '\x5d6bcd2c229b52121cbe096eb1bf0d4f2c75dc02dc9fefff6f1f8184b55cc632', '01a22c2f-d139-76ec-941e-5582f33f74f8', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'deadline passed', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d310-7760-82e5-9881f33f74f8', 18, 'charge', 526800000, 0, 'job-late/capture', '\xdd4b4592325fc6addd16b7ec3ccb409a8bb8d3c9ee1c0368759aa172da0ec8c6', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, '01a22c2f-d139-76ec-941e-5582f33f74f8', 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-late', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', '01a22c2f-d38f-7b87-9fb3-87e496d5d57a', 3, 'charge', 210720000, 0, 'by-hand', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e07603b55d0707fffa7cc6', NULL, NULL, 'req-by-hand', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c9a5-782b-a1d6-3a6a5aa54930', '01a22c2f-d3e2-74cb-9760-f5455aa54930', 2, 'charge', 7000000000, 0, 'club-1', '\x609cb7c5f3e3822ed7106f8eb455b8f24bb87caaf75abd0e14103bc71eabb1cb', NULL, NULL, '70174ba2-7e87-002d-e386-c553ae5b64ca', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e076578128d61c8d2bab62', NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d524-70e7-91a5-3b3bf33f74f8', 19, 'refund', 100000000, 0, 'refund-1', '\xc60b7a2c489b378a9082a2ec226914285cfbbfd2dc40f2a138e66ab63f89f44d', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', NULL, NULL, NULL, NULL, NULL, NULL, '01a22c2f-cb3a-7d8e-bdc0-0381f33f74f8', 526800000, 0, NULL, NULL, NULL, 'req-job-1', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a blurred picture', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d532-71ae-9336-c035f33f74f8', 20, 'adjustment', 5000000000, 0, 'goodwill', '\xcaeff89205051002f54d0a3c4c5dad3edbbc295ca18b3f81cbdc9b3b9044d372', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a bad week', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-d578-762f-bb77-ea50f33f74f8', 21, 'adjustment', 0, 0, 'rebate', '\x8b258896f2436c5e6474bbcfe0c742acf4398c96c33e48f17820496fd76e4170', NULL, NULL, NULL, NULL, NULL, NULL, -10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 11:09:00+00', 'a rebate', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-e493-78aa-9538-f7dbf33f74f8', 22, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/2/2026-10', '\x6f5987db0947d21de615252936b8675875131f6946e0708e301ace67b136a32e', NULL, NULL, NULL, NULL, NULL, NULL, 10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 2 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.41144 USD, statement 0.42144 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-e4f4-7028-8827-7eb8f33f74f8', 23, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/3/2026-10', '\xce796847e8c7cfe08ab38fc9f1cb3e5a1b2859fd40519e01bbf77d2b28541fb8', NULL, NULL, NULL, NULL, NULL, NULL, 67840000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 3 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.63216 USD, statement 0.70 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-e5e9-7a73-b4c5-27e5f33f74f8', 24, 'capture', 526800000, 0, 'recon/e4482c6f29c0c08a/7/2026-10', '\x4056d8825f612f27d486409db35fe468383bf883820ba98390a91a4e30352a26', '01a22c2f-cd88-7b8c-9b53-7784f33f74f8', 'in_doubt', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-11-04 09:00:00+00', 'late_capture: hold_only, line 7 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.00 USD, statement 0.42144 USD', 'finance', '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c902-74b7-9042-f18996d5d57a', '01a22c2f-f2e5-7148-88bd-4fba96d5d57a', 4, 'charge', 210720000, 0, 'of-october', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4a96807f579c11e0a641f39804', NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-11-04 10:00:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, 202611);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f3c1-78e9-b199-60a6f33f74f8', 25, 'hold', 263400000, 0, 'job-november', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a6013760704eaa2ea7478a5a4e0f', '2026-11-04 10:16:00+00', 'doubt', NULL, '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f3e5-74a8-ab19-4559f33f74f8', 26, 'capture', 263400000, 0, 'job-november/capture', '\x1f233623f01f57c4213a86eaf2f2b8a2b179f6b9558ff0dd851854653ff04d64', '01a22c2f-f3c1-78e9-b199-60a6f33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-november', '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f42c-7abe-b351-695bf33f74f8', 27, 'hold', 526800000, 0, 'job-twice', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a60221c078bfa319865aad3ee008', '2026-11-04 10:17:00+00', 'doubt', NULL, '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f430-7ec9-b4fa-1e84f33f74f8', 28, 'capture', 526800000, 0, 'job-twice/capture', '\x5011b7f64e32a33aa502261b42b83507b424c1ddec454d1eb704045b3db456d7', '01a22c2f-f42c-7abe-b351-695bf33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-twice', '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f461-7f82-9d45-4491f33f74f8', 29, 'hold', 263400000, 0, 'job-last', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d982a420799da1a1455a979a3cff', '2026-11-14 10:18:00+00', 'doubt', NULL, '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-f476-7b45-b54b-62caf33f74f8', 30, 'capture', 263400000, 0, 'job-last/capture', '\x61deef8d5174f8e41f68669d66758ea4f90ddcc79cb5ceb27593e5204b811ce1', '01a22c2f-f461-7f82-9d45-4491f33f74f8', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-last', '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-fa45-7676-86b5-4bc0f33f74f8', 31, 'hold', 526800000, 0, 'job-open', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d9838e8073a8a53ef423aeb8c13f', '2026-11-14 10:19:00+00', 'expire', NULL, '2026-11-14 10:04:00+00', '2026-11-14 10:04:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-fa54-73be-ac8f-0a8bf33f74f8', 32, 'hold', 421440000, 0, 'studio/key-1job-unknown', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d98478e078fcb6f85b19bfb13709', '2026-11-14 10:20:00+00', 'doubt', NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', NULL, NULL, '{"project": "posters"}', 202611, '01a22c2f-c843-74bc-bc24-c554ba07138b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-fac4-7881-b69b-3315f33f74f8', 33, 'doubt', 421440000, 0, 'studio/key-1job-unknown/doubt', '\x01cae3d8c762da82db6c8f5560addf3435a348458e61dd6e04147c8ca40abc3b', '01a22c2f-fa54-73be-ac8f-0a8bf33f74f8', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', 'timeout', NULL, NULL, NULL, '01a22c2f-c843-74bc-bc24-c554ba07138b', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c2f-c75f-7582-80ac-e1d9f33f74f8', '01a22c2f-fb58-784a-b503-83f5f33f74f8', 34, 'hold', 526800000, 0, 'job-spooled', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d985634075589aac41bfe1424438', '2026-11-14 10:21:00+00', 'doubt', NULL, '2026-11-14 10:06:00+00', '2026-11-14 10:06:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
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
CREATE TRIGGER transfer_rules BEFORE INSERT ON public.transfer FOR EACH ROW WHEN ((starts_with(current_query(), 'WITH many AS ('::text) IS NOT TRUE)) EXECUTE FUNCTION public.billing_transfer_rules();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_rules;
CREATE TRIGGER transfer_rules_of_many AFTER INSERT ON public.transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (starts_with(current_query(), 'WITH many AS ('::text)) EXECUTE FUNCTION public.billing_transfer_rules_of_many();
ALTER TABLE public.transfer ENABLE ALWAYS TRIGGER transfer_rules_of_many;
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
