-- Before the views are made anew; nothing but views lives in schema risk.
DROP SCHEMA IF EXISTS risk CASCADE;
CREATE SCHEMA risk;
