// The values that cross the border to SQL, and the description of a table.
//
// A row is a plain struct. Its table is described once, by a specialisation of RowTraits beside it, and
// everything that is the same for all tables (reading by key, multi-row insert, versioned update) is
// generated from that:
//
//   struct ProposalRow { std::string id; int64_t version = 0; std::string title; std::optional<absl::Time>
//   received_at; }; template <> struct jissho::storage::RowTraits<ProposalRow> {
//     static constexpr char kTable[] = "intake_proposal";
//     static constexpr int kKeyColumns = 1;              // the first columns are the primary key
//     static constexpr auto kColumns = std::make_tuple(
//         Column("id", &ProposalRow::id), Column("version", &ProposalRow::version), …);
//   };
//
// Member types: std::string, int64_t, bool, absl::Time (UTC microseconds in the database), and std::optional
// of them (NULL). A member named "version" makes updates conditional on the version that was read; it starts
// at 1.
#ifndef JISSHO_WORKFLOW_STORAGE_CELL_H_
#define JISSHO_WORKFLOW_STORAGE_CELL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace jissho::storage {

// NULL, an integer, or text (bytes in ASCII or UTF-8).
using Cell = std::variant<std::monostate, int64_t, std::string>;
using CellRow = std::vector<Cell>;

enum class CellType { kInteger, kText };

struct ColumnSpec {
  std::string name;
  CellType type;
};

struct TableSpec {
  std::string name;
  std::vector<ColumnSpec> columns;  // the first `key_columns` are the primary key
  int key_columns = 1;
  int version_column = -1;  // index of "version", -1 when the table has none
};

template <class Row>
struct RowTraits;

template <class Row, class Member>
struct ColumnOf {
  const char* name;
  Member Row::*member;
};

template <class Row, class Member>
constexpr ColumnOf<Row, Member> Column(const char* name, Member Row::*member) {
  return {name, member};
}

namespace internal {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
Cell ToCell(const T& value) {
  if constexpr (IsOptional<T>::value) {
    if (!value) return std::monostate{};
    return ToCell(*value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    return absl::ToUnixMicros(value);
  } else {
    static_assert(std::is_integral_v<T>, "columns are text, integers, bools and times");
    return static_cast<int64_t>(value);
  }
}

template <class T>
void FromCell(const Cell& cell, T& value) {
  if constexpr (IsOptional<T>::value) {
    if (std::holds_alternative<std::monostate>(cell)) {
      value.reset();
    } else {
      value.emplace();
      FromCell(cell, *value);
    }
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (const auto* text = std::get_if<std::string>(&cell)) value = *text;
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    if (const auto* number = std::get_if<int64_t>(&cell)) value = absl::FromUnixMicros(*number);
  } else {
    if (const auto* number = std::get_if<int64_t>(&cell)) value = static_cast<T>(*number);
  }
}

template <class T>
constexpr CellType TypeOf() {
  if constexpr (IsOptional<T>::value) {
    return TypeOf<typename T::value_type>();
  } else {
    return std::is_same_v<T, std::string> ? CellType::kText : CellType::kInteger;
  }
}

}  // namespace internal

// The description of Row's table, built once.
template <class Row>
const TableSpec& TableOf() {
  static const TableSpec spec = [] {
    TableSpec s;
    s.name = RowTraits<Row>::kTable;
    s.key_columns = RowTraits<Row>::kKeyColumns;
    std::apply(
        [&s](const auto&... column) {
          (
              [&s](const auto& c) {
                using Member = std::remove_cvref_t<decltype(std::declval<Row>().*(c.member))>;
                if (std::string(c.name) == "version") s.version_column = static_cast<int>(s.columns.size());
                s.columns.push_back({c.name, internal::TypeOf<Member>()});
              }(column),
              ...);
        },
        RowTraits<Row>::kColumns);
    return s;
  }();
  return spec;
}

template <class Row>
CellRow ToCells(const Row& row) {
  CellRow cells;
  std::apply([&](const auto&... column) { (cells.push_back(internal::ToCell(row.*(column.member))), ...); },
             RowTraits<Row>::kColumns);
  return cells;
}

template <class Row>
Row FromCells(const CellRow& cells) {
  Row row;
  size_t i = 0;
  std::apply([&](const auto&... column) { (internal::FromCell(cells[i++], row.*(column.member)), ...); },
             RowTraits<Row>::kColumns);
  return row;
}

// The cells of a primary key: KeyOf("a", 3).
template <class... Parts>
CellRow KeyOf(const Parts&... parts) {
  return CellRow{[](const auto& part) -> Cell {
    if constexpr (std::is_convertible_v<decltype(part), std::string>) {
      return std::string(part);
    } else {
      return internal::ToCell(part);
    }
  }(parts)...};
}

}  // namespace jissho::storage

#endif  // JISSHO_WORKFLOW_STORAGE_CELL_H_
