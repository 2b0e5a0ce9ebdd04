// A small tree on disk into which a test plants files, and the rules' findings in it.
#ifndef JISSHO_TESTS_ARCHITECTURE_PLANTED_TREE_H_
#define JISSHO_TESTS_ARCHITECTURE_PLANTED_TREE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/architecture/rules.h"

namespace jissho::architecture {

class PlantedTree : public ::testing::Test {
 protected:
  PlantedTree() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(::testing::TempDir()) /
            (std::string("architecture_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  ~PlantedTree() override { std::filesystem::remove_all(root_); }

  void Plant(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  Tree Read() const { return ReadSourceTree(root_.string()); }

  using Places = std::vector<std::pair<std::string, int>>;
  Places Findings(std::vector<Violation> (*rule)(const Tree&)) const {
    Places places;
    for (const Violation& violation : rule(Read())) places.emplace_back(violation.path, violation.line);
    return places;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace jissho::architecture

#endif  // JISSHO_TESTS_ARCHITECTURE_PLANTED_TREE_H_
