// The case that the benchmark moves: its row, its chart, its tables, as a module of its own.
#ifndef JISSHO_TESTS_LOAD_BENCH_CASE_H_
#define JISSHO_TESTS_LOAD_BENCH_CASE_H_

#include <memory>
#include <string>
#include <vector>

#include "services/runtime/module.h"
#include "workflow/act/act.h"
#include "workflow/storage/cell.h"

namespace jissho::bench {

inline constexpr int kDocumentBytes = 1000;

struct CaseRow {
  std::string id;
  int64_t version = 0;
  std::string document;
};

// Twelve states in a ring of three compounds, with a guard on each step and one counter.
std::string RingChart();

// The benchmark's act: moves the case and its row, and answers the row's new version. The rows that it reads.
absl::StatusOr<int64_t> MoveCase(const std::string& id, int64_t amount_yen, const act::View& view,
                                 act::WriteSet& writes);
std::vector<act::Read> ReadsOfMove(const std::string& id);

std::unique_ptr<runtime::Module> MakeModule();

// Makes `count` cases "case-0" … with their instances.
absl::Status CreateCases(storage::Pool& pool, int count);

std::string CaseId(int i);

}  // namespace jissho::bench

template <>
struct jissho::storage::RowTraits<jissho::bench::CaseRow> {
  using R = jissho::bench::CaseRow;
  static constexpr char kTable[] = "bench_case";
  static constexpr int kKeyColumns = 1;
  static constexpr auto kColumns =
      std::make_tuple(Column("id", &R::id), Column("version", &R::version), Column("document", &R::document));
};

#endif  // JISSHO_TESTS_LOAD_BENCH_CASE_H_
