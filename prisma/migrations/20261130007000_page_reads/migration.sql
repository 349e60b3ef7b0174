-- Endpoints that ever had an address: clients that report by address alone mean one of their names.
CREATE INDEX observation_span_addresses_idx ON observation_span USING gin ((facts #> '{facts,list}')) WHERE kind = 'addresses';

-- Endpoints that have TLSA records now: few of many.
CREATE INDEX observation_span_tlsa_idx ON observation_span (endpoint_id)
  WHERE kind = 'tlsa' AND newest AND jsonb_typeof(facts #> '{lookup,facts,records}') = 'array'
    AND (facts #> '{lookup,facts,records,0}') IS NOT NULL;
