-- What a back-test gathers (backtesting.py), month by month: what was stated at each month's end, who could have been
-- stated, and the seasons of that day. Money in minor units; cycle: the number of the replayed month.

CREATE OR REPLACE TEMP TABLE backtest_stated (
    cycle INTEGER, key VARCHAR, customer_id BIGINT, state VARCHAR, told_on DATE, last_on DATE, lapsed_on DATE, usual BIGINT
);
CREATE OR REPLACE TEMP TABLE backtest_risk (cycle INTEGER, customer_id BIGINT);
CREATE OR REPLACE TEMP TABLE backtest_seasons (cycle INTEGER, segment VARCHAR, calendar INTEGER, factor DOUBLE);
CREATE OR REPLACE TEMP TABLE backtest_scores (cycle INTEGER, segment VARCHAR, z DOUBLE);
CREATE OR REPLACE TEMP TABLE backtest_gone (customer_id BIGINT);

-- Judged cycles are handed on from one month to the next as from one edition to the next, beside the edition's own.
CREATE OR REPLACE TEMP TABLE kept_cycles AS SELECT * FROM kept_cycles WHERE FALSE;
CREATE OR REPLACE TEMP TABLE kept_seasons AS SELECT * FROM kept_seasons WHERE FALSE;
CREATE OR REPLACE TEMP TABLE kept_groups AS SELECT * FROM kept_groups WHERE FALSE;
CREATE OR REPLACE TEMP TABLE kept_scores AS SELECT * FROM kept_scores WHERE FALSE;
