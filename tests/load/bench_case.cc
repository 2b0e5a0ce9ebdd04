#include "tests/load/bench_case.h"

#include "absl/strings/str_cat.h"
#include "bench.pb.h"
#include "workflow/act/rows.h"
#include "workflow/act/service.h"

namespace jissho::bench {

namespace {

constexpr Reason kCaseUnknown{"BENCH_CASE_UNKNOWN", absl::StatusCode::kNotFound, "案件 {id} はありません。",
                              "There is no case {id}."};
constexpr char kSchema[] =
    "CREATE TABLE bench_case (id {{id}} NOT NULL, version {{integer}} NOT NULL, document {{text}} NOT NULL, "
    "PRIMARY KEY (id)) {{table_options}};\n";

class BenchModule : public runtime::Module {
 public:
  std::string name() const override { return "bench"; }
  absl::StatusOr<std::vector<storage::Migration>> migrations() const override {
    return std::vector<storage::Migration>{{"bench", 1, "case", kSchema}};
  }
  absl::StatusOr<act::Definitions> definitions() override {
    act::Definitions definitions;
    definitions.charts = {{"ring", RingChart()}};
    return definitions;
  }
  std::vector<runtime::MethodRegistry> methods() override {
    runtime::MethodRegistry registry("jissho.bench.v1.BenchService");
    registry.Act<v1::MoveCaseRequest, v1::MoveCaseResponse>(
        "MoveCase",
        [](const runtime::CallContext&,
           const v1::MoveCaseRequest& request) -> absl::StatusOr<runtime::Plan<v1::MoveCaseResponse>> {
          runtime::Plan<v1::MoveCaseResponse> plan;
          plan.partition = request.id();
          plan.reads = ReadsOfMove(request.id());
          plan.run = [request](const act::Context&, const act::View& view,
                               act::WriteSet& writes) -> absl::StatusOr<v1::MoveCaseResponse> {
            JISSHO_ASSIGN_OR_RETURN(const int64_t version,
                                    MoveCase(request.id(), request.amount_yen(), view, writes));
            v1::MoveCaseResponse response;
            response.set_version(version);
            return response;
          };
          return plan;
        });
    return {registry};
  }
};

}  // namespace

std::string CaseId(int i) { return absl::StrCat("case-", i); }

std::string RingChart() {
  std::string chart =
      R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:jissho="https://jissho.dev/ns/scxml/1" version="1.0"
  datamodel="ecmascript" name="ring" initial="s0">
  <datamodel><data id="moves" expr="0"/><data id="limit" expr="1000000"/></datamodel>
)";
  for (int group = 0; group < 3; ++group) {
    absl::StrAppend(&chart, "  <state id=\"g", group, "\">\n");
    for (int i = group * 4; i < group * 4 + 4; ++i) {
      absl::StrAppend(&chart, "    <state id=\"s", i,
                      "\"><transition event=\"move\" cond=\"_event.data.amount &lt;= limit &amp;&amp; In('g",
                      group, "')\" target=\"s", (i + 1) % 12,
                      "\" jissho:role=\"secretariat\" jissho:label=\"進める\" jissho:label-en=\"Move\">"
                      "<assign location=\"moves\" expr=\"moves + 1\"/></transition></state>\n");
    }
    absl::StrAppend(&chart, "  </state>\n");
  }
  return chart + "</scxml>\n";
}

std::vector<act::Read> ReadsOfMove(const std::string& id) {
  return {act::ReadOf<CaseRow>(id),
          act::ReadInstance(id),
          {&storage::TableOf<act::StreamRow>(), storage::KeyOf("cases", id)}};
}

absl::StatusOr<int64_t> MoveCase(const std::string& id, int64_t amount_yen, const act::View& view,
                                 act::WriteSet& writes) {
  JISSHO_ASSIGN_OR_RETURN(CaseRow row, view.Get<CaseRow>(id, kCaseUnknown));
  JISSHO_RETURN_IF_ERROR(writes.Fire(id, "move", {{"amount", amount_yen}}));
  row.document[row.version % kDocumentBytes] ^= 1;
  JISSHO_RETURN_IF_ERROR(writes.Update(row));
  return row.version + 1;
}

std::unique_ptr<runtime::Module> MakeModule() { return std::make_unique<BenchModule>(); }

absl::Status CreateCases(storage::Pool& pool, int count) {
  const VirtualCalendar calendar(absl::FromUnixSeconds(1654848000));
  const ManualMonotonicClock monotonic;
  act::ServiceOptions options;
  options.service = "bench";
  options.municipality = "082201";
  options.progress_receiver = "";
  act::Definitions definitions;
  definitions.charts = {{"ring", RingChart()}};
  JISSHO_ASSIGN_OR_RETURN(auto service, act::Service::Create(options, definitions, &pool, &calendar,
                                                             &monotonic, nullptr, nullptr));
  constexpr int kChunk = 100;
  for (int begin = 0; begin < count; begin += kChunk) {
    act::Act act;
    act.actor = act::Actor::System("bench");
    act.run = [begin, count](const act::Context&, const act::View&,
                             act::WriteSet& writes) -> absl::StatusOr<std::string> {
      for (int i = begin; i < std::min(count, begin + kChunk); ++i) {
        JISSHO_RETURN_IF_ERROR(writes.Insert(CaseRow{CaseId(i), 0, std::string(kDocumentBytes, 'x')}));
        JISSHO_RETURN_IF_ERROR(writes.Start("ring", CaseId(i), CaseId(i), "", act::Json::object()));
        JISSHO_RETURN_IF_ERROR(writes.Insert(act::StreamRow{"cases", CaseId(i), 0}));
      }
      return std::string();
    };
    JISSHO_RETURN_IF_ERROR(service->RunHere(act).status());
  }
  return absl::OkStatus();
}

}  // namespace jissho::bench
