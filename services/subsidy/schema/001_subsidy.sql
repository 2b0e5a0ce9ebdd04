CREATE TABLE subsidy_budget_line (
  id {{id}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  title {{name}} NOT NULL
) {{table_options}};

CREATE TABLE subsidy_appropriation (
  id {{id}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  funds {{text}} NOT NULL,
  note {{text}} NOT NULL,
  state {{id}} NOT NULL
) {{table_options}};

CREATE TABLE subsidy_call (
  id {{id}} NOT NULL PRIMARY KEY,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  title {{text}} NOT NULL,
  rate {{id}} NOT NULL,
  cap_yen {{integer}} NOT NULL,
  unit_yen {{integer}} NOT NULL,
  report_last_date {{id}} NOT NULL
) {{table_options}};

CREATE TABLE subsidy_grant (
  id {{id}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  call_id {{id}} NOT NULL,
  decision_id {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  organisation_name {{name}} NOT NULL,
  title {{text}} NOT NULL,
  rate {{id}} NOT NULL,
  cap_yen {{integer}} NOT NULL,
  unit_yen {{integer}} NOT NULL,
  offered_yen {{integer}} NOT NULL,
  requested_yen {{integer}} NOT NULL,
  drafted_yen {{integer}} NOT NULL,
  decided_yen {{integer}} NOT NULL,
  fixed {{integer}} NOT NULL,
  fixed_yen {{integer}} NOT NULL,
  advanced_yen {{integer}} NOT NULL,
  application {{text}} NOT NULL,
  decision {{text}} NOT NULL,
  report {{text}} NOT NULL,
  inspection {{text}} NOT NULL,
  decision_date {{id}} NOT NULL,
  fix_date {{id}} NOT NULL,
  fix_notice_number {{integer}} NOT NULL,
  report_last_date {{id}} NOT NULL,
  report_due_date {{id}} NOT NULL,
  return_due_date {{id}} NOT NULL,
  progress_notes {{integer}} NOT NULL,
  open_payment_id {{id}} NOT NULL
) {{table_options}};
CREATE INDEX subsidy_grant_programme ON subsidy_grant (programme_id, fiscal_year, id);
CREATE INDEX subsidy_grant_call ON subsidy_grant (call_id, id);
CREATE INDEX subsidy_grant_organisation ON subsidy_grant (organisation_id, id);

CREATE TABLE subsidy_progress_note (
  grant_id {{id}} NOT NULL,
  number {{integer}} NOT NULL,
  note {{text}} NOT NULL,
  PRIMARY KEY (grant_id, number)
) {{table_options}};

CREATE TABLE subsidy_payment (
  id {{id}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  kind {{integer}} NOT NULL,
  grant_id {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  line {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  payee_name {{name}} NOT NULL,
  amount_yen {{integer}} NOT NULL,
  section {{name}} NOT NULL,
  description {{text}} NOT NULL,
  account {{text}} NOT NULL,
  debt_fixed {{integer}} NOT NULL,
  attempt {{integer}} NOT NULL,
  order_number {{integer}} NOT NULL,
  order_date {{id}} NOT NULL,
  check_date {{id}} NOT NULL,
  payment_date {{id}} NOT NULL,
  last_reason {{text}} NOT NULL,
  entry_id {{id}} NOT NULL
) {{table_options}};
CREATE INDEX subsidy_payment_grant ON subsidy_payment (grant_id, id);
CREATE INDEX subsidy_payment_programme ON subsidy_payment (programme_id, fiscal_year, id);
CREATE INDEX subsidy_payment_organisation ON subsidy_payment (organisation_id, id);

CREATE TABLE subsidy_entry (
  id {{id}} NOT NULL PRIMARY KEY,
  fiscal_year {{integer}} NOT NULL,
  number {{integer}} NOT NULL,
  kind {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  programme_id {{id}} NOT NULL,
  subject_kind {{integer}} NOT NULL,
  subject_id {{id}} NOT NULL,
  reference {{id}} NOT NULL,
  reverses_id {{id}} NOT NULL,
  actor {{id}} NOT NULL,
  posted_at {{integer}} NOT NULL,
  value_date {{id}} NOT NULL
) {{table_options}};
CREATE UNIQUE INDEX subsidy_entry_number ON subsidy_entry (fiscal_year, number);
CREATE INDEX subsidy_entry_subject ON subsidy_entry (subject_id, fiscal_year, number);

CREATE TABLE subsidy_posting (
  entry_id {{id}} NOT NULL,
  position {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  subject_kind {{integer}} NOT NULL,
  account {{id}} NOT NULL,
  fund {{integer}} NOT NULL,
  amount {{integer}} NOT NULL,
  PRIMARY KEY (entry_id, position)
) {{table_options}};
CREATE INDEX subsidy_posting_book ON subsidy_posting (fiscal_year, line, programme_id);

CREATE TABLE subsidy_balance (
  id {{id}} NOT NULL PRIMARY KEY,
  version {{integer}} NOT NULL,
  line {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  account {{id}} NOT NULL,
  fund {{integer}} NOT NULL,
  subject_id {{id}} NOT NULL,
  amount {{integer}} NOT NULL
) {{table_options}};
CREATE INDEX subsidy_balance_book ON subsidy_balance (fiscal_year, line, subject_id);
CREATE INDEX subsidy_balance_subject ON subsidy_balance (subject_id);

CREATE TABLE subsidy_allocation (
  id {{id}} NOT NULL PRIMARY KEY,
  share {{id}} NOT NULL,
  fund {{integer}} NOT NULL,
  settled_thousand {{integer}} NOT NULL,
  share_thousand {{integer}} NOT NULL,
  general_funds_thousand {{integer}} NOT NULL
) {{table_options}};
