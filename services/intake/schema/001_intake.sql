CREATE TABLE intake_organisation (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  name {{name}} NOT NULL,
  kana {{name}} NOT NULL,
  kind {{integer}} NOT NULL,
  corporate_number {{id}} NOT NULL,
  details {{text}} NOT NULL,
  created_at {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE TABLE intake_corporate_number (
  number {{id}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  PRIMARY KEY (number)
) {{table_options}};

CREATE TABLE intake_call (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  title {{name}} NOT NULL,
  sections {{text}} NOT NULL,
  open_at {{integer}} NOT NULL,
  close_at {{integer}} NOT NULL,
  closed_at {{integer}},
  cap_yen {{integer}} NOT NULL,
  rate {{id}} NOT NULL,
  trial_start_date {{id}} NOT NULL,
  trial_end_date {{id}} NOT NULL,
  correction_days {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX intake_call_close ON intake_call (close_at, id);

CREATE TABLE intake_proposal (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  organisation_name {{name}} NOT NULL,
  state {{id}} NOT NULL,
  content {{text}} NOT NULL,
  attachments {{text}} NOT NULL,
  receipt_number {{integer}} NOT NULL,
  revision {{integer}} NOT NULL,
  received_at {{integer}},
  correction_due {{integer}},
  title_key {{id}} NOT NULL,
  remark {{text}} NOT NULL,
  created_at {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX intake_proposal_call ON intake_proposal (call_id, state, id);
CREATE INDEX intake_proposal_organisation ON intake_proposal (organisation_id, id);

CREATE TABLE intake_title (
  title_key {{id}} NOT NULL,
  proposal_id {{id}} NOT NULL,
  PRIMARY KEY (title_key)
) {{table_options}};

CREATE TABLE intake_revision (
  proposal_id {{id}} NOT NULL,
  revision {{integer}} NOT NULL,
  sha256 {{id}} NOT NULL,
  content {{text}} NOT NULL,
  submitted_by {{name}} NOT NULL,
  received_at {{integer}} NOT NULL,
  PRIMARY KEY (proposal_id, revision)
) {{table_options}};

CREATE TABLE intake_attachment (
  id {{id}} NOT NULL,
  proposal_id {{id}} NOT NULL,
  info {{text}} NOT NULL,
  content {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX intake_attachment_proposal ON intake_attachment (proposal_id, id);

CREATE TABLE intake_consultation (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  asker {{name}} NOT NULL,
  call_id {{id}} NOT NULL,
  state {{id}} NOT NULL,
  subject {{name}} NOT NULL,
  question {{text}} NOT NULL,
  answer {{text}} NOT NULL,
  answered_by {{name}} NOT NULL,
  opened_at {{integer}} NOT NULL,
  answered_at {{integer}},
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX intake_consultation_state ON intake_consultation (state, id);
