-- What the next edition may take over: the rhythms, and the day, the number of gaps and the season ($terms) they hold for.

DELETE FROM rhythms WHERE customer_id NOT IN (SELECT customer_id FROM kept_rhythms);
INSERT INTO rhythms SELECT * FROM fresh_rhythms;
DELETE FROM meta WHERE name = 'rhythms';
INSERT INTO meta VALUES ('rhythms', $terms);
