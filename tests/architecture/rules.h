// The rules of the architecture. Each takes the tree and returns every place that breaks it.
#ifndef JISSHO_TESTS_ARCHITECTURE_RULES_H_
#define JISSHO_TESTS_ARCHITECTURE_RULES_H_

#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace jissho::architecture {

using Tree = std::vector<SourceFile>;

// Dependencies go one way: base < storage; base < expression < chart < engine; act above all of these; no
// service includes another's code; runtime and civil stand below the services; clients know protos and base
// only.
std::vector<Violation> CheckProjectIncludes(const Tree& tree);

// gRPC stays out of workflow/, civil/ and every domain/; protobuf out of the pure folders; SOCI inside
// workflow/storage.
std::vector<Violation> CheckLibraryIncludes(const Tree& tree);

// SQL stands in string literals of store/, schema/, workflow/storage, workflow/act and tests only.
std::vector<Violation> CheckSqlPlaces(const Tree& tree);

// The subsidy service deletes no row: what was paid stays on record, whatever became of it.
std::vector<Violation> CheckMoneyIsKept(const Tree& tree);

// Nobody reads a clock, draws randomness or sleeps except the adapters on the allow-list.
std::vector<Violation> CheckClocksAndRandomness(const Tree& tree);

// Outside tests nobody starts a thread or waits for one except through workflow/base/threads.h: what waits
// elsewhere would stop the simulation, which has one thread.
std::vector<Violation> CheckThreads(const Tree& tree);

// No reminder of unfinished work is left behind.
std::vector<Violation> CheckMarkers(const Tree& tree);

// Every service, rpc, message, field, enum and enum value of a proto carries a comment.
std::vector<Violation> CheckProtoComments(const Tree& tree);

// Every Reason stands in a reasons.h (or workflow/base/error.h), is listed in its kReasons, has a unique
// well-formed name, and docs/errors.md shows exactly these reasons with their code and texts.
std::vector<Violation> CheckReasons(const Tree& tree);

// The content of docs/errors.md.
std::string ErrorsPage(const Tree& tree);

}  // namespace jissho::architecture

#endif  // JISSHO_TESTS_ARCHITECTURE_RULES_H_
