CREATE TABLE review_round (
  call_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  rules {{text}} NOT NULL,
  settings {{text}} NOT NULL,
  ranking_log {{text}} NOT NULL,
  call_closed_at {{integer}},
  first_closed_at {{integer}},
  second_closed_at {{integer}},
  PRIMARY KEY (call_id)
) {{table_options}};

CREATE TABLE review_board (
  call_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  name {{name}} NOT NULL,
  PRIMARY KEY (call_id)
) {{table_options}};

CREATE TABLE review_seat (
  call_id {{id}} NOT NULL,
  subject {{id}} NOT NULL,
  id {{id}} NOT NULL,
  name {{name}} NOT NULL,
  kind {{id}} NOT NULL,
  seat_order {{integer}} NOT NULL,
  PRIMARY KEY (call_id, subject)
) {{table_options}};

CREATE UNIQUE INDEX review_seat_id ON review_seat (id);

CREATE TABLE review_entry (
  case_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  receipt_number {{integer}} NOT NULL,
  title {{text}} NOT NULL,
  section {{text}} NOT NULL,
  organisation_id {{id}} NOT NULL,
  organisation_name {{text}} NOT NULL,
  requested_yen {{integer}} NOT NULL,
  PRIMARY KEY (case_id)
) {{table_options}};

CREATE INDEX review_entry_call ON review_entry (call_id, receipt_number);

CREATE TABLE review_interest (
  case_id {{id}} NOT NULL,
  seat_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  kind {{id}} NOT NULL,
  relation {{id}} NOT NULL,
  note {{text}} NOT NULL,
  declared_at {{integer}} NOT NULL,
  PRIMARY KEY (case_id, seat_id)
) {{table_options}};

CREATE INDEX review_interest_call ON review_interest (call_id, case_id);

CREATE TABLE review_sheet (
  case_id {{id}} NOT NULL,
  stage {{id}} NOT NULL,
  seat_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  kind {{id}} NOT NULL,
  grades {{text}} NOT NULL,
  total {{integer}} NOT NULL,
  remark {{text}} NOT NULL,
  submitted_at {{integer}} NOT NULL,
  PRIMARY KEY (case_id, stage, seat_id)
) {{table_options}};

CREATE INDEX review_sheet_call ON review_sheet (call_id, case_id);

CREATE TABLE review_result (
  case_id {{id}} NOT NULL,
  stage {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  place {{integer}} NOT NULL,
  list_order {{integer}} NOT NULL,
  score {{id}} NOT NULL,
  score_text {{id}} NOT NULL,
  score_sum {{integer}} NOT NULL,
  scorers {{integer}} NOT NULL,
  recused {{integer}} NOT NULL,
  abstained {{integer}} NOT NULL,
  above_floor {{integer}} NOT NULL,
  PRIMARY KEY (case_id, stage)
) {{table_options}};

CREATE INDEX review_result_call ON review_result (call_id, stage);

CREATE TABLE review_meeting (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  stage {{id}} NOT NULL,
  held_on {{id}} NOT NULL,
  place {{name}} NOT NULL,
  is_public {{integer}} NOT NULL,
  present_seats {{text}} NOT NULL,
  absent_seats {{text}} NOT NULL,
  recusals {{text}} NOT NULL,
  minutes {{text}} NOT NULL,
  approved_at {{integer}},
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX review_meeting_call ON review_meeting (call_id, held_on);

CREATE TABLE review_draft (
  call_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  decision_date {{id}} NOT NULL,
  release_date {{id}} NOT NULL,
  reserve_expiry_date {{id}} NOT NULL,
  promoted {{integer}} NOT NULL,
  PRIMARY KEY (call_id)
) {{table_options}};

CREATE TABLE review_decision (
  case_id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  call_id {{id}} NOT NULL,
  decision_id {{id}} NOT NULL,
  outcome {{id}} NOT NULL,
  place {{integer}} NOT NULL,
  list_order {{integer}} NOT NULL,
  proposed_yen {{integer}} NOT NULL,
  offered_yen {{integer}} NOT NULL,
  reserve_order {{integer}} NOT NULL,
  conditions {{text}} NOT NULL,
  PRIMARY KEY (case_id)
) {{table_options}};

CREATE INDEX review_decision_call ON review_decision (call_id, list_order);
