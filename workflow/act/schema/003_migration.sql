CREATE TABLE act_migration (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  chart {{id}} NOT NULL,
  from_hash {{id}} NOT NULL,
  to_hash {{id}} NOT NULL,
  plan {{text}} NOT NULL,
  reason {{text}} NOT NULL,
  state {{id}} NOT NULL,
  requested_by {{id}} NOT NULL,
  requested_at {{integer}} NOT NULL,
  approved_by {{id}} NOT NULL,
  approved_at {{integer}},
  ended_at {{integer}},
  trial {{text}} NOT NULL,
  cursor_hash {{id}} NOT NULL,
  cursor_id {{id}} NOT NULL,
  moved {{integer}} NOT NULL,
  refused {{integer}} NOT NULL,
  error {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX act_migration_state ON act_migration (state);

CREATE TABLE act_migration_refusal (
  migration_id {{id}} NOT NULL,
  instance_id {{id}} NOT NULL,
  reason {{id}} NOT NULL,
  ja {{text}} NOT NULL,
  en {{text}} NOT NULL,
  PRIMARY KEY (migration_id, instance_id)
) {{table_options}};

CREATE INDEX act_instance_version ON act_instance (chart, chart_hash, finished, id);
