// What a service knows, as text: every row of every table that says something about the world outside, so
// that two runs can be compared. Left out is how it came about: attempts, journals (in which refused acts
// stand), what is kept to recognise repeats.
#ifndef JISSHO_TESTS_SIMULATION_FACTS_H_
#define JISSHO_TESTS_SIMULATION_FACTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workflow/storage/session.h"

namespace jissho::simulation {

// By table; the rows sorted. Each kind of database quotes in its own way.
using Facts = std::map<std::string, std::vector<std::string>>;

Facts ReadFacts(storage::Session& session);

uint64_t DigestOf(const Facts& facts);

// The first rows that only one of them has, for a story.
std::vector<std::string> Differences(const Facts& expected, const Facts& found, size_t most);

}  // namespace jissho::simulation

#endif  // JISSHO_TESTS_SIMULATION_FACTS_H_
