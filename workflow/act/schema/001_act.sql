CREATE TABLE act_command (
  caller {{id}} NOT NULL,
  method {{id}} NOT NULL,
  request_id {{id}} NOT NULL,
  request_hash {{id}} NOT NULL,
  outcome {{text}} NOT NULL,
  answered_at {{integer}} NOT NULL,
  PRIMARY KEY (caller, method, request_id)
) {{table_options}};

CREATE TABLE act_instance (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  chart {{id}} NOT NULL,
  chart_hash {{id}} NOT NULL,
  case_id {{id}} NOT NULL,
  owner {{id}} NOT NULL,
  snapshot {{text}} NOT NULL,
  actors {{text}} NOT NULL,
  tasks {{text}} NOT NULL,
  timers {{text}} NOT NULL,
  mail_sequence {{integer}} NOT NULL,
  journal_sequence {{integer}} NOT NULL,
  journal_hash {{id}} NOT NULL,
  finished {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX act_instance_case ON act_instance (case_id);

CREATE TABLE act_journal (
  instance_id {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  case_id {{id}} NOT NULL,
  at {{integer}} NOT NULL,
  actor {{id}} NOT NULL,
  event {{id}} NOT NULL,
  outcome {{id}} NOT NULL,
  entered {{text}} NOT NULL,
  exited {{text}} NOT NULL,
  detail {{text}} NOT NULL,
  chart_hash {{id}} NOT NULL,
  previous_hash {{id}} NOT NULL,
  hash {{id}} NOT NULL,
  PRIMARY KEY (instance_id, sequence)
) {{table_options}};

CREATE TABLE act_timer (
  instance_id {{id}} NOT NULL,
  timer_id {{id}} NOT NULL,
  due {{integer}} NOT NULL,
  event {{id}} NOT NULL,
  data {{text}} NOT NULL,
  PRIMARY KEY (instance_id, timer_id)
) {{table_options}};

CREATE INDEX act_timer_due ON act_timer (due);

CREATE TABLE act_mailbox (
  instance_id {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  event {{id}} NOT NULL,
  data {{text}} NOT NULL,
  PRIMARY KEY (instance_id, sequence)
) {{table_options}};

CREATE TABLE act_outbox (
  receiver {{id}} NOT NULL,
  stream {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  type {{id}} NOT NULL,
  payload {{text}} NOT NULL,
  at {{integer}} NOT NULL,
  attempts {{integer}} NOT NULL,
  last_error {{text}},
  PRIMARY KEY (receiver, stream, sequence)
) {{table_options}};

CREATE TABLE act_stream (
  receiver {{id}} NOT NULL,
  stream {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  PRIMARY KEY (receiver, stream)
) {{table_options}};

CREATE TABLE act_inbox (
  source {{id}} NOT NULL,
  stream {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  PRIMARY KEY (source, stream)
) {{table_options}};

CREATE TABLE act_counter (
  series {{id}} NOT NULL,
  value {{integer}} NOT NULL,
  PRIMARY KEY (series)
) {{table_options}};

CREATE TABLE act_chart (
  hash {{id}} NOT NULL,
  name {{id}} NOT NULL,
  definition {{text}} NOT NULL,
  PRIMARY KEY (hash)
) {{table_options}};
