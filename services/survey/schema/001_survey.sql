CREATE TABLE survey_template (
  id {{id}} NOT NULL,
  code {{id}} NOT NULL,
  edition {{integer}} NOT NULL,
  content {{text}} NOT NULL,
  built_in {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};
CREATE INDEX survey_template_by_code ON survey_template (code, edition);
CREATE TABLE survey_campaign (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  kind {{integer}} NOT NULL,
  template_id {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  cohorts {{text}} NOT NULL,
  state {{id}} NOT NULL,
  open_at {{integer}},
  due_at {{integer}} NOT NULL,
  close_at {{integer}} NOT NULL,
  reminder_days {{text}} NOT NULL,
  invitee_count {{integer}} NOT NULL,
  drafter {{text}} NOT NULL,
  secret {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};
CREATE INDEX survey_campaign_by_programme ON survey_campaign (programme_id, fiscal_year, id);
CREATE TABLE survey_invitation (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  campaign_id {{id}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  name {{text}} NOT NULL,
  case_id {{id}} NOT NULL,
  contact {{text}} NOT NULL,
  channel {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  due_at {{integer}} NOT NULL,
  close_at {{integer}} NOT NULL,
  sent_at {{integer}},
  reminders_sent {{integer}} NOT NULL,
  answered_at {{integer}},
  late {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};
CREATE INDEX survey_invitation_by_campaign ON survey_invitation (campaign_id, id);
CREATE INDEX survey_invitation_by_organisation ON survey_invitation (organisation_id, id);
CREATE INDEX survey_invitation_by_case ON survey_invitation (case_id, id);
CREATE TABLE survey_token (
  token_hash {{id}} NOT NULL,
  invitation_id {{id}} NOT NULL,
  PRIMARY KEY (token_hash)
) {{table_options}};
CREATE TABLE survey_answer (
  invitation_id {{id}} NOT NULL,
  campaign_id {{id}} NOT NULL,
  answered_at {{integer}} NOT NULL,
  late {{integer}} NOT NULL,
  valid {{integer}} NOT NULL,
  responses {{text}} NOT NULL,
  PRIMARY KEY (invitation_id)
) {{table_options}};
CREATE INDEX survey_answer_by_campaign ON survey_answer (campaign_id, invitation_id);
CREATE TABLE survey_notice (
  id {{id}} NOT NULL,
  campaign_id {{id}} NOT NULL,
  invitation_id {{id}} NOT NULL,
  kind {{integer}} NOT NULL,
  number {{integer}} NOT NULL,
  issued_at {{integer}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};
CREATE INDEX survey_notice_by_campaign ON survey_notice (campaign_id, issued_at, id);
