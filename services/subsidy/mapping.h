// Rows to messages of the contract.
#ifndef JISSHO_SERVICES_SUBSIDY_MAPPING_H_
#define JISSHO_SERVICES_SUBSIDY_MAPPING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "jissho/subsidy/v1/subsidy.pb.h"
#include "services/subsidy/domain/grant_rules.h"
#include "services/subsidy/domain/ledger.h"
#include "services/subsidy/store/ledger_store.h"
#include "services/subsidy/store/rows.h"
#include "workflow/act/act.h"

namespace jissho::subsidy {

namespace v1 = ::jissho::subsidy::v1;

// Messages that are kept whole in a text column. An empty text is no message.
absl::StatusOr<std::string> ToText(const google::protobuf::Message& message);
absl::Status FromText(const std::string& text, google::protobuf::Message* message);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

std::vector<CostItem> CostsOf(const google::protobuf::RepeatedPtrField<v1::CostItem>& costs);

absl::StatusOr<v1::Grant> GrantMessage(const GrantRow& row, const Position& position);

// An account is shown in full to accounting, auditors, the system and its owner; to others masked.
bool MaySeeAccount(const act::Actor& actor, const PaymentRow& row);
absl::StatusOr<v1::Payment> PaymentMessage(const PaymentRow& row, bool account_in_full);

// True when the actor may see rows of this organisation: everybody but applicants of another one.
bool MaySee(const act::Actor& actor, const std::string& organisation_id);

v1::BudgetLine BudgetLineMessage(const BudgetLineRow& row, const std::vector<BalanceRow>& balances);
v1::LedgerEntry EntryMessage(const StoredEntry& entry);

}  // namespace jissho::subsidy

#endif  // JISSHO_SERVICES_SUBSIDY_MAPPING_H_
