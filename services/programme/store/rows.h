// The tables of the programme service. Contents that are only ever read and written whole are JSON text.
#ifndef JISSHO_SERVICES_PROGRAMME_STORE_ROWS_H_
#define JISSHO_SERVICES_PROGRAMME_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "workflow/storage/cell.h"

namespace jissho::programme {

struct ProgrammeRow {
  std::string id;
  int64_t version = 0;
  std::string content;  // JSON of the message Programme without id and etag
};

struct CallRow {
  std::string id;
  int64_t version = 0;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string state;    // the chart's, written by the action programme.call_state; for reading only
  std::string content;  // JSON of the message CallRules
  std::optional<absl::Time> open_at;
  std::optional<absl::Time> close_at;
  std::optional<absl::Time> published_at;
  int64_t amendments = 0;
  std::optional<int64_t> adopted;
};

struct SheetRow {
  std::string id;  // "<programme id>-<fiscal year>"
  int64_t version = 0;
  std::string programme_id;
  int64_t fiscal_year = 0;
  std::string state;     // the chart's, written by the action programme.sheet_state; for reading only
  std::string typed;     // JSON: cell id -> {value, text, pending, source}
  std::string computed;  // the computed sheet as domain/export.h writes it; empty when not computed since the
                         // last entry
  std::optional<absl::Time> computed_at;
  std::string computed_by;
  std::string content_hash;
};

}  // namespace jissho::programme

namespace jissho::storage {

template <>
struct RowTraits<programme::ProgrammeRow> {
  using Row = programme::ProgrammeRow;
  static constexpr char kTable[] = "programme_programme";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(Column("id", &Row::id), Column("version", &Row::version),
                                                   Column("content", &Row::content));
};

template <>
struct RowTraits<programme::CallRow> {
  using Row = programme::CallRow;
  static constexpr char kTable[] = "programme_call";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &Row::id), Column("version", &Row::version), Column("programme_id", &Row::programme_id),
      Column("fiscal_year", &Row::fiscal_year), Column("state", &Row::state),
      Column("content", &Row::content), Column("open_at", &Row::open_at), Column("close_at", &Row::close_at),
      Column("published_at", &Row::published_at), Column("amendments", &Row::amendments),
      Column("adopted", &Row::adopted));
};

template <>
struct RowTraits<programme::SheetRow> {
  using Row = programme::SheetRow;
  static constexpr char kTable[] = "programme_sheet";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns = std::make_tuple(
      Column("id", &Row::id), Column("version", &Row::version), Column("programme_id", &Row::programme_id),
      Column("fiscal_year", &Row::fiscal_year), Column("state", &Row::state), Column("typed", &Row::typed),
      Column("computed", &Row::computed), Column("computed_at", &Row::computed_at),
      Column("computed_by", &Row::computed_by), Column("content_hash", &Row::content_hash));
};

}  // namespace jissho::storage

#endif  // JISSHO_SERVICES_PROGRAMME_STORE_ROWS_H_
