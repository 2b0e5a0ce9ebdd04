#include "workflow/base/test_hooks.h"

namespace jissho {

bool IsPlanted(Bug) { return false; }
void Reach(const char*) {}

}  // namespace jissho
