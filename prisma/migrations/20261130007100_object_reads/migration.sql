-- What is open of one endpoint, domain or zone is asked for by its page, and by the deletion of it.
CREATE INDEX incident_endpoint_id_idx ON incident (endpoint_id) WHERE endpoint_id IS NOT NULL;
CREATE INDEX incident_domain_id_idx ON incident (domain_id) WHERE domain_id IS NOT NULL;
CREATE INDEX incident_zone_id_idx ON incident (zone_id) WHERE zone_id IS NOT NULL;
-- Which watched hosts answer at the same addresses.
CREATE INDEX observation_span_session_address_idx ON observation_span (address) WHERE kind = 'session' AND newest;
