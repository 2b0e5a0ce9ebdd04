// Between the service's messages, its rows and its plain domain values. Pure.
#ifndef JISSHO_SERVICES_PROGRAMME_MAPPING_H_
#define JISSHO_SERVICES_PROGRAMME_MAPPING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "jissho/programme/v1/programme.pb.h"
#include "services/programme/domain/call_rules.h"
#include "services/programme/domain/layout.h"
#include "services/programme/domain/sheet.h"
#include "services/programme/store/rows.h"

namespace jissho::programme {

namespace v1 = ::jissho::programme::v1;

// The storage form of a programme: JSON without id and etag, field names as in the proto.
absl::StatusOr<std::string> ProgrammeContent(v1::Programme programme);
absl::StatusOr<v1::Programme> ToProgramme(const ProgrammeRow& row);

absl::StatusOr<std::string> CallContent(const v1::CallRules& rules);
absl::StatusOr<v1::CallRules> RulesOf(const CallRow& row);
absl::StatusOr<v1::Call> ToCall(const CallRow& row);
CallRules ToDomain(const v1::CallRules& rules);
// The announcement of a published call to the other services.
v1::CallPublished ToAnnouncement(const CallRow& row, const v1::CallRules& rules,
                                 const std::string& programme_no);

std::vector<IndicatorSpec> IndicatorsOf(const v1::Programme& programme);
std::vector<StaffRate> RatesOf(const v1::Programme& programme);
SheetInputs InputsOf(const v1::Programme& programme, int fiscal_year,
                     std::map<std::string, TypedValue> typed);
TypedEntry ToTypedEntry(const v1::TypedValue& value);

// The sheet as it is to be shown: computed, or what was typed when it has not been computed since.
absl::StatusOr<Sheet> CellsOf(const SheetRow& row, const v1::Programme& programme);
v1::Sheet ToSheet(const SheetRow& row, const Sheet& sheet);

std::string SheetId(const std::string& programme_id, int fiscal_year);

// "CALL_STATE_OPEN" <-> "open".
std::string StateName(v1::CallState state);

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_MAPPING_H_
