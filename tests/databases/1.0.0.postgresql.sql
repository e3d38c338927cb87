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
    AS $$ DECLARE broken text; BEGIN CASE NEW.kind WHEN 'hold' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('hold'); END IF; broken := coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id'); WHEN 'capture' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('capture'); END IF; broken := coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'charge' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('charge'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; WHEN 'void' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('void'); END IF; broken := coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'expire' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('expire'); END IF; broken := coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'doubt' THEN IF NOT (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('doubt'); END IF; broken := coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id'); WHEN 'refund' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('refund'); END IF; broken := coalesce((SELECT CASE WHEN (p.version < NEW.version AND p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'refunds_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer p WHERE b.account_id = NEW.account_id AND p.account_id = NEW.account_id AND p.id = NEW.refunds_id), 'refunds_id'); WHEN 'adjustment' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('adjustment'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; WHEN 'top-up' THEN IF NOT (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('top-up'); END IF; broken := CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; IF broken <> '' THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; IF NEW.late_hold_id IS NOT NULL THEN IF NOT coalesce((SELECT e.version < NEW.version FROM "public".transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('late_hold_id'); END IF; END IF; IF NEW.cost_rate_id IS NOT NULL THEN IF NOT coalesce((SELECT true FROM "public".rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('cost_rate_id'); END IF; END IF; IF NEW.member_id IS NOT NULL THEN IF NOT coalesce((SELECT m.parent_id = NEW.account_id FROM "public".account m WHERE m.id = NEW.member_id LIMIT 1), false) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('member_id'); END IF; END IF; RETURN NEW; END $$;
CREATE FUNCTION public.billing_transfer_rules_of_many() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ #variable_conflict use_column
DECLARE broken text; sort text; kinds text[]; referring bigint; BEGIN SELECT array_agg(DISTINCT kind), count(late_hold_id) + count(cost_rate_id) + count(member_id) INTO kinds, referring FROM added; IF kinds IS NULL THEN RETURN NULL; END IF; FOREACH sort IN ARRAY kinds LOOP CASE sort WHEN 'hold' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.rate_id IS NOT NULL AND NEW.images IS NOT NULL AND NEW.images >= 1 AND NEW.expires_at IS NOT NULL AND NEW.on_deadline IS NOT NULL AND NEW.on_deadline IN ('expire', 'doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'hold' ELSE coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') END AS rule FROM added AS new WHERE NEW.kind = 'hold') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'capture' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released >= 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'capture' ELSE coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'capture') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'charge' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'charge' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'charge') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'void' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'void' ELSE coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'void') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'expire' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket IN ('held', 'in_doubt') AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'expire' ELSE coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'expire') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'doubt' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NOT NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.released = 0 AND NEW.from_bucket IS NOT NULL AND NEW.from_bucket = 'held' AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'doubt' ELSE coalesce((SELECT CASE WHEN (h.version < NEW.version AND h.kind = 'hold' AND h.amount = NEW.amount + NEW.released AND (NEW.rate_id IS NULL OR h.rate_id = NEW.rate_id) AND coalesce(h.member_id, h.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'hold_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer h WHERE b.account_id = NEW.account_id AND h.account_id = NEW.account_id AND h.id = NEW.hold_id), 'hold_id') END AS rule FROM added AS new WHERE NEW.kind = 'doubt') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'refund' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NOT NULL AND NEW.refunded_before IS NOT NULL AND NEW.refunded_before >= 0 AND NEW.refundable IS NOT NULL AND NEW.refunded_before + NEW.amount <= NEW.refundable AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'refund' ELSE coalesce((SELECT CASE WHEN (p.version < NEW.version AND p.kind IN ('capture', 'charge') AND p.amount = NEW.refundable AND coalesce(p.member_id, p.account_id) = coalesce(NEW.member_id, NEW.account_id)) IS NOT TRUE THEN 'refunds_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".transfer p WHERE b.account_id = NEW.account_id AND p.account_id = NEW.account_id AND p.id = NEW.refunds_id), 'refunds_id') END AS rule FROM added AS new WHERE NEW.kind = 'refund') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'adjustment' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND NEW.reason IS NOT NULL AND NEW.reason <> '' AND NEW.actor IS NOT NULL AND NEW.actor <> '' AND (NEW.cost IS NULL AND NEW.cost_rate_id IS NULL OR NEW.cost IS NOT NULL AND NEW.cost <> 0 AND NEW.amount = 0) AND NEW.amount BETWEEN -1000000000000000000 AND 1000000000000000000) IS NOT TRUE THEN 'adjustment' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'adjustment') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; WHEN 'top-up' THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.hold_id IS NULL AND NEW.from_bucket IS NULL AND NEW.on_deadline IS NULL AND NEW.expires_at IS NULL AND NEW.released = 0 AND NEW.late_hold_id IS NULL AND NEW.refunds_id IS NULL AND (NEW.cost IS NULL) = (NEW.cost_rate_id IS NULL) AND NEW.amount BETWEEN 0 AND 1000000000000000000) IS NOT TRUE THEN 'top-up' ELSE CASE WHEN NEW.rate_id IS NOT NULL THEN coalesce((SELECT CASE WHEN (r.currency = a.currency AND (NEW.kind <> 'hold' OR r.unit_price * NEW.images = NEW.amount)) IS NOT TRUE THEN 'rate_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b, "public".account a, "public".rate r WHERE b.account_id = NEW.account_id AND a.id = NEW.account_id AND r.id = NEW.rate_id), 'rate_id') ELSE coalesce((SELECT CASE WHEN (true) IS NOT TRUE THEN 'account_id' WHEN CASE WHEN NEW.booked_in IS NOT NULL THEN b.closed_through < NEW.booked_in AND NEW.booked_in > (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint AND NEW.booked_in BETWEEN 190001 AND 999912 WHEN b.closed_through > 0 THEN b.closed_through < (extract(year FROM NEW.occurred_at AT TIME ZONE 'UTC') * 100 + extract(month FROM NEW.occurred_at AT TIME ZONE 'UTC'))::bigint ELSE true END THEN '' ELSE 'period' END FROM "public".balance b WHERE b.account_id = NEW.account_id AND true), 'account_id') END END AS rule FROM added AS new WHERE NEW.kind = 'top-up') AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; ELSE RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || ('kind'); END CASE; END LOOP; IF referring > 0 THEN SELECT rule INTO broken FROM (SELECT CASE WHEN (NEW.late_hold_id IS NULL OR coalesce((SELECT e.version < NEW.version FROM "public".transfer e WHERE e.account_id = NEW.account_id AND e.hold_id = NEW.late_hold_id AND e.kind = 'expire' LIMIT 1), false)) AND (NEW.cost_rate_id IS NULL OR coalesce((SELECT true FROM "public".rate r WHERE r.id = NEW.cost_rate_id LIMIT 1), false)) AND (NEW.member_id IS NULL OR coalesce((SELECT m.parent_id = NEW.account_id FROM "public".account m WHERE m.id = NEW.member_id LIMIT 1), false)) THEN '' ELSE 'origin' END AS rule FROM added AS new WHERE true) AS named WHERE rule <> '' LIMIT 1; IF FOUND THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'transfer breaks a rule of the ledger: ' || (broken); END IF; END IF; RETURN NULL; END $$;
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
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 4049547911, 'studio', 'USD', 0, 'partner', '2026-10-05 09:00:00+00', NULL, 3000000000, 'soft');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c65-2be2-7959-94ef-5374361a82ac', 907707052, 'studio/key-1', 'USD', 0, NULL, '2026-10-05 09:00:00+00', '01a22c65-2ba9-72c9-92ee-49d9f15f3287', 2000000000, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 2895306990, 'agency', 'USD', -50000000000, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.account (id, tag, code, currency, floor, plan, opened_at, parent_id, month_limit, limit_kind) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', 311569364, 'club', 'CREDIT', 0, NULL, '2026-10-05 09:00:00+00', NULL, NULL, 'hard');
INSERT INTO public.alembic_version (version_num) VALUES ('0010');
INSERT INTO public.allowance (account_id, member_id, held, in_doubt, posted, month, month_spent, month_limit, limit_kind, month_forced) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2be2-7959-94ef-5374361a82ac', 0, 421440000, 421440000, 202611, 421440000, 20000000000, 'hard', 0);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 97145320000, 1053600000, 421440000, 6379640000, 0, 526800000, 34, 202611, 2528640000, 50000000000, 'hard', 0, '2026-11-14 10:06:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', 493000000000, 0, 0, 7000000000, 0, 0, 2, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.balance (account_id, available, held, in_doubt, posted, floor, forced, version, month, month_spent, month_limit, limit_kind, month_forced, recorded_at, closed_through) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', -2107200000, 0, 0, 2107200000, -80000000000, 0, 4, 202611, 0, NULL, 'hard', 0, '2026-11-04 10:00:00+00', 202610);
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2d74-77fe-914a-efddf15f3287', '01a22c65-2ce6-7167-95a3-9b46f15f3287', '01a22c65-2d31-7949-a744-30e3f15f3287', 'req-job-1', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-1", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-1/0.png", "https://images.example/job-1/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2dc4-7047-9ae9-de15f15f3287', '01a22c65-2d88-7bd6-9da3-d97df15f3287', '01a22c65-2daf-7322-a3e2-51e2f15f3287', 'req-job-partial', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-partial", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-partial/0.png", "https://images.example/job-partial/1.png", "https://images.example/job-partial/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2e36-70d6-a0d7-628cf15f3287', '01a22c65-2de9-7e61-8c3f-0889f15f3287', '01a22c65-2e15-7a44-b3a3-e9dcf15f3287', 'req-job-over', 200, 3, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 3, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-over", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-over/0.png", "https://images.example/job-over/1.png", "https://images.example/job-over/2.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:03:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2e84-7d2c-8c95-0d86f15f3287', '01a22c65-2e5d-740f-bdbf-27d8f15f3287', '01a22c65-2e6d-7b74-865d-97d2f15f3287', 'req-job-member', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-member", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-member/0.png", "https://images.example/job-member/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:04:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', '01a22c65-2eb2-74dd-a596-d655ac92e0ee', '01a22c65-2e9a-764c-943d-5c29ac92e0ee', '01a22c65-2ea3-72dc-a674-9ac6ac92e0ee', 'req-job-agency', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-agency", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-agency/0.png", "https://images.example/job-agency/1.png", "https://images.example/job-agency/2.png", "https://images.example/job-agency/3.png", "https://images.example/job-agency/4.png", "https://images.example/job-agency/5.png", "https://images.example/job-agency/6.png", "https://images.example/job-agency/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:05:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ee9-7987-b176-afa3f15f3287', '01a22c65-2ed2-79b5-8d41-b73af15f3287', '01a22c65-2edd-7ee7-99ad-fccef15f3287', 'req-job-cut', 200, 0, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-cut", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:07:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2f0d-7779-afc0-3c9df15f3287', '01a22c65-2ef4-7e50-a168-76b5f15f3287', '01a22c65-2f04-71a1-a4db-5778f15f3287', 'req-job-soft', 200, 8, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 8, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-soft", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-soft/0.png", "https://images.example/job-soft/1.png", "https://images.example/job-soft/2.png", "https://images.example/job-soft/3.png", "https://images.example/job-soft/4.png", "https://images.example/job-soft/5.png", "https://images.example/job-soft/6.png", "https://images.example/job-soft/7.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 09:08:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3171-77db-a45f-109ef15f3287', '01a22c65-30a3-7319-91cd-a392f15f3287', '01a22c65-3145-7adf-8f57-da61f15f3287', 'req-job-late', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-late", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-late/0.png", "https://images.example/job-late/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-10-05 11:09:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3a1c-7218-8f38-842ef15f3287', '01a22c65-2ed2-79b5-8d41-b73af15f3287', '01a22c65-39e0-7ef9-b72a-ebc3f15f3287', 'req-job-cut', NULL, NULL, '{"created": 1791191220, "request_id": "req-job-cut"}', '2026-11-04 09:00:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f34-71c1-a4f9-b059f15f3287', '01a22c65-3f16-7b48-b645-561df15f3287', '01a22c65-3f2f-72dc-8fdc-3915f15f3287', 'req-job-november', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-november", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-november/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:01:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f82-7f97-be17-c180f15f3287', '01a22c65-3f41-73d3-bb6a-5b9af15f3287', '01a22c65-3f44-7fc2-a3f8-9196f15f3287', 'req-job-twice', 200, 2, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 2, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-twice", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-twice/0.png", "https://images.example/job-twice/1.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-04 10:02:00+00');
INSERT INTO public.evidence (account_id, id, hold_id, transfer_id, request_id, http_status, delivered, detail, recorded_at) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f9f-7635-8f41-f188f15f3287', '01a22c65-3f93-7d03-a764-76d9f15f3287', '01a22c65-3f96-7211-b5d5-24ddf15f3287', 'req-job-last', 200, 1, '{"body_sha256": "0000000000000000000000000000000000000000000000000000000000000000", "created": 1790000000, "delivered": 1, "done_at": "2026-10-05T09:00:09+00:00", "endpoint": "generations", "http_status": 200, "request_id": "req-job-last", "sdk": "openai 3.54.0", "sent_at": "2026-10-05T09:00:00+00:00", "urls": ["https://images.example/job-last/0.png"], "usage": {"input_tokens_details.text_tokens": 12, "output_tokens": 4160}}', '2026-11-14 10:03:00+00');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 1, 15, NULL, 0, 50000000000, 'hard', 'limit-1', '\xcadc5e7985049a30d26e746c87be2f8e17080f0717a7decd7a614161185dccaf', '2026-10-05 09:08:00+00', 'a large order', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 2, 15, '01a22c65-2be2-7959-94ef-5374361a82ac', NULL, 20000000000, 'hard', 'studio/key-1limit-2', '\x625e69c98a2e5fa8adbe51f1234100d005b8c88e1c2b564bd736b9e098fd2b0f', '2026-10-05 09:08:00+00', 'the same', 'ana');
INSERT INTO public.limit_change (account_id, number, version, member_id, floor, month_limit, limit_kind, idem_key, request_digest, recorded_at, reason, actor) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 1, 2, NULL, -80000000000, NULL, 'hard', 'floor-1', '\x14ab82c5e0d01bea26292116da06f3850d7a20863059506fa6e5e41371b0884a', '2026-10-05 09:08:00+00', 'a longer term', 'ana');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 1, 'close', 0, 'ana', NULL, '2026-11-04 09:00:00.000001+00', '\x5e95acd6e82f333282e8a207010a797fe8c70cb76ea02712d033f3a9aa645cb8', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\xa7f1f0d6378a4c804f14e4ede0cceb7f024b4f40f2fb048ce19b96141345e6cc');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 2, 'reopen', 0, 'ana', 'a revised statement came', '2026-11-04 09:00:00.000002+00', NULL, NULL, '\x49ac65a6dfc9f978924ff63ede72668dd556fe44d2030e8db895a260137399a2');
INSERT INTO public.period_event (month, number, kind, forced, actor, reason, recorded_at, report_digest, book_digests, hash) VALUES (202610, 3, 'close', 0, 'ana', 'the revised statement', '2026-11-04 10:00:00+00', '\x5e95acd6e82f333282e8a207010a797fe8c70cb76ea02712d033f3a9aa645cb8', '[{"digest": "c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5", "id": "club-credits", "version": "2026-01-01"}, {"digest": "c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111", "id": "openai-gpt-image-2", "version": "2026-04-21"}]', '\xae5d036b5f04ccf5b8e2932d269de7f3fc97fa235dd4617181b2afe8b5b09702');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('33457950-473d-f444-c765-1cc0d575173f', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 210720000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', NULL, 'book');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('45efa8ce-a3be-eb86-25f9-ed977a693d02', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 263400000, 'USD', 'openai-gpt-image-2', '2026-04-21', 'c42cf28b148e7395426472863729b17e55c05515411962e0bd08321ad56ce111', 'partner', 'plan markup 0.25');
INSERT INTO public.rate (id, model, endpoint, size, tier, quality, unit_price, currency, book_id, book_version, book_digest, plan, set_by) VALUES ('70174ba2-7e87-002d-e386-c553ae5b64ca', 'gpt-image-2', 'generations', '1024x1024', '1K', 'high', 7000000000, 'CREDIT', 'club-credits', '2026-01-01', 'c9490fc4ec0bf7935c6dfe3b9f48b1ff4446ab2e96305ee2a3f6cf98e05543b5', NULL, 'book');
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 1, 'amount_mismatch', 'cost', 'price_variance', '2', 2, 'req-job-1', 'hold_01a22c652ce6716795a39b46f15f3287', 'capture_01a22c652d317949a74430e3f15f3287', 'studio', '2026-10-05 09:01:00+00', NULL, 411440000, 421440000, 10000000, 'adjust the cost by 0.01 USD, price variance, or dispute', 'adjustment_01a22c653943771aa28925cff15f3287', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 2, 'amount_mismatch', 'cost', 'price_variance', '3', 3, 'req-job-partial', 'hold_01a22c652d887bd69da3d97df15f3287', 'capture_01a22c652daf7322a3e251e2f15f3287', 'studio', '2026-10-05 09:02:00+00', NULL, 632160000, 700000000, 67840000, 'adjust the cost by 0.06784 USD, price variance, or dispute', 'adjustment_01a22c6539787a65a039e287f15f3287', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 3, 'hold_only', 'capture', 'late_capture', '7', 7, 'req-job-cut', 'hold_01a22c652ed279b58d41b73af15f3287', NULL, 'studio', '2026-10-05 09:07:00+00', NULL, 0, 421440000, 0, 'capture 2 of 2', 'capture_01a22c6539e07ef9b72aebc3f15f3287', NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (1, 4, 'unparseable', 'person', NULL, NULL, 11, 'req-nobody', NULL, NULL, NULL, NULL, NULL, 0, 50000000, 0, 'mend the line: status: ''charge'' is not one of charged, refunded, tax, fee, credit, total', NULL, NULL);
INSERT INTO public.recon_item (run, number, class_name, decision, reason, what, line, request_id, hold_id, transfer_id, account, occurred_at, day, ledger_amount, statement_amount, amount, proposal, booked_as, of_run) VALUES (3, 1, 'duplicate_line', 'carry', 'dispute', '4', 4, 'req-job-twice', 'hold_01a22c653f4173d3bb6a5b9af15f3287', 'capture_01a22c653f447fc2a3f89196f15f3287', NULL, '2026-11-04 10:02:00+00', NULL, 0, 0, -421440000, '', NULL, NULL);
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (1, 202610, 'USD', 'e4482c6f29c0c08a0da6df8cd1329d20a7107dec9fbddaae4e5ba0ba8627ddfa', 'statement.csv', 10, NULL, 0, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0.05", "statement": "6.43944", "carried": "0", "unexplained": "0.05"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xe0697bcf7c5e2e0ccccffb8737e6e280514a34bc79b677f6bcc377bbec3fb940', 4, 'finance', NULL, '2026-11-04 09:00:00+00', '\x4276d56968cc89de01e7f82b2bbfc38a8418a821fc1846c59e5ebf66039cd336');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (2, 202610, 'USD', '1e83b0b70f84953f62909bb23e85102b990d2508765c05646014006b4749d225', 'statement.csv', 9, 1, 1, '{"opening": "0", "ledger": "6.38944", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "6.38944", "carried": "0", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\x9d40b491f8905e2207077ba8fb50c064ef96e74b3693890fe2edd31df227dfd4', 0, 'finance', 'board', '2026-11-04 09:00:00+00', '\xd918033a6b43e2c8ee047c648cebbaebc416ba76f1712128ec35b7a6d97f869f');
INSERT INTO public.recon_run (number, month, currency, statement_sha256, statement_name, lines, supersedes, is_clean, proof, settings, result_digest, items, actor, approver, recorded_at, hash) VALUES (3, 202611, 'USD', 'b5dc762c884ffb44b405e160442f9ac650120669abb0fc87ca7564e193e476c8', 'statement.csv', 4, NULL, 1, '{"opening": "0", "ledger": "0.84288", "adjustments": "0", "tolerated": "0", "open": "0", "statement": "1.26432", "carried": "-0.42144", "unexplained": "0"}', '{"line": "0", "bucket_minor_units": "0.5", "bucket_share": "0.001", "month_share": "0.0001", "edge": "3600 s", "settling_lag": "259200 s", "write_off_limit": "0.01", "approve_over": null, "unallocated": "unallocated", "provider_charges": "provider-charges"}', '\xbd121ea6ad8cec8187b17a813b852c491944d19558867be2ea96deb0b11d21a4', 1, 'finance', NULL, '2026-11-14 10:03:00+00', '\x312d6224a06049e8dd64d1d4ea7e88077e92e3805be3b9fb07dcb86065713988');
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'capture', 0, '01a22c65-2be2-7959-94ef-5374361a82ac', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 421440000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 202610, 'capture', 0, '01a22c65-2c31-7200-b26f-1f00ac92e0ee', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 8, 8, 0, 1685760000, 1685760000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'charge', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 2, 2, 0, 526800000, 421440000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 202610, 'charge', 0, '01a22c65-2c31-7200-b26f-1f00ac92e0ee', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', 202610, 'charge', 0, '01a22c65-2c6b-70d3-960b-826812922bd4', '70174ba2-7e87-002d-e386-c553ae5b64ca', '00000000-0000-0000-0000-000000000000', 20261005, 1, 1, 1, 1, 7000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'refund', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 100000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'adjustment', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 20261005, 1, 0, 0, 1, 5000000000, 0);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'adjustment', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '00000000-0000-0000-0000-000000000000', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 3, 0, 0, 0, 0, 67840000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202610, 'capture', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 5, 18, 17, 0, 4477800000, 3582240000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 202610, 'charge', 202611, '01a22c65-2c31-7200-b26f-1f00ac92e0ee', '33457950-473d-f444-c765-1cc0d575173f', '33457950-473d-f444-c765-1cc0d575173f', 20261005, 1, 1, 1, 0, 210720000, 210720000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202611, 'capture', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261104, 2, 3, 3, 0, 790200000, 632160000);
INSERT INTO public.rollup (account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day, transfers, asked, images, uncosted, amount, cost) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 202611, 'capture', 0, '01a22c65-2ba9-72c9-92ee-49d9f15f3287', '45efa8ce-a3be-eb86-25f9-ed977a693d02', '33457950-473d-f444-c765-1cc0d575173f', 20261114, 1, 1, 1, 0, 263400000, 210720000);
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 0, 0, 1, '\xe57946c04b26995e5dee0bf35ffae43b1feff5c9bb5540645fedc97dffb33da0', '\xb8243416dd01681f9638247ebdc4e713bd73ceec7363c55f1745a78a4a9191e2', '2026-10-05 11:09:00+00', '\xe57946c04b26995e', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 1, 21, 1, '\xb8243416dd01681f9638247ebdc4e713bd73ceec7363c55f1745a78a4a9191e2', '\x952c4a569ed239ebff03d737512af7e43e43645a8187cf3729751bd14a8075ab', '2026-10-05 11:09:00+00', '\xa7dd5ba0f6f87b8ecf70978e8afd93aa1ecb47b1d658f79936d2be2f7076a79e4df528c0426ce89f5477fdf21f3be8a141856def648c0b3e9bbd94127e8227db8da3cecd75776d5f4f954333e598de537be9f34f5e69b7615315e11a7321b084a598bad2662ae25e287c3bae8f56b61b4ba6260426499668dab1f29198137f9f5114ba31e9b76dd59177ab4fa6b15542ca3618de4e4339ac1e9e10bd9306e2b7fb6cbfa6a5f030f6', 9, '\x34897cc2511c1361826207ab3db2dd6a5b4afae3a62c7f41c092f19ebc5692c1', '\xb377f808c29bd2f272ee54069c1d33ff54d7eff2a0b9dec4c8d1c8c302aacd8978bc9c3a559ca258e3d51d32b62678d8910862d032c6d9a7f3c479a6d5eeb8f0b763267870c5acf6');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2be2-7959-94ef-5374361a82ac', 0, 0, 1, '\x19a1d7cd9a2d6047600f470fe3ed1f69fec0016a62a7c6ac91d06d649d4fdd2d', '\xde6e75bd924d491fd89f838f4b63e68feaa9acebb3346f24a5e76aad2f3bf0cb', '2026-10-05 11:09:00+00', '\x19a1d7cd9a2d6047', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 0, 0, 1, '\xe6654d4caa7443376669790f37c21e854e9df07e3bf31b3bdb4c089104ce8ccd', '\xc0c21a8e4b645a8456f61d13653addc676125370ed927ac5ec3aa4bf7ad5476b', '2026-10-05 11:09:00+00', '\xe6654d4caa744337', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 1, 3, 1, '\xc0c21a8e4b645a8456f61d13653addc676125370ed927ac5ec3aa4bf7ad5476b', '\x5c939f285b839d9dfd2835b27994fbe844e9281a45a626002e3fd183f83461a4', '2026-10-05 11:09:00+00', '\x766ad598dfd5c0540551c8b5eed746d5f9764a4bcd22be6c', 2, '\x253cb307464d625e01452bc47bcb1075624319e75a34f267b989de1dc9ef042c', '\x4be51069144e6bf4c65f2ea7a5ed2678');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', 0, 0, 1, '\x6a0e5edd2e619a28a266d6ffc536ca5c07e46bc10609f5ce042b2caf9edc6e15', '\xde33711bcc86c5fcdc51890e7baea5191f92e6198ac7ae9536f584c8aea13cdf', '2026-10-05 11:09:00+00', '\x6a0e5edd2e619a28', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', 1, 2, 1, '\xde33711bcc86c5fcdc51890e7baea5191f92e6198ac7ae9536f584c8aea13cdf', '\x55fea1be795e87fc32afdf0b809f3896c1aced67b79ef1f824e3a0f66f898da1', '2026-10-05 11:09:00+00', '\x065cddb4d4b901d5cf4b928af5fbc210', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', 22, 34, 1, '\x952c4a569ed239ebff03d737512af7e43e43645a8187cf3729751bd14a8075ab', '\x632a276ae5ec95a8ed4a8b865ee47a5b3fe0fff08772a22768bbae86e2dcac7f', '2026-11-20 12:00:00+00', '\x0808e8b799bea721acc7106d2bf8d1841bdbc925b537ec84b448e298690a80f7980398a368f607f4bf2a10fee0a771999bccdcd84567e4fa1886eae62e55c7b0f91fc32e982eb8c7db2b8f8ffb77651da2b16177c70beb388146faf54167e63fa116e62f8852087c', 4, '\x122bd75145a4cd09a51d1375c3dcd24e06cb16667dfff57a2cf74bbc5115e06a', '\xd98962a50b3abb110fa9f7dcad85bc9fa30a9691633fb3e53654527b8315a629');
INSERT INTO public.seal (account_id, from_version, to_version, encoding, prev_hash, hash, sealed_at, row_digests, evidence_count, evidence_hash, evidence_digests) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', 4, 4, 1, '\x5c939f285b839d9dfd2835b27994fbe844e9281a45a626002e3fd183f83461a4', '\x3a6191e63c9e830a5dc5de05562d471ebcd54f3393f1c430bfc4834dcd6b1183', '2026-11-20 12:00:00+00', '\x049ac61cff05419b', 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\x');
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ca1-7113-8679-9307f15f3287', 1, 'top-up', 100000000000, 0, 'invoice-17', '\x671c460d14a5d7096aee101ba8e4eb6a682b40a65e01ecbc08b15ea6c17e8b07', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', '01a22c65-2cd9-7993-9d2a-cf2d12922bd4', 1, 'top-up', 500000000000, 0, 'gift', '\xea7a3d30f5e1e4d748c42c501da2e04b44cee90f2affca72766133cd22bcd054', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-10-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ce6-7167-95a3-9b46f15f3287', 2, 'hold', 526800000, 0, 'job-1', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4b80e07072a279a706fd1ca2fe', '2026-10-05 09:16:00+00', 'doubt', NULL, '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2d31-7949-a744-30e3f15f3287', 3, 'capture', 526800000, 0, 'job-1/capture', '\x94a66763454da6e76196f756f760acea49a1bb05647268fec24c747f2bda2059', '01a22c65-2ce6-7167-95a3-9b46f15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 09:01:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2d88-7bd6-9da3-d97df15f3287', 4, 'hold', 1053600000, 0, 'job-partial', '\x6b50c1cac1f8a3e4c5aaaee465e2cb61a1cdec10e6bfe269d1e88e0f07024fa7', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 4, NULL, NULL, 842880000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4c6b407907a8a90d6f462cf318', '2026-10-05 09:17:00+00', 'doubt', NULL, '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2daf-7322-a3e2-51e2f15f3287', 5, 'capture', 790200000, 263400000, 'job-partial/capture', '\x423d19892643483c1b2eb6d9d6082697a7f5b007bf8432385943b85e3006a66b', '01a22c65-2d88-7bd6-9da3-d97df15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 3, NULL, NULL, 632160000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-10-05 09:02:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2de9-7e61-8c3f-0889f15f3287', 6, 'hold', 526800000, 0, 'job-over', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4d55a077c58766ba9fdfebf426', '2026-10-05 09:18:00+00', 'doubt', NULL, '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2e15-7a44-b3a3-e9dcf15f3287', 7, 'capture', 526800000, 0, 'job-over/capture', '\x8f3b69d8e2b8197b64d097284faca8f106daf4210753f5d41dd8e3d1fee8e592', '01a22c65-2de9-7e61-8c3f-0889f15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, 1, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-over', '2026-10-05 09:03:00+00', '2026-10-05 09:03:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2e5d-740f-bdbf-27d8f15f3287', 8, 'hold', 421440000, 0, 'studio/key-1job-member', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4e40007597a8341419b8776f06', '2026-10-05 09:19:00+00', 'doubt', NULL, '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c65-2be2-7959-94ef-5374361a82ac', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2e6d-7b74-865d-97d2f15f3287', 9, 'capture', 421440000, 0, 'studio/key-1job-member/capture', '\xc608f559b62f255e8893478c6de64692ec3ec56595084a364c44c359e82c7a6a', '01a22c65-2e5d-740f-bdbf-27d8f15f3287', 'held', '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-member', '2026-10-05 09:04:00+00', '2026-10-05 09:04:00+00', NULL, NULL, '{"project": "posters"}', 202610, '01a22c65-2be2-7959-94ef-5374361a82ac', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', '01a22c65-2e9a-764c-943d-5c29ac92e0ee', 1, 'hold', 1685760000, 0, 'job-agency', '\x6f7dc0465893766bd327314f690cf81c6a46d9077797e0751084de8da3261d37', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4f2a607efabf669707900154df', '2026-10-05 09:20:00+00', 'doubt', NULL, '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', '01a22c65-2ea3-72dc-a674-9ac6ac92e0ee', 2, 'capture', 1685760000, 0, 'job-agency/capture', '\xad7402d9933ddb812b4cd51a80a1bb64828d91459f21438a1a9bd5fa84d99aef', '01a22c65-2e9a-764c-943d-5c29ac92e0ee', 'held', '33457950-473d-f444-c765-1cc0d575173f', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-agency', '2026-10-05 09:05:00+00', '2026-10-05 09:05:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2eba-7218-accf-e8caf15f3287', 10, 'hold', 526800000, 0, 'job-refused', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b5014c07c449998af0d50fd8541', '2026-10-05 09:21:00+00', 'doubt', NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ec0-7ffd-a669-7325f15f3287', 11, 'void', 526800000, 0, 'job-refused/void', '\x3456f517cf134419d1b1f33449ec9470658c2a6a774020d7aa9483719e50a817', '01a22c65-2eba-7218-accf-e8caf15f3287', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 09:06:00+00', '2026-10-05 09:06:00+00', 'answered with 429', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ed2-79b5-8d41-b73af15f3287', 12, 'hold', 526800000, 0, 'job-cut', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b50ff207601a93e8ee6c8efacc9', '2026-10-05 09:22:00+00', 'doubt', NULL, '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2edd-7ee7-99ad-fccef15f3287', 13, 'doubt', 526800000, 0, 'job-cut/doubt', '\x22db9f3591ab84bae7e06dee992fd8ee54b4760530dd3d1432c0da10f63ad566', '01a22c65-2ed2-79b5-8d41-b73af15f3287', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-10-05 09:07:00+00', 'connection cut', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2ef4-7e50-a168-76b5f15f3287', 14, 'hold', 2107200000, 0, 'job-soft', '\xcd5d60f53a92baf469d1478a52808b57f6f1dda563bae02243db8c84f2354108', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b51e980721a9b83e45c9f433688', '2026-10-05 09:23:00+00', 'doubt', NULL, '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, 1899240000, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-2f04-71a1-a4db-5778f15f3287', 15, 'capture', 2107200000, 0, 'job-soft/capture', '\x082bb53fe01deae8243e20ebe52263ea91b499e5e7f9ad6433a6653c77fd6b92', '01a22c65-2ef4-7e50-a168-76b5f15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 8, NULL, NULL, 1685760000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-soft', '2026-10-05 09:08:00+00', '2026-10-05 09:08:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-30a3-7319-91cd-a392f15f3287', 16, 'hold', 526800000, 0, 'job-late', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b52d3e07b4eba1a12ceebfc03e4', '2026-10-05 09:24:00+00', 'expire', NULL, '2026-10-05 09:09:00+00', '2026-10-05 09:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3116-76ad-ae61-83b5f15f3287', 17, 'expire', 526800000, 0, 'hold_01a22c6530a3731991cda392f15f3287/deadline', '\xc32078e082d57c70abb17aece7351f72f0a16895d131d42923281b0d1ac0bcff', '01a22c65-30a3-7319-91cd-a392f15f3287', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'deadline passed', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3145-7adf-8f57-da61f15f3287', 18, 'charge', 526800000, 0, 'job-late/capture', '\xcad0643813ccbb9086ce979485f874608e84f91c36b912ed1c5486734759aab4', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, '01a22c65-30a3-7319-91cd-a392f15f3287', 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-late', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', '01a22c65-3188-7fdb-b4ce-5909ac92e0ee', 3, 'charge', 210720000, 0, 'by-hand', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e0753cad43c444c9739eaf', NULL, NULL, 'req-by-hand', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c6b-70d3-960b-826812922bd4', '01a22c65-31a4-7660-922b-bf2c12922bd4', 2, 'charge', 7000000000, 0, 'club-1', '\x609cb7c5f3e3822ed7106f8eb455b8f24bb87caaf75abd0e14103bc71eabb1cb', NULL, NULL, '70174ba2-7e87-002d-e386-c553ae5b64ca', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'quote_01a10bc0b0e07646ad857186831036e4', NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-31ea-78f7-a58e-6bfef15f3287', 19, 'refund', 100000000, 0, 'refund-1', '\x9feb44941b7873bb1c049e33977d4e37a8740aa77c50f425daed5017ce13e599', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', NULL, NULL, NULL, NULL, NULL, NULL, '01a22c65-2d31-7949-a744-30e3f15f3287', 526800000, 0, NULL, NULL, NULL, 'req-job-1', '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a blurred picture', NULL, NULL, 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3217-76c5-9875-e42df15f3287', 20, 'adjustment', 5000000000, 0, 'goodwill', '\xcaeff89205051002f54d0a3c4c5dad3edbbc295ca18b3f81cbdc9b3b9044d372', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-10-05 11:09:00+00', '2026-10-05 11:09:00+00', 'a bad week', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-322a-7c91-9532-650ff15f3287', 21, 'adjustment', 0, 0, 'rebate', '\x07025b30c77c8c9c7bc44dbe3e5a7700717346a30804cf61e10db4091f3e4a9f', NULL, NULL, NULL, NULL, NULL, NULL, -10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-10-05 11:09:00+00', 'a rebate', 'ana', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3943-771a-a289-25cff15f3287', 22, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/2/2026-10', '\x66d254b783ca53ace6b5613edcd269ffb752361424dab12657dc92fb09fa08c0', NULL, NULL, NULL, NULL, NULL, NULL, 10000000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-1', '2026-10-05 09:01:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 2 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.41144 USD, statement 0.42144 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3978-7a65-a039-e287f15f3287', 23, 'adjustment', 0, 0, 'recon/e4482c6f29c0c08a/3/2026-10', '\xee5d7298c76a9991f9b1e777a9e0b8ade22adbb4bb35e0992c4f08892657f313', NULL, NULL, NULL, NULL, NULL, NULL, 67840000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-partial', '2026-10-05 09:02:00+00', '2026-11-04 09:00:00+00', 'price_variance: amount_mismatch, line 3 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.63216 USD, statement 0.70 USD', 'finance', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-39e0-7ef9-b72a-ebc3f15f3287', 24, 'capture', 526800000, 0, 'recon/e4482c6f29c0c08a/7/2026-10', '\xe700c591c864b5d5bc0e03af5450845b42f3aafcef362b3b6d25e6626256c7c9', '01a22c65-2ed2-79b5-8d41-b73af15f3287', 'in_doubt', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-cut', '2026-10-05 09:07:00+00', '2026-11-04 09:00:00+00', 'late_capture: hold_only, line 7 of statement_e4482c6f29c0c08a0da6df8cd1329d20, ledger 0.00 USD, statement 0.42144 USD', 'finance', '{"project": "posters"}', 202610, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2c31-7200-b26f-1f00ac92e0ee', '01a22c65-3ee4-79bb-9ccc-3e74ac92e0ee', 4, 'charge', 210720000, 0, 'of-october', '\x2fd7e062079da8a43e634ea7012cb5a58ed34eb8f4027d7e0f11c665e621060f', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a10b4a968079a6a2200cb24554c450', NULL, NULL, NULL, '2026-10-05 09:00:00+00', '2026-11-04 10:00:00+00', NULL, NULL, NULL, 202610, NULL, NULL, NULL, 202611);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f16-7b48-b645-561df15f3287', 25, 'hold', 263400000, 0, 'job-november', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a60137607ade95288e44db3b6899', '2026-11-04 10:16:00+00', 'doubt', NULL, '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f2f-72dc-8fdc-3915f15f3287', 26, 'capture', 263400000, 0, 'job-november/capture', '\xd621208c7f26e1350fa909590fda83645bdc95f08407f210d8523d2aecbbec5c', '01a22c65-3f16-7b48-b645-561df15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-november', '2026-11-04 10:01:00+00', '2026-11-04 10:01:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f41-73d3-bb6a-5b9af15f3287', 27, 'hold', 526800000, 0, 'job-twice', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1a60221c0741897bbab9508982ff9', '2026-11-04 10:17:00+00', 'doubt', NULL, '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f44-7fc2-a3f8-9196f15f3287', 28, 'capture', 526800000, 0, 'job-twice/capture', '\x1ce6a5781248b41a2b00a3353650ebece5f460ef449079772754ce643e253f04', '01a22c65-3f41-73d3-bb6a-5b9af15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-twice', '2026-11-04 10:02:00+00', '2026-11-04 10:02:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f93-7d03-a764-76d9f15f3287', 29, 'hold', 263400000, 0, 'job-last', '\x0a4f1d6e5db92766c5508f5222b8c7da2025230454fbc6a8f064250366537806', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d982a4207d45bad9f060c1e6f958', '2026-11-14 10:18:00+00', 'doubt', NULL, '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-3f96-7211-b5d5-24ddf15f3287', 30, 'capture', 263400000, 0, 'job-last/capture', '\x445c1341da2ba5da1bdb1a63da420a82cf30f6ecfec917ab9179860229334d51', '01a22c65-3f93-7d03-a764-76d9f15f3287', 'held', '45efa8ce-a3be-eb86-25f9-ed977a693d02', 1, NULL, NULL, 210720000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req-job-last', '2026-11-14 10:03:00+00', '2026-11-14 10:03:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-4127-7194-ac66-8f72f15f3287', 31, 'hold', 526800000, 0, 'job-open', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d9838e80790f96783f688154bae2', '2026-11-14 10:19:00+00', 'expire', NULL, '2026-11-14 10:04:00+00', '2026-11-14 10:04:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-4139-7403-8960-1739f15f3287', 32, 'hold', 421440000, 0, 'studio/key-1job-unknown', '\x00442fb3b5b445a7ec80958fcd9c914862bc9accff289fa86342912ebe15122e', NULL, NULL, '33457950-473d-f444-c765-1cc0d575173f', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d98478e076c8afc7deb43b25e2b9', '2026-11-14 10:20:00+00', 'doubt', NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', NULL, NULL, '{"project": "posters"}', 202611, '01a22c65-2be2-7959-94ef-5374361a82ac', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-4146-75c9-abbf-647cf15f3287', 33, 'doubt', 421440000, 0, 'studio/key-1job-unknown/doubt', '\xaed75d9bcccb2dd92c08d1094ea7a27e4c2810505fad729ae4638b41dc8c28a9', '01a22c65-4139-7403-8960-1739f15f3287', 'held', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-14 10:05:00+00', '2026-11-14 10:05:00+00', 'timeout', NULL, NULL, NULL, '01a22c65-2be2-7959-94ef-5374361a82ac', NULL, NULL, NULL);
INSERT INTO public.transfer (account_id, id, version, kind, amount, released, idem_key, request_digest, hold_id, from_bucket, rate_id, images, over_delivered, late_hold_id, cost, cost_rate_id, actual_cost, refunds_id, refundable, refunded_before, quote_id, expires_at, on_deadline, request_id, occurred_at, recorded_at, reason, actor, tags, month, member_id, over_limit, member_over_limit, booked_in) VALUES ('01a22c65-2ba9-72c9-92ee-49d9f15f3287', '01a22c65-415f-7042-9fd4-418cf15f3287', 34, 'hold', 526800000, 0, 'job-spooled', '\xc469c7feb207f8d2ee1163ee17d778ac336da3854c7e9a8347ec73dd6920debb', NULL, NULL, '45efa8ce-a3be-eb86-25f9-ed977a693d02', 2, NULL, NULL, 421440000, '33457950-473d-f444-c765-1cc0d575173f', NULL, NULL, NULL, NULL, 'quote_01a1d98563407a7288564bc226201628', '2026-11-14 10:21:00+00', 'doubt', NULL, '2026-11-14 10:06:00+00', '2026-11-14 10:06:00+00', NULL, NULL, '{"project": "posters"}', 202611, NULL, NULL, NULL, NULL);
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
CREATE TRIGGER allowance_append_only_keys AFTER UPDATE OF account_id, member_id ON public.allowance FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.allowance ENABLE ALWAYS TRIGGER allowance_append_only_keys;
CREATE TRIGGER allowance_append_only_rows BEFORE DELETE ON public.allowance FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.allowance ENABLE ALWAYS TRIGGER allowance_append_only_rows;
CREATE TRIGGER allowance_append_only_truncate BEFORE TRUNCATE ON public.allowance FOR EACH STATEMENT EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.allowance ENABLE ALWAYS TRIGGER allowance_append_only_truncate;
CREATE TRIGGER balance_append_only_keys AFTER UPDATE OF account_id ON public.balance FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.balance ENABLE ALWAYS TRIGGER balance_append_only_keys;
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
CREATE TRIGGER rollup_append_only_keys AFTER UPDATE OF account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day ON public.rollup FOR EACH ROW EXECUTE FUNCTION public.billing_append_only();
ALTER TABLE public.rollup ENABLE ALWAYS TRIGGER rollup_append_only_keys;
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
