CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'queued';
DROP INDEX jobs_running;
DROP INDEX jobs_queue;
