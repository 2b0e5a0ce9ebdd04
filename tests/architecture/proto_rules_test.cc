#include "tests/architecture/planted_tree.h"

namespace jissho::architecture {
namespace {

using ProtoRulesTest = PlantedTree;

constexpr char kPath[] = "protos/jissho/trial/v1/trial.proto";

TEST_F(ProtoRulesTest, FindsEveryElementWithoutComment) {
  Plant(kPath,
        "syntax = \"proto3\";\n"
        "service TrialService {\n"
        "  rpc Get(A) returns (B);\n"
        "}\n"
        "message A {\n"
        "  string name = 1;\n"
        "  map<string, int32> counts = 2 [deprecated = true];\n"
        "  repeated jissho.x.v1.Y many = 3;\n"
        "}\n"
        "enum E {\n"
        "  E_UNSPECIFIED = 0;\n"
        "}\n");
  EXPECT_EQ(
      Findings(CheckProtoComments),
      (Places{
          {kPath, 2}, {kPath, 3}, {kPath, 5}, {kPath, 6}, {kPath, 7}, {kPath, 8}, {kPath, 10}, {kPath, 11}}));
}

TEST_F(ProtoRulesTest, AcceptsALeadingOrATrailingComment) {
  Plant(kPath,
        "// What it is.\nmessage A {\n  // The name.\n  string name = 1;\n  int32 count = 2;  // How many.\n"
        "  reserved 5;\n  option (x) = 1;\n}\n");
  EXPECT_EQ(Findings(CheckProtoComments), Places{});
}

TEST_F(ProtoRulesTest, OneCommentDoesNotServeTwoFields) {
  Plant(kPath, "// A.\nmessage A {\n  // The name.\n  string name = 1;\n  string other = 2;\n}\n");
  EXPECT_EQ(Findings(CheckProtoComments), (Places{{kPath, 5}}));
}

}  // namespace
}  // namespace jissho::architecture
