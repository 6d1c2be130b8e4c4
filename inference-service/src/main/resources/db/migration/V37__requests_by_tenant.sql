-- Which tenants have requests by event, and which of these are due, is found without reading all that wait.
CREATE INDEX inference_request_queued ON inference_request (tenant, seq) WHERE status = 'QUEUED';
CREATE INDEX inference_request_later ON inference_request (tenant, not_before) WHERE status = 'QUEUED';
CREATE INDEX inference_request_running ON inference_request (tenant) WHERE status = 'RUNNING';
DROP INDEX inference_request_open;
