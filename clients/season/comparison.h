// Compares the computed sheet with the published figures, and with the cross-count.
//
// The published figures stand in a file of their own that nothing but this comparator reads. Only counted,
// summed and derived cells are compared: what is typed would compare a file with itself.
#ifndef JISSHO_CLIENTS_SEASON_COMPARISON_H_
#define JISSHO_CLIENTS_SEASON_COMPARISON_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/season/findings.h"

namespace jissho::season {

struct ExpectedCell {
  std::string cell;
  std::optional<int64_t> value;
  std::string text;
};

// INVALID_ARGUMENT with all faults; NOT_FOUND when there is no such file.
absl::StatusOr<std::vector<ExpectedCell>> LoadExpected(const std::string& file);

struct ComparedCell {
  std::string id;
  std::string label;
  std::string kind;
  std::optional<int64_t> sheet;
  std::optional<int64_t> published;
  std::optional<int64_t> counted;  // by the cross-count
  std::string sheet_text;
  std::string published_text;
  std::string fault;  // empty: equal
  bool differs() const { return !fault.empty(); }
};

// Every published cell, and every cell that the cross-count knows and the sheet computed.
std::vector<ComparedCell> Compare(const Findings& findings, const std::vector<ExpectedCell>& expected,
                                  const std::map<std::string, int64_t>& counted);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_COMPARISON_H_
