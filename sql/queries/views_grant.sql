-- After the views are made: who may read them.
GRANT USAGE ON SCHEMA risk TO plimsoll_read, plimsoll_agent;
GRANT SELECT ON ALL TABLES IN SCHEMA risk TO plimsoll_read, plimsoll_agent;
