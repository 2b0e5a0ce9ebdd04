// Pages of a list (AIP-158): a token holds the key after which the next page starts, and a hash of the other
// arguments, so that a token of one list is not taken for another.
//
//   JISSHO_ASSIGN_OR_RETURN(Page page, ReadPage(request));          // page.after is {} on the first page
//   auto rows = store.List(session, page.after, page.size + 1);     // one more tells whether there is a next
//   page if (rows.size() > page.size) { rows.resize(page.size);
//   response.set_next_page_token(MakePageToken(request, {rows.back().id})); }
#ifndef JISSHO_SERVICES_RUNTIME_RPC_PAGING_H_
#define JISSHO_SERVICES_RUNTIME_RPC_PAGING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace jissho::runtime {

inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;

struct Page {
  int size = kPageSizeDefault;     // 0 asked for means the default, more than the maximum means the maximum
  std::vector<std::string> after;  // key of the last entry of the page before; empty at the start
};

// Reads `page_size` and `page_token` of a list request. INVALID_ARGUMENT (PAGE_TOKEN_INVALID).
absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request);

// The token of the page after `key`; `request` is the one that is being answered.
std::string MakePageToken(const google::protobuf::Message& request, const std::vector<std::string>& key);

}  // namespace jissho::runtime

#endif  // JISSHO_SERVICES_RUNTIME_RPC_PAGING_H_
