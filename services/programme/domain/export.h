// A sheet as a file: CSV for spreadsheet programs, JSON for programs. Pure.
#ifndef JISSHO_SERVICES_PROGRAMME_DOMAIN_EXPORT_H_
#define JISSHO_SERVICES_PROGRAMME_DOMAIN_EXPORT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/programme/domain/sheet.h"

namespace jissho::programme {

// A number as the form prints it: 70 hundredths of a person is "0.70", thousand yen have no decimals.
std::string FormatValue(Unit unit, int64_t value);

// RFC 4180 with CRLF: one line a cell, an empty value where there is none. A text that a spreadsheet would
// take for a formula (=, +, -, @, tab) is preceded by an apostrophe. `byte_order_mark` puts U+FEFF in front.
std::string ToCsv(const Sheet& sheet, bool byte_order_mark);

// {"sheet_id", "fiscal_year", "cells": [{id, label, fiscal_year, unit, kind, status, value, text, source,
// warnings}], "warnings"}; value is null where there is none.
std::string ToJson(const Sheet& sheet, absl::string_view sheet_id, int fiscal_year);

// Back from ToJson's cells and warnings; the storage form of a computed sheet. INTERNAL when it is not such a
// text.
absl::StatusOr<Sheet> FromJson(absl::string_view json);

// The storage form of typed values, by cell id, and back.
std::string TypedToJson(const std::map<std::string, TypedValue>& typed);
absl::StatusOr<std::map<std::string, TypedValue>> TypedFromJson(absl::string_view json);

}  // namespace jissho::programme

#endif  // JISSHO_SERVICES_PROGRAMME_DOMAIN_EXPORT_H_
