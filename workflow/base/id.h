// Identifiers: UUIDv7 text (RFC 9562), 36 lower-case ASCII characters.
//
// An act's identifiers are derived from its command, so that an act that runs twice makes the same ones. The
// first 48 bits are a time in milliseconds, which keeps new rows together in an index.
#ifndef JISSHO_WORKFLOW_BASE_ID_H_
#define JISSHO_WORKFLOW_BASE_ID_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace jissho {

// The same arguments always give the same identifier.
std::string DeriveId(absl::Time time, absl::string_view seed);

// True for 36 characters of lower-case UUID text of any version.
bool IsUuid(absl::string_view text);

// A source of fresh identifiers for callers (request ids). Injected; the one over the OS's random device is
// for main().
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::string NewId() = 0;
};

IdSource& RandomIds();

}  // namespace jissho

#endif  // JISSHO_WORKFLOW_BASE_ID_H_
