// Rewrites docs/errors.md under JISSHO_SOURCE_DIR from the reasons declared in the sources.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/architecture/rules.h"

int main() {
  const char* root = std::getenv("JISSHO_SOURCE_DIR");
  if (root == nullptr) {
    std::cerr << "JISSHO_SOURCE_DIR is not set; run ./dev errors\n";
    return 2;
  }
  const std::string page = jissho::architecture::ErrorsPage(jissho::architecture::ReadSourceTree(root));
  std::filesystem::create_directories(std::filesystem::path(root) / "docs");
  std::ofstream out(std::filesystem::path(root) / "docs/errors.md", std::ios::binary);
  out << page;
  return out.flush() ? 0 : 1;
}
