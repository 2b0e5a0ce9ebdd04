CREATE TABLE programme_programme (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  content {{text}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};

CREATE TABLE programme_call (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  content {{text}} NOT NULL,
  open_at {{integer}},
  close_at {{integer}},
  published_at {{integer}},
  amendments {{integer}} NOT NULL,
  adopted {{integer}},
  PRIMARY KEY (id)
) {{table_options}};

CREATE INDEX programme_call_year ON programme_call (programme_id, fiscal_year, id);

CREATE TABLE programme_sheet (
  id {{id}} NOT NULL,
  version {{integer}} NOT NULL,
  programme_id {{id}} NOT NULL,
  fiscal_year {{integer}} NOT NULL,
  state {{id}} NOT NULL,
  typed {{text}} NOT NULL,
  computed {{text}} NOT NULL,
  computed_at {{integer}},
  computed_by {{id}} NOT NULL,
  content_hash {{id}} NOT NULL,
  PRIMARY KEY (id)
) {{table_options}};
