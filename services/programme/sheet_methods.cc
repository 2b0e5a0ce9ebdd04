#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/programme/domain/compute.h"
#include "services/programme/domain/export.h"
#include "services/programme/domain/layout.h"
#include "services/programme/mapping.h"
#include "services/programme/programme_service.h"
#include "services/programme/reasons.h"
#include "services/programme/store/store.h"
#include "services/runtime/rpc/etag.h"
#include "workflow/base/hash.h"

namespace jissho::programme {
namespace {

using runtime::CallContext;
using runtime::Plan;

absl::Status NoSheet(const std::string& programme_id, int fiscal_year) {
  return MakeError(kSheetNotFound, {{"id", programme_id}, {"year", absl::StrCat(fiscal_year)}});
}

struct Loaded {
  SheetRow row;
  v1::Programme programme;
};

absl::StatusOr<v1::Programme> LoadProgramme(const act::View& view, const std::string& id) {
  JISSHO_ASSIGN_OR_RETURN(const ProgrammeRow row, view.Get<ProgrammeRow>(id, kProgrammeNotFound));
  return ToProgramme(row);
}

absl::StatusOr<Loaded> Load(const act::View& view, const std::string& programme_id, int fiscal_year) {
  Loaded out;
  JISSHO_ASSIGN_OR_RETURN(out.programme, LoadProgramme(view, programme_id));
  JISSHO_ASSIGN_OR_RETURN(auto row, view.Find<SheetRow>(SheetId(programme_id, fiscal_year)));
  if (!row) return NoSheet(programme_id, fiscal_year);
  out.row = *std::move(row);
  return out;
}

absl::StatusOr<v1::Sheet> Answer(const act::View& view, const std::string& programme_id, int fiscal_year) {
  JISSHO_ASSIGN_OR_RETURN(const Loaded loaded, Load(view, programme_id, fiscal_year));
  JISSHO_ASSIGN_OR_RETURN(const Sheet sheet, CellsOf(loaded.row, loaded.programme));
  return ToSheet(loaded.row, sheet);
}

template <class Request>
Plan<v1::Sheet> PlanFor(const Request& request) {
  Plan<v1::Sheet> plan;
  plan.partition = SheetId(request.programme_id(), request.fiscal_year());
  plan.reads = {act::ReadOf<ProgrammeRow>(request.programme_id()), act::ReadOf<SheetRow>(plan.partition),
                act::ReadInstance(plan.partition)};
  return plan;
}

// --- typing
// -------------------------------------------------------------------------------------------------------

// The row, made together with its chart when this is the first entry.
absl::StatusOr<SheetRow> FindOrStart(const act::View& view, act::WriteSet& writes,
                                     const std::string& programme_id, int fiscal_year) {
  const std::string id = SheetId(programme_id, fiscal_year);
  JISSHO_ASSIGN_OR_RETURN(auto existing, view.Find<SheetRow>(id));
  if (existing) return *std::move(existing);
  SheetRow row;
  row.id = id;
  row.programme_id = programme_id;
  row.fiscal_year = fiscal_year;
  row.typed = "{}";
  JISSHO_RETURN_IF_ERROR(writes.Insert(row));
  JISSHO_RETURN_IF_ERROR(writes.Start("sheet", id, "", "", act::Json::object()));
  return view.Get<SheetRow>(id, kSheetNotFound);
}

absl::StatusOr<Plan<v1::Sheet>> Enter(const CallContext&, const v1::EnterSheetValuesRequest& request) {
  Plan<v1::Sheet> plan = PlanFor(request);
  plan.run = [request](const act::Context&, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Sheet> {
    JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, LoadProgramme(view, request.programme_id()));
    std::vector<TypedEntry> entries;
    for (const v1::TypedValue& value : request.values()) entries.push_back(ToTypedEntry(value));
    JISSHO_RETURN_IF_ERROR(CheckTyped(LayoutOf(request.fiscal_year(), IndicatorsOf(programme)), entries));
    JISSHO_ASSIGN_OR_RETURN(SheetRow row,
                            FindOrStart(view, writes, request.programme_id(), request.fiscal_year()));
    if (!request.etag().empty()) JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), row.version));
    JISSHO_RETURN_IF_ERROR(writes.Fire(row.id, "sheet.enter"));
    JISSHO_ASSIGN_OR_RETURN(row, view.Get<SheetRow>(row.id, kSheetNotFound));
    JISSHO_ASSIGN_OR_RETURN(auto typed, TypedFromJson(row.typed));
    for (const TypedEntry& entry : entries) {
      if (entry.clear) {
        typed.erase(entry.cell_id);
      } else {
        typed[entry.cell_id] = entry.value;
      }
    }
    row.typed = TypedToJson(typed);
    row.computed.clear();
    row.content_hash.clear();
    row.computed_at.reset();
    row.computed_by.clear();
    JISSHO_RETURN_IF_ERROR(writes.Update(row));
    return Answer(view, request.programme_id(), request.fiscal_year());
  };
  return plan;
}

