-- Runs once, in a new database.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
