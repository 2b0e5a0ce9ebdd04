#include "services/intake/domain/organisation.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/civil/identifiers.h"

namespace jissho::intake {

namespace {

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool NeedsCorporateNumber(OrganisationKind kind) {
  return kind != OrganisationKind::kSoleProprietor && kind != OrganisationKind::kUnincorporated;
}

CheckedRegistration CheckRegistration(const std::string& id, OrganisationKind kind,
                                      const std::string& corporate_number) {
  CheckedRegistration checked;
  if (id.size() > kOrganisationIdMax || !std::all_of(id.begin(), id.end(), IsIdCharacter)) {
    checked.faults.push_back({"organisation.id", "団体IDは半角英数字と . _ - で60字以内にしてください。",
                              "Use letters, digits, '.', '_' and '-', at most 60."});
  }
  if (kind == OrganisationKind::kUnspecified) {
    checked.faults.push_back(
        {"organisation.kind", "団体の種別を選んでください。", "Choose the kind of organisation."});
  }
  if (corporate_number.empty() && !NeedsCorporateNumber(kind)) return checked;
  civil::CheckedIdentifier number =
      civil::CheckCorporateNumber("organisation.corporate_number", corporate_number);
  if (number.fault) {
    checked.faults.push_back(*std::move(number.fault));
  } else {
    checked.corporate_number = std::move(number.value);
  }
  return checked;
}

}  // namespace jissho::intake
