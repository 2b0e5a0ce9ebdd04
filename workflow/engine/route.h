// Where a <send> goes (SCXML 6.2.4 and C.1), told by its type and target alone: what every host agrees on.
// Whether the addressed session is there is the host's to know.
#ifndef JISSHO_WORKFLOW_ENGINE_ROUTE_H_
#define JISSHO_WORKFLOW_ENGINE_ROUTE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "workflow/engine/event.h"

namespace jissho::engine {

inline constexpr char kScxmlProcessor[] = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";

struct Route {
  enum class Kind {
    kSelf,     // the session's own external queue
    kParent,   // "#_parent": the session that invoked this one
    kChild,    // "#_ID": a session that this one invoked; `id` is the invoke id
    kSession,  // "#_scxml_ID": any session; `id` is its session id
    kService,  // "SERVICE/INSTANCE" of type jissho:service; `id` is that
    kOther,    // a type that is not SCXML's: the host's to take or to refuse
    kInvalid,  // error.execution
  };
  Kind kind = Kind::kInvalid;
  std::string id;
  friend bool operator==(const Route&, const Route&) = default;
};

// Of a kSend that does not go to "#_internal".
Route RouteOf(const Effect& send);

// The address of a session, as `origin` of its events and as a <send>'s target.
std::string AddressOf(absl::string_view session_id);

// The event that a <send> becomes; `session_id` is the sender's, `invoke_id` the id under which the receiver
// invoked it, empty when it did not.
Event EventOf(const Effect& send, absl::string_view session_id, absl::string_view invoke_id);

// done.invoke.ID
Event DoneInvoke(const std::string& invoke_id, const Value& done_data);

}  // namespace jissho::engine

#endif  // JISSHO_WORKFLOW_ENGINE_ROUTE_H_
