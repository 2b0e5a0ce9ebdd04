-- Which process is about to fire a timer, and the order in which timers fire as an index: a batch of due ones is
-- read without looking at those that wait.
ALTER TABLE act_timer ADD COLUMN claim_owner {{id}} NOT NULL DEFAULT '';
ALTER TABLE act_timer ADD COLUMN claim_fence {{integer}} NOT NULL DEFAULT 0;
INSERT INTO act_counter (series, value) VALUES ('act/timer-claim', 0);
CREATE INDEX act_timer_next ON act_timer (due, sequence, instance_id, timer_id);
-- only: sqlite
DROP INDEX act_timer_due;
-- only: mysql
DROP INDEX act_timer_due ON act_timer;
