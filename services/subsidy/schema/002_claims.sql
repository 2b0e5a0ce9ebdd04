-- What payments answer: one claim, one payment that stands.
CREATE TABLE subsidy_claim (
  subject {{id}} NOT NULL,
  instalment {{integer}} NOT NULL,
  version {{integer}} NOT NULL,
  payment_id {{id}} NOT NULL,
  PRIMARY KEY (subject, instalment)
) {{table_options}};
ALTER TABLE subsidy_grant ADD COLUMN instalments {{integer}} NOT NULL DEFAULT 0;
ALTER TABLE subsidy_payment ADD COLUMN document {{name}} NOT NULL DEFAULT '';
ALTER TABLE subsidy_payment ADD COLUMN replaces_id {{id}} NOT NULL DEFAULT '';
ALTER TABLE subsidy_payment ADD COLUMN checked_account {{id}} NOT NULL DEFAULT '';
INSERT INTO subsidy_claim (subject, instalment, version, payment_id)
  SELECT grant_id, 0, 1, id FROM subsidy_payment WHERE kind=2 AND state NOT IN ('CANCELLED', 'REVERSED');
