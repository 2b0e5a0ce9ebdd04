// An organisation that proposes (提案団体), and what its registration must hold. Pure and thread-safe.
#ifndef JISSHO_SERVICES_INTAKE_DOMAIN_ORGANISATION_H_
#define JISSHO_SERVICES_INTAKE_DOMAIN_ORGANISATION_H_

#include <string>
#include <vector>

#include "workflow/base/error.h"

namespace jissho::intake {

inline constexpr int kOrganisationIdMax = 60;

// Names as in the contract's OrganisationKind, without its prefix.
enum class OrganisationKind {
  kUnspecified,
  kCompany,
  kUniversity,
  kSchool,
  kInstitute,
  kSoleProprietor,
  kUnincorporated,
  kOther,
};

// Bodies with legal personality have a corporate number (法人番号); these two kinds need not.
bool NeedsCorporateNumber(OrganisationKind kind);

struct CheckedRegistration {
  std::vector<FieldFault> faults;  // empty: acceptable
  std::string corporate_number;    // 13 ASCII digits, or empty
};

// Checks id and corporate number; `id` may be empty (it will be made).
CheckedRegistration CheckRegistration(const std::string& id, OrganisationKind kind,
                                      const std::string& corporate_number);

}  // namespace jissho::intake

#endif  // JISSHO_SERVICES_INTAKE_DOMAIN_ORGANISATION_H_
