#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "embedded/survey_data.h"
#include "services/runtime/rpc/paging.h"
#include "services/survey/mapping.h"
#include "services/survey/reasons.h"
#include "services/survey/store/store.h"
#include "services/survey/survey_service.h"
#include "services/survey/templates.h"

namespace jissho::survey {

namespace {

using runtime::CallContext;
using runtime::Plan;

absl::StatusOr<Plan<v1::Template>> Create(const CallContext&, const v1::CreateTemplateRequest& request) {
  const Questionnaire questionnaire = FromMessage(request);
  std::vector<FieldFault> faults = CheckQuestionnaire(questionnaire);
  JISSHO_ASSIGN_OR_RETURN(const auto built_in, BuiltInTemplates());
  if (std::any_of(built_in.begin(), built_in.end(),
                  [&](const auto& row) { return row.code == questionnaire.code; })) {
    faults.push_back({"code", "この記号は製品のひな形のものです。別の記号にしてください。",
                      "This code belongs to a template of the product; choose another."});
  }
  if (!faults.empty()) return MakeFieldError(faults);
  TemplateRow row;
  row.id = ContentHash(questionnaire);
  row.code = questionnaire.code;
  row.content = ToText(questionnaire);
  Plan<v1::Template> plan;
  plan.partition = absl::StrCat("template/", row.code);
  plan.reads = {act::ReadOf<TemplateRow>(row.id)};
  plan.run = [row](const act::Context&, const act::View& view,
                   act::WriteSet& writes) -> absl::StatusOr<v1::Template> {
    JISSHO_ASSIGN_OR_RETURN(const auto standing, view.Find<TemplateRow>(row.id));
    if (standing) return ToMessage(*standing);
    TemplateRow added = row;
    JISSHO_ASSIGN_OR_RETURN(added.edition, writes.NextNumber(absl::StrCat("template/", row.code)));
    JISSHO_RETURN_IF_ERROR(writes.Insert(added));
    return ToMessage(added);
  };
  return plan;
}

absl::StatusOr<v1::Template> Get(const CallContext&, const v1::GetTemplateRequest& request,
                                 storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const TemplateRow row, ResolveTemplate(session, request.id()));
  return ToMessage(row);
}

absl::StatusOr<v1::ListTemplatesResponse> List(const CallContext&, const v1::ListTemplatesRequest& request,
                                               storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const runtime::Page page, runtime::ReadPage(request));
  v1::ListTemplatesResponse response;
  std::string after_code;
  int64_t after_edition = 0;
  if (page.after.size() == 2) {
    after_code = page.after[0];
    (void)absl::SimpleAtoi(page.after[1],
                           &after_edition);  // the token is authentic as far as ReadPage can tell
  } else {
    JISSHO_ASSIGN_OR_RETURN(const auto built_in, BuiltInTemplates());
    for (const TemplateRow& row : built_in) {
      JISSHO_ASSIGN_OR_RETURN(*response.add_templates(), ToMessage(row));
    }
  }
  JISSHO_ASSIGN_OR_RETURN(auto rows, ListAddedTemplates(session, after_code, after_edition, page.size + 1));
  if (rows.size() > static_cast<size_t>(page.size)) {
    rows.resize(page.size);
    response.set_next_page_token(
        runtime::MakePageToken(request, {rows.back().code, absl::StrCat(rows.back().edition)}));
  }
  for (const TemplateRow& row : rows) {
    JISSHO_ASSIGN_OR_RETURN(*response.add_templates(), ToMessage(row));
  }
  return response;
}

}  // namespace

absl::StatusOr<std::vector<TemplateRow>> BuiltInTemplates() {
  std::vector<TemplateRow> rows;
  for (const auto& [file, text] : embedded::survey_data()) {
    JISSHO_ASSIGN_OR_RETURN(const Questionnaire questionnaire, QuestionnaireFromText(text));
    // The edition in the table is only for people; the content's hash tells two products' versions apart.
    rows.push_back({ContentHash(questionnaire), questionnaire.code, 1, ToText(questionnaire), true});
  }
  return rows;
}

absl::StatusOr<TemplateRow> ResolveTemplate(storage::Session& session, const std::string& id_or_code) {
  JISSHO_ASSIGN_OR_RETURN(const auto built_in, BuiltInTemplates());
  for (const TemplateRow& row : built_in) {
    if (row.id == id_or_code || row.code == id_or_code) return row;
  }
  JISSHO_ASSIGN_OR_RETURN(auto row, FindTemplate(session, id_or_code));
  if (!row) {
    JISSHO_ASSIGN_OR_RETURN(row, FindNewestTemplate(session, id_or_code));
  }
  if (!row) return MakeError(kTemplateNotFound, {{"id", id_or_code}});
  return *std::move(row);
}

void AddTemplateMethods(runtime::MethodRegistry& registry) {
  registry.Act<v1::CreateTemplateRequest, v1::Template>("CreateTemplate", Create);
  registry.Read<v1::GetTemplateRequest, v1::Template>("GetTemplate", Get);
  registry.Read<v1::ListTemplatesRequest, v1::ListTemplatesResponse>("ListTemplates", List);
}

}  // namespace jissho::survey
