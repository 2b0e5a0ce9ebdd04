// The moments at which a process can be told to die: every Reach("…") of the sources, in one list.
#ifndef JISSHO_TESTS_FAULT_POINTS_H_
#define JISSHO_TESTS_FAULT_POINTS_H_

#include <string>
#include <vector>

namespace jissho::fault {

// What passes a point.
enum class PassedBy {
  kStart,      // every start of a server
  kSeason,     // the season
  kWorkload,   // crash_workload.h, whose charts do what no season does
  kMigration,  // migration_workload.h
};

struct Point {
  const char* name;
  PassedBy by;
  const char* ja;
  const char* en;
};

const std::vector<Point>& Points();
std::vector<Point> PointsOf(PassedBy by);

}  // namespace jissho::fault

#endif  // JISSHO_TESTS_FAULT_POINTS_H_
