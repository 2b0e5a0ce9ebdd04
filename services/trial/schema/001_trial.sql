CREATE TABLE trial_call (
  id {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  window_start {{id}} NOT NULL,
  window_end {{id}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE TABLE trial_trial (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  organisation_name {{text}} NOT NULL,
  division {{name}} NOT NULL,
  window_start {{id}} NOT NULL,
  window_end {{id}} NOT NULL,
  grant_decision_date {{id}} NOT NULL,
  start_date {{id}} NOT NULL,
  end_date {{id}} NOT NULL,
  result {{text}} NOT NULL,
  cancel_reason {{text}} NOT NULL,
  open_promises {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_trial_call ON trial_trial (call_id);
CREATE INDEX trial_trial_year ON trial_trial (programme_id, fiscal_year);
CREATE INDEX trial_trial_organisation ON trial_trial (organisation_id);

CREATE TABLE trial_milestone (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  trial_id {{id}} NOT NULL,
  title {{text}} NOT NULL,
  due_date {{id}} NOT NULL,
  completed_date {{id}} NOT NULL,
  note {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_milestone_trial ON trial_milestone (trial_id);

CREATE TABLE trial_promise (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  trial_id {{id}} NOT NULL,
  kind {{integer}} NOT NULL,
  what {{text}} NOT NULL,
  quantity {{integer}} NOT NULL,
  due_date {{id}} NOT NULL,
  state {{integer}} NOT NULL,
  delivered_quantity {{integer}} NOT NULL,
  follow_up {{text}} NOT NULL,
  division {{name}} NOT NULL,
  delivered_date {{id}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_promise_trial ON trial_promise (trial_id);

CREATE TABLE trial_note (
  id {{id}} NOT NULL,
  trial_id {{id}} NOT NULL,
  at {{integer}} NOT NULL,
  author {{id}} NOT NULL,
  text {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_note_trial ON trial_note (trial_id);

CREATE TABLE trial_incident (
  id {{id}} NOT NULL,
  trial_id {{id}} NOT NULL,
  severity {{integer}} NOT NULL,
  date {{id}} NOT NULL,
  what {{text}} NOT NULL,
  measures {{text}} NOT NULL,
  reporter {{id}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_incident_trial ON trial_incident (trial_id);

CREATE TABLE trial_outreach (
  id {{id}} NOT NULL,
  trial_id {{id}} NOT NULL,
  kind {{integer}} NOT NULL,
  date {{id}} NOT NULL,
  what {{text}} NOT NULL,
  url {{text}} NOT NULL,
  reach {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX trial_outreach_trial ON trial_outreach (trial_id);
