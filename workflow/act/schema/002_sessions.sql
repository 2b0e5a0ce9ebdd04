-- Invoked charts are instances of their own; messages and timers keep all that SCXML says about an event.
ALTER TABLE act_instance ADD COLUMN parent {{id}} NOT NULL DEFAULT '';
ALTER TABLE act_instance ADD COLUMN invoke_id {{name}} NOT NULL DEFAULT '';
ALTER TABLE act_instance ADD COLUMN children {{text}};
ALTER TABLE act_mailbox ADD COLUMN kind {{id}} NOT NULL DEFAULT 'event';
ALTER TABLE act_mailbox ADD COLUMN origin {{text}};
ALTER TABLE act_timer ADD COLUMN send_id {{name}} NOT NULL DEFAULT '';
ALTER TABLE act_timer ADD COLUMN target {{text}};
ALTER TABLE act_timer ADD COLUMN sequence {{integer}} NOT NULL DEFAULT 0;
UPDATE act_timer SET send_id = timer_id;