// --- computing
// ----------------------------------------------------------------------------------------------------

absl::StatusOr<v1::Sheet> Compute(const act::Context& context, const act::View& view, act::WriteSet& writes,
                                  const std::string& programme_id, int fiscal_year,
                                  const Findings& findings) {
  JISSHO_ASSIGN_OR_RETURN(Loaded loaded, Load(view, programme_id, fiscal_year));
  JISSHO_RETURN_IF_ERROR(writes.Fire(loaded.row.id, "sheet.compute"));
  JISSHO_ASSIGN_OR_RETURN(loaded, Load(view, programme_id, fiscal_year));
  JISSHO_ASSIGN_OR_RETURN(auto typed, TypedFromJson(loaded.row.typed));
  JISSHO_ASSIGN_OR_RETURN(const Sheet sheet,
                          ComputeSheet(InputsOf(loaded.programme, fiscal_year, std::move(typed)), findings));
  loaded.row.computed = ToJson(sheet, loaded.row.id, fiscal_year);
  loaded.row.content_hash = Sha256Hex(loaded.row.computed);
  loaded.row.computed_at = context.now();
  loaded.row.computed_by = context.actor().id;
  JISSHO_RETURN_IF_ERROR(writes.Update(loaded.row));
  return Answer(view, programme_id, fiscal_year);
}

absl::StatusOr<Plan<v1::Sheet>> PlanCompute(FindingsSource* source, const v1::ComputeSheetRequest& request,
                                            storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const auto row, FindProgramme(session, request.programme_id()));
  if (!row) return MakeError(kProgrammeNotFound, {{"id", request.programme_id()}});
  JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, ToProgramme(*row));
  JISSHO_ASSIGN_OR_RETURN(Findings findings,
                          source->Gather({programme.id(), programme.budget_line(), request.fiscal_year()}));
  Plan<v1::Sheet> plan = PlanFor(request);
  plan.run = [request, findings = std::move(findings)](const act::Context& context, const act::View& view,
                                                       act::WriteSet& writes) {
    return Compute(context, view, writes, request.programme_id(), request.fiscal_year(), findings);
  };
  return plan;
}

// --- approving
// ----------------------------------------------------------------------------------------------------

absl::StatusOr<Plan<v1::Sheet>> Approve(const CallContext&, const v1::ApproveSheetRequest& request) {
  Plan<v1::Sheet> plan = PlanFor(request);
  plan.run = [request](const act::Context&, const act::View& view,
                       act::WriteSet& writes) -> absl::StatusOr<v1::Sheet> {
    JISSHO_ASSIGN_OR_RETURN(const Loaded loaded, Load(view, request.programme_id(), request.fiscal_year()));
    JISSHO_RETURN_IF_ERROR(runtime::CheckEtag(request.etag(), loaded.row.version));
    JISSHO_RETURN_IF_ERROR(writes.Fire(loaded.row.id, "sheet.approve"));
    JISSHO_ASSIGN_OR_RETURN(const Sheet sheet, CellsOf(loaded.row, loaded.programme));
    const auto open = OpenCells(sheet, InputsOf(loaded.programme, request.fiscal_year(), {}));
    if (!open.empty()) return MakeError(kSheetCellsOpen, {{"cells", absl::StrJoin(open, ", ")}});
    return Answer(view, request.programme_id(), request.fiscal_year());
  };
  return plan;
}

