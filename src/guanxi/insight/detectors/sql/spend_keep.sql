-- What the next edition may take over: the cycles looked at, with the inputs they rest on.

DELETE FROM kept_cycles WHERE cycle NOT IN (SELECT cycle FROM spend_inputs WHERE is_kept);
DELETE FROM kept_seasons WHERE cycle NOT IN (SELECT cycle FROM spend_inputs WHERE is_kept);
DELETE FROM kept_groups WHERE cycle NOT IN (SELECT cycle FROM spend_inputs WHERE is_kept);
DELETE FROM kept_scores WHERE cycle NOT IN (SELECT cycle FROM spend_inputs WHERE is_kept);
INSERT INTO kept_cycles SELECT cycle, inputs FROM spend_inputs WHERE NOT is_kept;
INSERT INTO kept_seasons SELECT s.* FROM spend_seasons s JOIN spend_inputs i ON i.cycle = s.cycle WHERE NOT i.is_kept;
INSERT INTO kept_groups SELECT g.* FROM spend_groups g JOIN spend_inputs i ON i.cycle = g.cycle WHERE NOT i.is_kept;
INSERT INTO kept_scores SELECT s.* FROM spend_scores s JOIN spend_inputs i ON i.cycle = s.cycle WHERE NOT i.is_kept;
