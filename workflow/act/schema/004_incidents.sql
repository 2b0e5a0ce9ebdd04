-- What could not be processed and waits for a person; the claims of the processes that fire timers; and the
-- column by which the tables of instances can be spread over databases.
CREATE TABLE act_incident (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  instance_id {{id}} NOT NULL,
  held {{id}} NOT NULL,
  case_id {{id}} NOT NULL,
  chart {{id}} NOT NULL,
  kind {{id}} NOT NULL,
  event {{name}} NOT NULL,
  data {{text}} NOT NULL,
  origin {{text}},
  receiver {{id}} NOT NULL,
  stream {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  cause {{id}} NOT NULL,
  cause_ja {{text}} NOT NULL,
  cause_en {{text}} NOT NULL,
  cause_line {{integer}} NOT NULL,
  since {{integer}} NOT NULL,
  attempts {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  needs_approval {{integer}} NOT NULL,
  request {{text}},
  closed_by {{id}} NOT NULL,
  closed_at {{integer}},
  closed_reason {{text}} NOT NULL,
  approved_by {{id}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX act_incident_state ON act_incident (state, since, id);
CREATE INDEX act_incident_case ON act_incident (case_id);

ALTER TABLE act_instance ADD COLUMN incident {{id}} NOT NULL DEFAULT '';
ALTER TABLE act_instance ADD COLUMN shard {{integer}} NOT NULL DEFAULT 0;
ALTER TABLE act_mailbox ADD COLUMN shard {{integer}} NOT NULL DEFAULT 0;
ALTER TABLE act_timer ADD COLUMN shard {{integer}} NOT NULL DEFAULT 0;
