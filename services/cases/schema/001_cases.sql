CREATE TABLE cases_case (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  receipt_number {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  section {{text}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  organisation_name {{text}} NOT NULL,
  search_text {{text}} NOT NULL,
  received_at {{integer}},
  revision {{integer}} NOT NULL,
  requested_yen {{integer}} NOT NULL,
  decision_id {{id}} NOT NULL,
  outcome {{id}} NOT NULL,
  conditions {{text}} NOT NULL,
  decision_date {{id}} NOT NULL,
  offered_yen {{integer}} NOT NULL,
  decided_yen {{integer}} NOT NULL,
  grant_decision_date {{id}} NOT NULL,
  fixed_yen {{integer}} NOT NULL,
  return_yen {{integer}} NOT NULL,
  settled_yen {{integer}} NOT NULL,
  trial_start_date {{id}} NOT NULL,
  trial_end_date {{id}} NOT NULL,
  trial_run {{integer}} NOT NULL,
  trial_completed {{integer}} NOT NULL,
  adopted {{integer}} NOT NULL,
  declined {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  division {{name}} NOT NULL,
  imported {{integer}} NOT NULL,
  survey_status_code {{id}} NOT NULL,
  survey_answered_at {{integer}},
  ended_reason {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX cases_case_year ON cases_case (fiscal_year, id);
CREATE INDEX cases_case_programme ON cases_case (programme_id, fiscal_year);
CREATE INDEX cases_case_organisation ON cases_case (organisation_id, fiscal_year);
CREATE INDEX cases_case_call ON cases_case (call_id);

CREATE TABLE cases_gram (
  gram {{id}} NOT NULL,
  case_id {{id}} NOT NULL,
  PRIMARY KEY (gram, case_id)
) {{table_options}};

CREATE INDEX cases_gram_case ON cases_gram (case_id);

CREATE TABLE cases_head (
  case_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  entries {{integer}} NOT NULL,
  broken {{integer}} NOT NULL,
  PRIMARY KEY (case_id)
) {{table_options}};

CREATE TABLE cases_chain (
  service {{id}} NOT NULL,
  instance_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  case_id {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
  hash {{id}} NOT NULL,
  PRIMARY KEY (service, instance_id)
) {{table_options}};

CREATE INDEX cases_chain_case ON cases_chain (case_id);

CREATE TABLE cases_history (
  case_id {{id}} NOT NULL,
  position {{integer}} NOT NULL,
  service {{id}} NOT NULL,
  chart {{id}} NOT NULL,
  instance_id {{id}} NOT NULL,
  sequence {{integer}} NOT NULL,
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
  broken {{integer}} NOT NULL,
  PRIMARY KEY (case_id, position)
) {{table_options}};

CREATE TABLE cases_task (
  service {{id}} NOT NULL,
  instance_id {{id}} NOT NULL,
  number {{integer}} NOT NULL,
  event {{id}} NOT NULL,
  case_id {{id}} NOT NULL,
  roles {{id}} NOT NULL,
  label_ja {{text}} NOT NULL,
  label_en {{text}} NOT NULL,
  due {{integer}} NOT NULL,
  organisation {{id}} NOT NULL,
  PRIMARY KEY (service, instance_id, number)
) {{table_options}};

CREATE INDEX cases_task_due ON cases_task (due, service, instance_id, number);
CREATE INDEX cases_task_case ON cases_task (case_id);
