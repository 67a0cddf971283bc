-- What the steps after the detectors no longer need: at a million customers it is a gigabyte.

DROP TABLE IF EXISTS spend_months;
DROP TABLE IF EXISTS spend_habits;
DROP TABLE IF EXISTS spend_season;
DROP TABLE IF EXISTS spend_group;
DROP TABLE IF EXISTS spend_explained;
DROP TABLE IF EXISTS visits;
DROP TABLE IF EXISTS credit_cases;
