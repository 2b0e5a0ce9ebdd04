// The management sheet: typed, computed, approved by somebody else, published.
#include "absl/strings/str_cat.h"
#include "clients/season/play.h"
#include "jissho/programme/v1/programme.pb.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace pv = programme::v1;

std::string Method(const char* name) { return absl::StrCat("jissho.programme.v1.ProgrammeService/", name); }

template <class Request>
Request OfSheet(Play& play) {
  Request request;
  request.set_programme_id(play.season().programme.id);
  request.set_fiscal_year(play.season().fiscal_year);
  return request;
}

absl::Status Enter(Play& play) {
  auto request = OfSheet<pv::EnterSheetValuesRequest>(play);
  for (const TypedValue& typed : play.season().sheet.values) {
    pv::TypedValue* value = request.add_values();
    value->set_cell_id(typed.cell);
    if (typed.value) value->set_value(*typed.value);
    value->set_text(typed.text);
    value->set_source(typed.source);
    value->set_status(typed.pending ? pv::CELL_STATUS_PENDING : pv::CELL_STATUS_CONFIRMED);
  }
  return play.driver().Act<pv::Sheet>(play.OfDuty("drafter"), Method("EnterSheetValues"), request).status();
}

absl::Status Compute(Play& play) {
  auto request = OfSheet<pv::ComputeSheetRequest>(play);
  JISSHO_ASSIGN_OR_RETURN(const auto sheet, play.driver().Act<pv::Sheet>(play.OfDuty("drafter"),
                                                                         Method("ComputeSheet"), request));
  play.Remember("sheet-etag", sheet.etag());
  play.Note(absl::StrCat(sheet.cells_size(), "欄"));
  return absl::OkStatus();
}

absl::Status Approve(Play& play) {
  auto request = OfSheet<pv::ApproveSheetRequest>(play);
  JISSHO_ASSIGN_OR_RETURN(*request.mutable_etag(), play.Id("sheet-etag"));
  return play.driver().Act<pv::Sheet>(play.OfDuty("manager"), Method("ApproveSheet"), request).status();
}

absl::Status Publish(Play& play) {
  auto request = OfSheet<pv::PublishSheetRequest>(play);
  return play.driver().Act<pv::Sheet>(play.OfDuty("manager"), Method("PublishSheet"), request).status();
}

}  // namespace

void PlanSheet(Plan& plan) {
  const Sheet& sheet = plan.season().sheet;
  plan.Add(sheet.enter, "drafter", "事務事業マネジメントシートに計画値と文章を入力",
           "Plans and texts are typed into the sheet", Enter);
  plan.Add(sheet.compute, "drafter", "シートを案件、台帳、調査から集計", "The sheet is computed", Compute);
  plan.Add(sheet.approve, "manager", "シートを承認（入力者以外）", "It is approved by somebody else",
           Approve);
  plan.Add(sheet.publish, "manager", "シートを公表", "It is published", Publish);
}

}  // namespace jissho::season
