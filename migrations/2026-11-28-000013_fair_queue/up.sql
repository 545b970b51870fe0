-- The queue goes round by tenant: a claim steps from one tenant with work to
-- the next, however many jobs each has, and counts what is running of it.
CREATE INDEX jobs_queue ON jobs (kind, tenant_id, run_at) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (kind, tenant_id) WHERE leased_until IS NOT NULL;
DROP INDEX jobs_due;
