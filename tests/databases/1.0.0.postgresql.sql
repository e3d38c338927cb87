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
    AS $$ DECLARE broken text; BEGIN CASE NEW.kind WHEN 'hold' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('hold'); END IF; broken := coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id'); WHEN 'capture' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('capture'); END IF; broken := coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'charge' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('charge'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; WHEN 'void' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('void'); END IF; broken := coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'expire' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('expire'); END IF; broken := coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'doubt' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('doubt'); END IF; broken := coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'refund' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('refund'); END IF; broken := coalesce((SELECT CASE WHEN (p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'refunds_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer p WHERE b.account_id = NEW.account_id AND p.account_id = NEW.account_id AND p.id = NEW.refunds_id), 'refunds_id'); WHEN 'adjustment' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('adjustment'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; WHEN 'top-up' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('top-up'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; IF broken <> '' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; IF NEW.late_hold_id IS NOT NULL THEN IF NOT coalesce((SELECT true FROM transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('late_hold_id'); END IF; END IF; IF NEW.cost_rate_id IS NOT NULL THEN IF NOT coalesce((SELECT true FROM rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('cost_rate_id'); END IF; END IF; IF NEW.member_id IS NOT NULL THEN IF NOT coalesce((SELECT m.parent_id = NEW.account_id FROM account m WHERE m.id = NEW.member_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('member_id'); END IF; END IF; RETURN NEW; END $$;
CREATE FUNCTION public.billing_transfer_rules_of_many() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ #variable_conflict use_column
DECLARE broken text; sort text; kinds text[]; referring bigint; BEGIN SELECT array_agg(DISTINCT kind), count(late_hold_id) + count(cost_rate_id) + count(member_id) INTO kinds, referring FROM added; IF kinds IS NULL THEN RETURN NULL; END IF; FOREACH sort IN ARRAY kinds LOOP CASE sort WHEN 'hold' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'hold' ELSE coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') END AS rule FROM added AS new WHERE NEW.kind = 'hold') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'capture' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'capture' ELSE coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'capture') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'charge' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'charge' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'charge') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'void' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'void' ELSE coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'void') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'expire' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'expire' ELSE coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'expire') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'doubt' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'doubt' ELSE coalesce((SELECT CASE WHEN (h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'doubt') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'refund' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'refund' ELSE coalesce((SELECT CASE WHEN (p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'refunds_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, transfer p WHERE b.account_id = NEW.account_id AND p.account_id = NEW.account_id AND p.id = NEW.refunds_id), 'refunds_id') END AS rule FROM added AS new WHERE NEW.kind = 'refund') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'adjustment' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) IS NOT TRUE THEN 'adjustment' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'adjustment') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'top-up' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'top-up' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b, account a, rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'top-up') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; END LOOP; IF referring > 0 THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.late_hold_id IS NULL OR coalesce((SELECT true FROM transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false)) AND (NEW.cost_rate_id IS NULL OR coalesce((SELECT true FROM rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false)) AND (NEW.member_id IS NULL OR coalesce((SELECT m.parent_id = NEW.account_id FROM account m WHERE m.id = NEW.member_id LIMIT 1), false)) THEN '' ELSE 'origin' END AS rule FROM added AS new WHERE true) AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; END IF; RETURN NULL; END $$;
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
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 4192486676, 'studio', 'USD', 0, 'partner', '2026-10-05 09:00:00+00', NULL, 3000000000, 'soft');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c45-71ad-7054-9087-e022096583c0', 157647808, 'studio/key-1', 'USD', 0, NULL, '2026-10-05 09:00:00+00', '01a22c45-717a-745a-8d6c-9cfff9e44514', 2000000000, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 1421055390, 'agency', 'USD', -50000000000, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', 2456120191, 'club', 'CREDIT', 0, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.alembic_version (version_num) VALUES ('0009');
INSERT INTO public.allowance (account_id, member_id, held, in_doubt, posted, month, month_spent, month_limit, limit_kind, month_forced) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-71ad-7054-9087-e022096583c0', 0, 421440000, 421440000, 202611, 421440000, 20000000000, 'hard', 0);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 97145320000, 1053600000, 421440000, 6379640000, 0, 526800000, 34, 202611, 2528640000, 50000000000, 'hard', 0, '2026-11-14 10:06:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', 493000000000, 0, 0, 7000000000, 0, 0, 2, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', -2107200000, 0, 0, 2107200000, -80000000000, 0, 4, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-723f-71b9-83d5-3ff9f9e44514', '01a22c45-7229-770b-9636-1ad4f9e44514', '01a22c45-7234-7029-95cb-53d9f9e44514', 'req-job-1', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-1", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-1/0.png", "https://images.example/job-1/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-724f-7685-afe9-87ecf9e44514', '01a22c45-7245-731e-af5a-cecaf9e44514', '01a22c45-724e-76ea-b360-74f2f9e44514', 'req-job-partial', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-partial", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-partial/0.png", "https://images.example/job-partial/1.png", "https://images.example/job-partial/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7264-76c3-b6f4-856af9e44514', '01a22c45-7258-714c-963b-26eaf9e44514', '01a22c45-725e-7991-b968-6b76f9e44514', 'req-job-over', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-over", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-over/0.png", "https://images.example/job-over/1.png", "https://images.example/job-over/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:03:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7283-7605-a14b-74f8f9e44514', '01a22c45-7276-7004-bd4c-21c5f9e44514', '01a22c45-727c-7b0b-a6e4-73d0f9e44514', 'req-job-member', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-member", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-member/0.png", "https://images.example/job-member/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:04:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', '01a22c45-7296-7518-ae42-567854b3959e', '01a22c45-728d-7e08-8438-8c6354b3959e', '01a22c45-7295-7dec-a064-450d54b3959e', 'req-job-agency', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-agency", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-agency/0.png", "https://images.example/job-agency/1.png", "https://images.example/job-agency/2.png", "https://images.example/job-agency/3.png", "https://images.example/job-agency/4.png", "https://images.example/job-agency/5.png", "https://images.example/job-agency/6.png", "https://images.example/job-agency/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:05:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72b7-7c26-9a2c-a5aef9e44514', '01a22c45-72ad-7b6f-b5c3-3e7df9e44514', '01a22c45-72b5-7d9e-a3d9-7f24f9e44514', 'req-job-cut', 200, 0, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-cut", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:07:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72d0-734b-ac39-c591f9e44514', '01a22c45-72c5-71f1-8c32-8414f9e44514', '01a22c45-72c8-76c5-a66d-3443f9e44514', 'req-job-soft', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-soft", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-soft/0.png", "https://images.example/job-soft/1.png", "https://images.example/job-soft/2.png", "https://images.example/job-soft/3.png", "https://images.example/job-soft/4.png", "https://images.example/job-soft/5.png", "https://images.example/job-soft/6.png", "https://images.example/job-soft/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:08:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-73dc-7492-834c-3e0ef9e44514', '01a22c45-7371-760c-b08e-0748f9e44514', '01a22c45-73c5-733c-82de-18c4f9e44514', 'req-job-late', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-late", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-late/0.png", "https://images.example/job-late/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 11:09:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-76b6-7b86-9c7d-890af9e44514', '01a22c45-72ad-7b6f-b5c3-3e7df9e44514', '01a22c45-76b0-7068-8c79-c1ccf9e44514', 'req-job-cut', NULL, NULL, '{"created": 1791191220, "request_id": "req-job-cut"}', '2026-11-04 09:00:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7881-7d31-88db-9cfef9e44514', '01a22c45-7878-7319-860d-6bb4f9e44514', '01a22c45-787d-713f-902d-caecf9e44514', 'req-job-november', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-november", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-november/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7895-7180-a0ef-d1d6f9e44514', '01a22c45-7884-7e3d-9d6e-98d7f9e44514', '01a22c45-7894-7bf5-87dc-636df9e44514', 'req-job-twice', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-twice", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-twice/0.png", "https://images.example/job-twice/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-78a2-75a8-9e32-a561f9e44514', '01a22c45-7898-73e3-8af8-8830f9e44514', '01a22c45-789f-7f5e-a6bb-ae00f9e44514', 'req-job-last', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-last", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-last/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-14 10:03:00+00');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 1, 15, NULL, 0, 50000000000, 'hard', 'limit-1', '\xcadc5e7985049a30d26e746c87be2f8e17080f0717a7decd7a614161185dccaf', '2026-10-05 09:08:00+00', 'a large order', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 2, 15, '01a22c45-71ad-7054-9087-e022096583c0', NULL, 20000000000, 'hard', 'studio/key-1limit-2', '\x625e69c98a2e5fa8adbe51f1234100d005b8c88e1c2b564bd736b9e098fd2b0f', '2026-10-05 09:08:00+00', 'the same', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 1, 2, NULL, -80000000000, NULL, 'hard', 'floor-1', '\x14ab82c5e0d01bea26292116da06f3850d7a20863059506fa6e5e41371b0884a', '2026-10-05 09:08:00+00', 'a longer term', 'ana');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 1, 'close', 0, 'ana', NULL, '2026-11-04 09:00:00.000001+00', '\xfaa53a17eada26df49c56837f788001fe2f58e8791025668a689b0e7a788a0f1', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\x72abaa5b0dadf28fdbb3dc349055ef1fae9b64310a6564045e369e59617ab4e7');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 2, 'reopen', 0, 'ana', 'a revised statement came', '2026-11-04 09:00:00.000002+00', NULL, NULL, '\xff52c355f16943ab3b05f8d3375ab5d76ed3bfe8cc12d38af68cea51304dcf70');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 3, 'close', 0, 'ana', 'the revised statement', '2026-11-04 10:00:00+00', '\xfaa53a17eada26df49c56837f788001fe2f58e8791025668a689b0e7a788a0f1', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\x7e30500e5c8879cf9a8841363884eb6e404573af9d248815b0e0e387764ce4bd');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('33457950-473d-f444-c765-1cc0d575173f', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 210720000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', NULL, 'book');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('45efa8ce-a3be-eb86-25f9-ed977a693d02', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 263400000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', 'partner', 'plan markup 0.25');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('70174ba2-7e87-002d-e386-c553ae5b64ca', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 7000000000, 'CREDIT', 'club-credits', '2026-01-01', 'c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5', NULL, 'book');
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 1, 'amount_mismatch', 'cost', 'price_variance', '2', 2, 'req-job-1', 'hold_01a22c457229770b96361ad4f9e44514', 'capture_01a22c457234702995cb53d9f9e44514', 'studio', '2026-10-05 09:01:00+00', NULL, 411440000, 421440000, 10000000, 'adjust the cost by 0.01 USD, price variance, or dispute', 'adjustment_01a22c4576647eb69837c3a3f9e44514', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 2, 'amount_mismatch', 'cost', 'price_variance', '3', 3, 'req-job-partial', 'hold_01a22c457245731eaf5acecaf9e44514', 'capture_01a22c45724e76eab36074f2f9e44514', 'studio', '2026-10-05 09:02:00+00', NULL, 632160000, 700000000, 67840000, 'adjust the cost by 0.06784 USD, price variance, or dispute', 'adjustment_01a22c45767a77fa8db0b88ef9e44514', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 3, 'hold_only', 'capture', 'late_capture', '7', 7, 'req-job-cut', 'hold_01a22c4572ad7b6fb5c33e7df9e44514', NULL, 'studio', '2026-10-05 09:07:00+00', NULL, 0, 421440000, 0, 'capture 2 of 2', 'capture_01a22c4576b070688c79c1ccf9e44514', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 4, 'unparseable', 'person', NULL, NULL, 11, 'req-nobody', NULL, NULL, NULL, NULL, NULL, 0, 50000000, 0, 'mend the line: status: ''charge'' is not one of charged, refunded, tax, fee, credit, total', NULL, NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (3, 1, 'duplicate_line', 'carry', 'dispute', '4', 4, 'req-job-twice', 'hold_01a22c4578847e3d9d6e98d7f9e44514', 'capture_01a22c4578947bf587dc636df9e44514', NULL, '2026-11-04 10:02:00+00', NULL, 0, 0, -421440000, '', NULL, NULL);
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (1, 202610, 'USD', 'e4482c6f29c0c08a0da6df8cd1329d20a7107dec9fbddaae4e5ba0ba8627ddfa', 'statement.csv', 10, NULL, 0, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0.05", "statement": "6.43944", "carried": "0", "unexplained": "0.05"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xe0697bcf7c5e2e0ccccffb8737e6e280514a34bc79b677f6bcc377bbec3fb940', 4, 'finance', NULL, '2026-11-04 09:00:00+00', '\x02c7e73bab9019733b709a4a1ecb13dde60907d8b5135840d094718a5944b169');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (2, 202610, 'USD', '1e83b0b70f84953f62909bb23e85102b990d2508765c05646014006b4749d225', 'statement.csv', 9, 1, 1, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "6.38944", "carried": "0", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\x9d40b491f8905e2207077ba8fb50c064ef96e74b3693890fe2edd31df227dfd4', 0, 'finance', 'board', '2026-11-04 09:00:00+00', '\x9937f42abca51ed927d4108d4e321f828a3f288c3ca75a40afcd56ab6d3990f9');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (3, 202611, 'USD', 'b5dc762c884ffb44b405e160442f9ac650120669abb0fc87ca7564e193e476c8', 'statement.csv', 4, NULL, 1, '{"opening": "0", "ledger": "0.84288", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "1.26432", "carried": "-0.42144", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\x1087afbe106d08023a3612c5e8e830eb516f537ba218d5bd3c98064e04befa91', 1, 'finance', NULL, '2026-11-14 10:03:00+00', '\x2c8a8203dd39cf5d0502efc0321d0a02c4aa7886039a5f3fe8c7c4cccc598bb7');
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'capture', 0, '01a22c45-71ad-7054-9087-e022096583c0', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 421440000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 202610, 'capture', 0, '01a22c45-71db-7a16-8d8f-b8a654b3959e', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 8, 8, 0, 1685760000, 1685760000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'charge', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 526800000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 202610, 'charge', 0, '01a22c45-71db-7a16-8d8f-b8a654b3959e', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', 202610, 'charge', 0, '01a22c45-71f5-70e7-955c-b19392656b7f', '70174ba2-7e87-002d-e386-c553ae5b64ca', '00000000-0000-0000-0000-000000000000', 20261005, 1, 1, 1, 1, 7000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'refund', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 100000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'adjustment', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 5000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'adjustment', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '00000000-0000-0000-0000-000000000000', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 3, 0, 0, 0, 0, 67840000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202610, 'capture', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 5, 18, 17, 0, 4477800000, 3582240000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 202610, 'charge', 202611, '01a22c45-71db-7a16-8d8f-b8a654b3959e', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202611, 'capture', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261104, 2, 3, 3, 0, 790200000, 632160000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 202611, 'capture', 0, '01a22c45-717a-745a-8d6c-9cfff9e44514', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261114, 1, 1, 1, 0, 263400000, 210720000);
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 0, 0, 1, '\x1d0d3bbbc3621d2e6cf4689b0dbad951f149215691b7379eb303c301f0c73d2a', '\x207659fdb6e89ba5b1dca6d75de4eb7266b60880fa0d51e49e52eb5cf1cb9929', '2026-10-05 11:09:00+00', '\x1d0d3bbbc3621d2e', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 1, 21, 1, '\x207659fdb6e89ba5b1dca6d75de4eb7266b60880fa0d51e49e52eb5cf1cb9929', '\xc934bdf0a1df007ac5a07f29e6aa8389ff4fd4b71eea3c36bab3c84a2fc6d0c7', '2026-10-05 11:09:00+00', '\x4699d7e6c7e1d907f0e21a9d70ac71145f57be0f55beecb2d799f672f815765530ff050468df16dc6e3e634d337453809a56dc85e4ad555c75d3b0b3285527404819b7127eb32c60255b51fcd33350d34f9de59fc90a0ca3e1816076b43fa65d0ba93b0381eb0cd359137f8e96b37a6a9a823e9a81fb2735a9b39e18fa1571786fd6531e12a6c887f27a555b7ed487bf42d9e2c41d8b91d3a46986deb05d28e600f0e99773d9f14e', 9, '\x076839cc48ad2a24345db8f74904a4c665209a103a7d14367726fccb1adfaf4b', '\x9a1f0222b89cae9960d48c480ff6f44affe64e46ac2e2c47df7d2e67129eaaafb63b2d38a4009211f73e77de41dacba82571778b57db8d10ffbedc7531dd496e234be7bede8521b2');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71ad-7054-9087-e022096583c0', 0, 0, 1, '\x50e85b79c82ce2f5f1b2ab15e701aa3a789e7919a9c18213fc1a9dbf39570c38', '\xb7927ddeb397cfce02ef744c6711d3e812322ee3953ed45b95a72960f8bc3454', '2026-10-05 11:09:00+00', '\x50e85b79c82ce2f5', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 0, 0, 1, '\xd7caed90c81c4712129bb106d826431f96a58157518b923bafd4829a249689f0', '\x05d63651274d970281ac9895509696faa499c3b5d492eb4b9b76a97f574c837a', '2026-10-05 11:09:00+00', '\xd7caed90c81c4712', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 1, 3, 1, '\x05d63651274d970281ac9895509696faa499c3b5d492eb4b9b76a97f574c837a', '\xc8b3b0662e10370392e2f841841ed1c76258a0dc9bbe263791f47d0991e694fd', '2026-10-05 11:09:00+00', '\xb1317dc9c6751d4e1cad4a84a7ed615f03be96b2041a67a8', 2, '\xe9ea801967fcaeed5c915671feef723418039e23282354e23ce859194e8b30c4', '\x3d2a75a5b511ee1ac62b52d9047a9bc7');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', 0, 0, 1, '\x82fe444a038584c3cb1938a46765e438aad8079153d0df292ba2197d5fe2578f', '\xec34592f254ef41ea104680f085e9b495298c92b2fdc4bfd9899733278e4b995', '2026-10-05 11:09:00+00', '\x82fe444a038584c3', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', 1, 2, 1, '\xec34592f254ef41ea104680f085e9b495298c92b2fdc4bfd9899733278e4b995', '\xc9ab107caaec8baad34e93a6bda1917d6e9f5cfa706b7f353a9e6852c1f18277', '2026-10-05 11:09:00+00', '\xcff844fb069deb349e1b31bb49ac6aea', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', 22, 34, 1, '\xc934bdf0a1df007ac5a07f29e6aa8389ff4fd4b71eea3c36bab3c84a2fc6d0c7', '\x02910764a7905ac965eacd4b677e08890f4d3ffefc6cd09f6e3fe3ccb2876f18', '2026-11-20 12:00:00+00', '\x232f241db81a99e1cf8559fee590f8f6763ad570aa5eabe7034eefd0298da30be800613a48575a8c3e50c74096745fd3f8a36b0a29b9ec049d518a1d5c9427ad5f2dbde2f50376676e3ec132578820aa3b7c3bdcf31f6d0b50f5042fdc0cd3ac3454171200a91cf8', 4, '\x7bc401409b4305704c793b5a052c2d70338697907ec62d5af5f77ef8b2a8b94d', '\xf320af13f6d481c5e0ee34cd987007b065ff3a36149ccf0400d678f93fcec14c');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', 4, 4, 1, '\xc8b3b0662e10370392e2f841841ed1c76258a0dc9bbe263791f47d0991e694fd', '\xa6c407e3488400a850d4182a43ec0ee42b4864bf241652866e124feb3a2e253c', '2026-11-20 12:00:00+00', '\xfe926ad549ef4216', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7207-7b8d-8432-2c5df9e44514', 1, 'top-up', 100000000000, 0, 'invoice-17', '\x671c460d14a5d7096aee101ba8e4eb6a682b40a65e01ecbc08b15ea6c17e8b07', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', '01a22c45-721b-7bda-9464-c60092656b7f', 1, 'top-up', 500000000000, 0, 'gift', '\xea7a3d30f5e1e4d748c42c501da2e04b44cee90f2affca72766133cd22bcd054', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7229-770b-9636-1ad4f9e44514', 2, 'hold', 526800000, 0, 'job-1', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4b80e079ef9d2f02d3d14d6623', '2026-10-05 09:16:00+00', 'doubt', NULL, '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7234-7029-95cb-53d9f9e44514', 3, 'capture', 526800000, 0, 'job-1/capture', '\xf740b08b777710760cf9522449bd85a479276b1af4d3aabb120548e8aba0e535', '01a22c45-7229-770b-9636-1ad4f9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7245-731e-af5a-cecaf9e44514', 4, 'hold', 1053600000, 0, 'job-partial', '\x6b50c1cac1f8a3e4c5aaaee465e2cb61a1cdec10e6bfe269d1e88e0f07024fa7', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 4, NULL, NULL, 842880000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4c6b407d8e9ce0eb4dd1187b5d', '2026-10-05 09:17:00+00', 'doubt', NULL, '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-724e-76ea-b360-74f2f9e44514', 5, 'capture', 790200000, 263400000, 'job-partial/capture', '\x598a2a1fc01672ab32923517b683120fd2ead6da8e09fa7daebb564a5934b0bd', '01a22c45-7245-731e-af5a-cecaf9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 3, NULL, NULL, 632160000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7258-714c-963b-26eaf9e44514', 6, 'hold', 526800000, 0, 'job-over', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4d55a078129d91f01d617ce0c4', '2026-10-05 09:18:00+00', 'doubt', NULL, '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-725e-7991-b968-6b76f9e44514', 7, 'capture', 526800000, 0, 'job-over/capture', '\x09b7841c280e5fe661b5c1fad6dc0ead7bff107659abf1634764fd51faaee532', '01a22c45-7258-714c-963b-26eaf9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, 1, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-over', '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7276-7004-bd4c-21c5f9e44514', 8, 'hold', 421440000, 0, 'studio/key-1job-member', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4e4000725c967c67cc02e9e525', '2026-10-05 09:19:00+00', 'doubt', NULL, '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c45-71ad-7054-9087-e022096583c0', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-727c-7b0b-a6e4-73d0f9e44514', 9, 'capture', 421440000, 0, 'studio/key-1job-member/capture', '\x05d7d05b2309a81578812c4cac7faf8dc3236393bf7ee742b776af60eb4c10bd', '01a22c45-7276-7004-bd4c-21c5f9e44514', 'held', '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-member', '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c45-71ad-7054-9087-e022096583c0', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', '01a22c45-728d-7e08-8438-8c6354b3959e', 1, 'hold', 1685760000, 0, 'job-agency', '\x6f7dc0465893766bd327314f690cf81c6a46d9077797e0751084de8da3261d37', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4f2a60722287ddba63b1524110', '2026-10-05 09:20:00+00', 'doubt', NULL, '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', '01a22c45-7295-7dec-a064-450d54b3959e', 2, 'capture', 1685760000, 0, 'job-agency/capture', '\x9f2dcc1fa1a4b84816e41d4773ce569eb53584f3173e310bba458fc4500ce47f', '01a22c45-728d-7e08-8438-8c6354b3959e', 'held', '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-agency', '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7299-7ef1-86fb-4905f9e44514', 10, 'hold', 526800000, 0, 'job-refused', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b5014c0730c95aec14575f26500', '2026-10-05 09:21:00+00', 'doubt', NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72a4-74a3-ad2e-1fe8f9e44514', 11, 'void', 526800000, 0, 'job-refused/void', '\xe300c723687d068354d0b48f2889aa47e8afe3a4b20e254a3f0f15350c7faab5', '01a22c45-7299-7ef1-86fb-4905f9e44514', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', 'answered with 429', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72ad-7b6f-b5c3-3e7df9e44514', 12, 'hold', 526800000, 0, 'job-cut', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b50ff20761a87a97e2d0b007525', '2026-10-05 09:22:00+00', 'doubt', NULL, '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72b5-7d9e-a3d9-7f24f9e44514', 13, 'doubt', 526800000, 0, 'job-cut/doubt', '\x9c87c6660dad96f2cd18c128fb1a7bf5a3c795943e14171cd5a6ef59c76fd58a', '01a22c45-72ad-7b6f-b5c3-3e7df9e44514', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', 'connection cut', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72c5-71f1-8c32-8414f9e44514', 14, 'hold', 2107200000, 0, 'job-soft', '\xcd5d60f53a92baf469d1478a52808b57f6f1dda563bae02243db8c84f2354108', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b51e980792d923dddc316cae468', '2026-10-05 09:23:00+00', 'doubt', NULL, '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, 1899240000, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-72c8-76c5-a66d-3443f9e44514', 15, 'capture', 2107200000, 0, 'job-soft/capture', '\x8149b34139b5ef6f3c48a1c3edbf98976dbf0a01c2e3b4425e126222bcf0ab8e', '01a22c45-72c5-71f1-8c32-8414f9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-soft', '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7371-760c-b08e-0748f9e44514', 16, 'hold', 526800000, 0, 'job-late', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b52d3e075e18ad58f224b8f182e', '2026-10-05 09:24:00+00', 'expire', NULL, '2026-10-05 09:09:00+00', '2026-10-05 09:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-73ab-71af-ad66-1915f9e44514', 17, 'expire', 526800000, 0, 'hold_01a22c457371760cb08e0748f9e44514/deadline', '\xa0fd17527e271056cf0def06f2e73433d221d37bef65dc3c9fcac7cc82641fd1', '01a22c45-7371-760c-b08e-0748f9e44514', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'deadline passed', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-73c5-733c-82de-18c4f9e44514', 18, 'charge', 526800000, 0, 'job-late/capture', '\xe74c7e788f8a55db6607bae466d08518017a669812e3e95c0187d8aa8dd653f2', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, '01a22c45-7371-760c-b08e-0748f9e44514', 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-late', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', '01a22c45-73ee-775f-910d-13a354b3959e', 3, 'charge', 210720000, 0, 'by-hand', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e07d74b0cb077c4bfa38e3', NULL, NULL, 'req-by-hand', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71f5-70e7-955c-b19392656b7f', '01a22c45-7412-7ab9-8a63-cb2992656b7f', 2, 'charge', 7000000000, 0, 'club-1', '\x609cb7c5f3e3822ed7106f8eb455b8f24bb87caaf75abd0e14103bc71eabb1cb', NULL, NULL, '70174ba2-7e87-002d-e386-c553ae5b64ca', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e076e2941786719fc914ff', NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7433-73fa-88e6-5b86f9e44514', 19, 'refund', 100000000, 0, 'refund-1', '\xdc7bcbb7d718316f0cf72b156ea76d2d25a7932b4452863e357f5f06748eb269', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', NULL, NULL, NULL, NULL, NULL, NULL, '01a22c45-7234-7029-95cb-53d9f9e44514', 526800000, 0, NULL, NULL, NULL, 'req-job-1', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a blurred picture', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7447-715a-9075-c2e1f9e44514', 20, 'adjustment', 5000000000, 0, 'goodwill', '\xcaeff89205051002f54d0a3c4c5dad3edbbc295ca18b3f81cbdc9b3b9044d372', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a bad week', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-744b-7b4f-9597-3e12f9e44514', 21, 'adjustment', 0, 0, 'rebate', '\xdf2804c063e8fa12ba81f107ce2f4f66d2d097f9fc4b7aefc004a8deff0d3b72', NULL, NULL, NULL, NULL, NULL, NULL, -10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 11:09:00+00', 'a rebate', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7664-7eb6-9837-c3a3f9e44514', 22, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/2/2026-10', '\x8e325d74d757c43b126745b09322b826cf5b15b34819b9223f6b1935d6e04b46', NULL, NULL, NULL, NULL, NULL, NULL, 10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 2 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.41144 USD, statement 0.42144 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-767a-77fa-8db0-b88ef9e44514', 23, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/3/2026-10', '\xcbc59caf8ecebc1f5d4fd7c734fba14543262e1217d03360dfde35d47b7d626b', NULL, NULL, NULL, NULL, NULL, NULL, 67840000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 3 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.63216 USD, statement 0.70 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-76b0-7068-8c79-c1ccf9e44514', 24, 'capture', 526800000, 0, 'recon/e4482c6f29c0c08a/7/2026-10', '\x9be716045bfde605f162d396f005c8f40edc1fbf86c75e1547ccca495cc1f2d0', '01a22c45-72ad-7b6f-b5c3-3e7df9e44514', 'in_doubt', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-11-04 09:00:00+00', 'late_capture: hold_only, line 7 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.00 USD, statement 0.42144 USD', 'finance', '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-71db-7a16-8d8f-b8a654b3959e', '01a22c45-785e-753e-85e3-187a54b3959e', 4, 'charge', 210720000, 0, 'of-october', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4a96807459900cf137eb60a103', NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-11-04 10:00:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, 202611);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7878-7319-860d-6bb4f9e44514', 25, 'hold', 263400000, 0, 'job-november', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a601376072a4adb9e9370ca6cf63', '2026-11-04 10:16:00+00', 'doubt', NULL, '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-787d-713f-902d-caecf9e44514', 26, 'capture', 263400000, 0, 'job-november/capture', '\x3cbad4b33f6d759065179aac1380fdcb1ad609a841e78d6644ef084139d8d0d3', '01a22c45-7878-7319-860d-6bb4f9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-november', '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7884-7e3d-9d6e-98d7f9e44514', 27, 'hold', 526800000, 0, 'job-twice', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a60221c070d887d2ba0af2a2c911', '2026-11-04 10:17:00+00', 'doubt', NULL, '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7894-7bf5-87dc-636df9e44514', 28, 'capture', 526800000, 0, 'job-twice/capture', '\x36bcd7705415fe696a18626c59fae77ee51256d38877fc10ff13bde2dd265b4e', '01a22c45-7884-7e3d-9d6e-98d7f9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-twice', '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-7898-73e3-8af8-8830f9e44514', 29, 'hold', 263400000, 0, 'job-last', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d982a4207d69bd74756d45debaf8', '2026-11-14 10:18:00+00', 'doubt', NULL, '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-789f-7f5e-a6bb-ae00f9e44514', 30, 'capture', 263400000, 0, 'job-last/capture', '\x8b962e4ffd857f14af4f5b9bf4b294c72b21795367171f14f174ceee19550818', '01a22c45-7898-73e3-8af8-8830f9e44514', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-last', '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-79cd-778f-b27b-0a75f9e44514', 31, 'hold', 526800000, 0, 'job-open', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d9838e807a1081401b687626ad08', '2026-11-14 10:19:00+00', 'expire', NULL, '2026-11-14 10:04:00+00', '2026-11-14 10:04:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-79dc-7a7f-95bd-b471f9e44514', 32, 'hold', 421440000, 0, 'studio/key-1job-unknown', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d98478e07748980bdbf29c7b5833', '2026-11-14 10:20:00+00', 'doubt', NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', NULL, NULL, '{"project": "posters"}', 202611, '01a22c45-71ad-7054-9087-e022096583c0', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-79e6-7536-a437-5e88f9e44514', 33, 'doubt', 421440000, 0, 'studio/key-1job-unknown/doubt', '\xaa99e82cd8c1bb2d65eea2574206c20dbcff91975baa2a4855dfc459c1dbb9d8', '01a22c45-79dc-7a7f-95bd-b471f9e44514', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', 'timeout', NULL, NULL, NULL, '01a22c45-71ad-7054-9087-e022096583c0', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c45-717a-745a-8d6c-9cfff9e44514', '01a22c45-79f7-71eb-99e7-9709f9e44514', 34, 'hold', 526800000, 0, 'job-spooled', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d9856340707b9a710aa8101ae20d', '2026-11-14 10:21:00+00', 'doubt', NULL, '2026-11-14 10:06:00+00', '2026-11-14 10:06:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
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
