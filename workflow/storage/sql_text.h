// Reading SQL text just far enough to find its placeholders and its statements. Quotes are '…', "…" and `…`
// with the quote doubled inside (no backslash escapes: the two databases disagree on them); comments are `--
// …` to the end of the line and /* … */.
#ifndef JISSHO_WORKFLOW_STORAGE_SQL_TEXT_H_
#define JISSHO_WORKFLOW_STORAGE_SQL_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jissho::storage {

// The pieces of the text between its placeholders: one more than there are placeholders.
std::vector<absl::string_view> SplitAtPlaceholders(absl::string_view sql);

// The number of `?` outside quotes and comments.
int CountPlaceholders(absl::string_view sql);

// The statements of a migration, without comments and final `;`. A statement ends at a `;` that is the last
// thing on its line; a CREATE TRIGGER ends at its `END;`. A statement right after a comment `-- only: sqlite`
// or
// `-- only: mysql` is left out for the other `dialect`: triggers cannot be written alike for both.
std::vector<std::string> SplitStatements(absl::string_view sql, absl::string_view dialect);

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_SQL_TEXT_H_
