#include "workflow/base/test_hooks.h"

namespace jissho {

bool IsPlanted(Bug) { return false; }
void Reach(const char*) {}
void Take(const std::string&, int) {}

}  // namespace jissho