template <class Request>
Plan<v1::Sheet> PlanEvent(const Request& request, const std::string& event, const act::Json& data) {
  Plan<v1::Sheet> plan = PlanFor(request);
  plan.run = [request, event, data](const act::Context&, const act::View& view,
                                    act::WriteSet& writes) -> absl::StatusOr<v1::Sheet> {
    JISSHO_ASSIGN_OR_RETURN(const Loaded loaded, Load(view, request.programme_id(), request.fiscal_year()));
    JISSHO_RETURN_IF_ERROR(writes.Fire(loaded.row.id, event, data));
    return Answer(view, request.programme_id(), request.fiscal_year());
  };
  return plan;
}

absl::StatusOr<Plan<v1::Sheet>> Return(const CallContext&, const v1::ReturnSheetRequest& request) {
  return PlanEvent(request, "sheet.return", {{"reason", request.reason()}});
}

absl::StatusOr<Plan<v1::Sheet>> Publish(const CallContext&, const v1::PublishSheetRequest& request) {
  return PlanEvent(request, "sheet.publish", act::Json::object());
}

// --- reading
// ------------------------------------------------------------------------------------------------------

struct Shown {
  SheetRow row;
  Sheet sheet;
};

template <class Request>
absl::StatusOr<Shown> Show(const CallContext& call, const Request& request, storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(auto row,
                          FindSheet(session, SheetId(request.programme_id(), request.fiscal_year())));
  if (!row || (row->state != "published" && !IsStaff(call.actor))) {
    return NoSheet(request.programme_id(), request.fiscal_year());
  }
  JISSHO_ASSIGN_OR_RETURN(const auto owner, FindProgramme(session, request.programme_id()));
  if (!owner) return MakeError(kProgrammeNotFound, {{"id", request.programme_id()}});
  JISSHO_ASSIGN_OR_RETURN(const v1::Programme programme, ToProgramme(*owner));
  Shown out;
  JISSHO_ASSIGN_OR_RETURN(out.sheet, CellsOf(*row, programme));
  out.row = *std::move(row);
  return out;
}

absl::StatusOr<v1::Sheet> Get(const CallContext& call, const v1::GetSheetRequest& request,
                              storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const Shown shown, Show(call, request, session));
  return ToSheet(shown.row, shown.sheet);
}

absl::StatusOr<v1::ExportSheetResponse> Export(const CallContext& call, const v1::ExportSheetRequest& request,
                                               storage::Session& session) {
  JISSHO_ASSIGN_OR_RETURN(const Shown shown, Show(call, request, session));
  v1::ExportSheetResponse response;
  const bool json = request.format() == v1::EXPORT_FORMAT_JSON;
  response.set_file_name(absl::StrCat("sheet-", shown.row.id, json ? ".json" : ".csv"));
  response.set_media_type(json ? "application/json" : "text/csv; charset=utf-8");
  response.set_content(json ? ToJson(shown.sheet, shown.row.id, request.fiscal_year())
                            : ToCsv(shown.sheet, request.byte_order_mark()));
  return response;
}

absl::Status SetSheetState(const act::ActionCall& call, const act::Context&, const act::View& view,
                           act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(SheetRow row, view.Get<SheetRow>(call.instance_id, kSheetNotFound));
  row.state = call.params.value("state", "");
  return writes.Update(row);
}

}  // namespace

void RegisterSheetMethods(FindingsSource* findings, runtime::MethodRegistry& registry) {
  registry.Act<v1::EnterSheetValuesRequest, v1::Sheet>("EnterSheetValues", Enter);
  registry.ActAfterReading<v1::ComputeSheetRequest, v1::Sheet>(
      "ComputeSheet",
      [findings](const CallContext&, const v1::ComputeSheetRequest& request, storage::Session& session) {
        return PlanCompute(findings, request, session);
      });
  registry.Act<v1::ApproveSheetRequest, v1::Sheet>("ApproveSheet", Approve);
  registry.Act<v1::ReturnSheetRequest, v1::Sheet>("ReturnSheet", Return);
  registry.Act<v1::PublishSheetRequest, v1::Sheet>("PublishSheet", Publish);
  registry.Read<v1::GetSheetRequest, v1::Sheet>("GetSheet", Get);
  registry.Read<v1::ExportSheetRequest, v1::ExportSheetResponse>("ExportSheet", Export);
}

void AddSheetDefinitions(act::Definitions& definitions) {
  definitions.actions["programme.sheet_state"] = SetSheetState;
}

}  // namespace jissho::programme
