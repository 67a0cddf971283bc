-- Nothing was kept that holds for the day asked for: every rhythm is computed.

CREATE OR REPLACE TEMP VIEW stale_days AS SELECT * FROM counted_days;
CREATE OR REPLACE TEMP VIEW kept_rhythms AS SELECT * FROM rhythms WHERE FALSE;
