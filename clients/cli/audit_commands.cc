#include "clients/cli/audit_commands.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/output.h"
#include "jissho/engine/v1/engine.pb.h"

namespace jissho::cli {
namespace {

namespace v1 = ::jissho::engine::v1;

constexpr char kVerify[] = "jissho.engine.v1.WorkflowService/VerifyJournals";
constexpr int kPageSize = 200;
constexpr int kBroken = 1;

int Verify(v1::VerifyJournalsRequest request, const Call& call, const Surroundings& around) {
  int64_t instances = 0, entries = 0, faults = 0;
  request.set_page_size(kPageSize);
  do {
    v1::VerifyJournalsResponse page;
    const absl::Status status = call(kVerify, request, &page);
    if (!status.ok()) {
      around.error << DescribeError(status);
      return ExitCode(status);
    }
    instances += page.instances();
    entries += page.entries();
    for (const v1::JournalFault& fault : page.faults()) {
      ++faults;
      around.out << fault.service() << " " << fault.instance_id() << " #" << fault.sequence() << ": "
                 << fault.message_ja() << " / " << fault.message_en() << "\n";
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  around.out << "手続 / instances: " << instances << ", 記録 / entries: " << entries
             << ", 破損 / broken: " << faults << "\n";
  return faults == 0 ? 0 : kBroken;
}

}  // namespace

void AddAuditCommands(Nouns& nouns, Call call, const Surroundings& around,
                      std::vector<OwnCommand>& commands) {
  auto* verify = nouns.Get("audit")->add_subcommand("verify",
                                                    "記録の改ざん・欠落を調べる（破損があれば終了コード1） / "
                                                    "check the journals; exits with 1 when one is broken");
  auto request = std::make_shared<v1::VerifyJournalsRequest>();
  verify->add_option_function<std::string>(
      "--service", [request](const std::string& value) { request->set_service(value); },
      "サービス（省略時はすべて） / service, default all of the server");
  verify->add_option_function<std::string>(
      "--instance", [request](const std::string& value) { request->set_instance(value); },
      "手続のID / one instance; needs --service");
  commands.push_back({"audit", verify,
                      [request, call = std::move(call), &around] { return Verify(*request, call, around); }});
}

}  // namespace jissho::cli
