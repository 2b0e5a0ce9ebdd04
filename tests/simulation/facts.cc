#include "tests/simulation/facts.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/simulation/require.h"

namespace jissho::simulation {
namespace {

using storage::CellType;

std::vector<std::string> Texts(storage::Session& session, const std::string& sql,
                               const storage::CellRow& params = {}) {
  const auto rows = session.Query(sql, params, {CellType::kText});
  Require(rows.ok(), "a database cannot be read");
  std::vector<std::string> out;
  for (const storage::CellRow& row : *rows) {
    const auto* const text = std::get_if<std::string>(&row[0]);
    out.push_back(text == nullptr ? "" : *text);
  }
  return out;
}

bool SaysNothing(const std::string& table) {
  static const auto& tables = *new std::set<std::string>{
      "act_command", "act_journal",  "act_outbox",  "act_stream",    "act_inbox",   "act_incident",
      "act_chart",   "survey_token", "act_mailbox", "cases_history", "cases_chain", "cases_head"};
  return tables.count(table) == 1 || absl::StartsWith(table, "sqlite_") || table == "schema_migration" ||
         table == "schema_lock";
}

// Columns that follow from the order in which independent acts came.
bool SaysNothing(const std::string& table, const std::string& column) {
  static const auto& columns = *new std::set<std::pair<std::string, std::string>>{
      {"act_instance", "version"},      {"act_instance", "journal_sequence"},
      {"act_instance", "journal_hash"}, {"act_instance", "mail_sequence"},
      {"act_instance", "incident"},     {"act_instance", "actors"},
      {"act_timer", "claim_owner"},     {"act_timer", "claim_fence"},
      {"act_timer", "sequence"},        {"subsidy_entry", "number"},
      {"act_counter", "value"},         {"survey_campaign", "secret"}};
  return columns.count({table, column}) == 1;
}

// Where two rows begin to differ.
std::string FirstDifference(const std::string& a, const std::string& b) {
  const auto at =
      static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const size_t begin = a.rfind("  ", at) == std::string::npos ? 0 : a.rfind("  ", at) + 2;
  return absl::StrCat(a.substr(begin, 160), " instead of ", b.substr(begin, 160));
}

// The databases' own words for the same questions.
struct Catalogue {
  const char* tables;
  const char* columns;  // of the table ?
  const char* cell;     // one column as text: $ is its name
  const char* between;  // cells of a row
  const char* row;      // $ are all its cells
};

constexpr Catalogue kSqlite{"SELECT name FROM sqlite_master WHERE type = 'table'",
                            "SELECT name FROM pragma_table_info(?)", "'$=' || quote($)", " || '  ' || ", "$"};
constexpr Catalogue kMysql{"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
                           "SELECT column_name FROM information_schema.columns WHERE table_schema = "
                           "DATABASE() AND table_name = ? ORDER BY ordinal_position",
                           "CONCAT('$=', QUOTE($))", ", ", "CONCAT_WS('  ', $)"};

std::string With(const char* pattern, const std::string& name) {
  return absl::StrReplaceAll(pattern, {{"$", name}});
}

}  // namespace

Facts ReadFacts(storage::Session& session) {
  const Catalogue& ask = session.dialect().name() == "sqlite" ? kSqlite : kMysql;
  Facts facts;
  for (const std::string& table : Texts(session, ask.tables)) {
    if (SaysNothing(table)) continue;
    std::vector<std::string> cells;
    for (const std::string& column : Texts(session, ask.columns, {table})) {
      if (!SaysNothing(table, column)) cells.push_back(With(ask.cell, column));
    }
    std::vector<std::string>& rows = facts[table];
    rows = Texts(session,
                 absl::StrCat("SELECT ", With(ask.row, absl::StrJoin(cells, ask.between)), " FROM ", table));
    std::sort(rows.begin(), rows.end());
  }
  return facts;
}

uint64_t DigestOf(const Facts& facts) {
  uint64_t hash = 1469598103934665603u;
  const auto mix = [&hash](const std::string& text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    hash = (hash ^ 0xff) * 1099511628211u;
  };
  for (const auto& [table, rows] : facts) {
    mix(table);
    for (const std::string& row : rows) mix(row);
  }
  return hash;
}

std::vector<std::string> Differences(const Facts& expected, const Facts& found, size_t most) {
  std::vector<std::string> out;
  std::set<std::string> tables;
  for (const auto& [table, rows] : expected) tables.insert(table);
  for (const auto& [table, rows] : found) tables.insert(table);
  for (const std::string& table : tables) {
    const auto of = [&table](const Facts& facts) {
      const auto at = facts.find(table);
      return at == facts.end() ? std::vector<std::string>() : at->second;
    };
    const std::vector<std::string> before = of(expected), after = of(found);
    std::vector<std::string> missing, extra;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(missing));
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(extra));
    const auto key = [](const std::string& row) { return row.substr(0, row.find("  ")); };
    for (const std::string& row : missing) {
      const auto same = std::find_if(extra.begin(), extra.end(),
                                     [&](const std::string& other) { return key(other) == key(row); });
      if (same == extra.end()) {
        out.push_back(absl::StrCat(table, " lacks ", row));
        continue;
      }
      out.push_back(absl::StrCat(table, " ", key(row), ": ", FirstDifference(*same, row)));
      extra.erase(same);
    }
    for (const std::string& row : extra) out.push_back(absl::StrCat(table, " has ", row));
    if (out.size() >= most) break;
  }
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace jissho::simulation
