#include "tests/architecture/planted_tree.h"

namespace jissho::architecture {
namespace {

using DependencyRulesTest = PlantedTree;

TEST_F(DependencyRulesTest, FindsAServiceThatIncludesAnother) {
  Plant("services/intake/intake_service.cc",
        "#include <string>\n#include \"services/subsidy/domain/ledger.h\"\n");
  EXPECT_EQ(Findings(CheckProjectIncludes), (Places{{"services/intake/intake_service.cc", 2}}));
}

TEST_F(DependencyRulesTest, LetsAServiceUseItselfTheRuntimeAndTheWorkflow) {
  Plant("services/intake/intake_service.cc",
        "#include \"services/intake/domain/proposal.h\"\n#include \"services/runtime/module.h\"\n"
        "#include \"services/civil/date.h\"\n#include \"workflow/act/act.h\"\n#include "
        "\"jissho/intake/v1/x.pb.h\"\n");
  EXPECT_EQ(Findings(CheckProjectIncludes), Places{});
}

TEST_F(DependencyRulesTest, FindsALowerRoomThatLooksUp) {
  Plant("workflow/base/error.cc", "#include \"workflow/storage/session.h\"\n");
  Plant("workflow/chart/parser.cc", "\n#include \"workflow/engine/step.h\"\n");
  Plant("workflow/engine/step.cc", "#include \"workflow/storage/session.h\"\n");
  Plant("workflow/expression/eval.cc", "#include \"workflow/chart/model.h\"\n");
  Plant("workflow/act/executor.cc", "#include \"services/runtime/module.h\"\n");
  EXPECT_EQ(Findings(CheckProjectIncludes), (Places{{"workflow/act/executor.cc", 1},
                                                    {"workflow/base/error.cc", 1},
                                                    {"workflow/chart/parser.cc", 2},
                                                    {"workflow/engine/step.cc", 1},
                                                    {"workflow/expression/eval.cc", 1}}));
}

TEST_F(DependencyRulesTest, FindsRuntimeCivilAndClientsThatKnowAService) {
  Plant("services/runtime/http/gateway.cc", "#include \"services/cases/cases_module.h\"\n");
  Plant("services/civil/date.cc", "#include \"services/runtime/module.h\"\n");
  Plant("clients/cpp/client.cc", "#include \"services/runtime/module.h\"\n");
  EXPECT_EQ(Findings(CheckProjectIncludes).size(), 3u);
}

TEST_F(DependencyRulesTest, LetsTheServerAndTheTestsIncludeEverything) {
  Plant("services/server/main.cc", "#include \"services/cases/cases_module.h\"\n");
  Plant("services/intake/intake_test.cc", "#include \"services/cases/cases_module.h\"\n");
  Plant("workflow/storage/database_fixture.h", "#include \"tests/support/private_mariadb.h\"\n");
  Plant("tests/integration/year_test.cc", "#include \"services/cases/cases_module.h\"\n");
  EXPECT_EQ(Findings(CheckProjectIncludes), Places{});
}

TEST_F(DependencyRulesTest, IgnoresAnIncludeInACommentOrARawString) {
  Plant("services/intake/a.cc",
        "// #include \"services/cases/a.h\"\n/*\n#include \"services/cases/a.h\"\n*/\n"
        "const char* kText = R\"(\n#include \"services/cases/a.h\"\n)\";\n");
  EXPECT_EQ(Findings(CheckProjectIncludes), Places{});
}

TEST_F(DependencyRulesTest, FindsTransportAndDatabaseHeadersInPureCode) {
  Plant("services/subsidy/domain/ledger.h",
        "#include <grpcpp/grpcpp.h>\n#include <google/protobuf/message.h>\n");
  Plant("workflow/engine/step.h", "#include \"jissho/engine/v1/engine.pb.h\"\n");
  Plant("workflow/chart/model.h", "#include <soci/soci.h>\n");
  Plant("workflow/act/act.h", "#include <grpcpp/grpcpp.h>\n");
  Plant("services/subsidy/store/ledger_store.cc", "#include <soci/soci.h>\n");
  EXPECT_EQ(Findings(CheckLibraryIncludes), (Places{{"services/subsidy/domain/ledger.h", 1},
                                                    {"services/subsidy/domain/ledger.h", 2},
                                                    {"services/subsidy/store/ledger_store.cc", 1},
                                                    {"workflow/act/act.h", 1},
                                                    {"workflow/chart/model.h", 1},
                                                    {"workflow/engine/step.h", 1}}));
}

TEST_F(DependencyRulesTest, LetsTheStorageUseSociAndAServiceUseGrpc) {
  Plant("workflow/storage/pool.cc", "#include <soci/soci.h>\n");
  Plant("services/subsidy/subsidy_service.cc", "#include <grpcpp/grpcpp.h>\n");
  EXPECT_EQ(Findings(CheckLibraryIncludes), Places{});
}

}  // namespace
}  // namespace jissho::architecture
