#include "tests/architecture/planted_tree.h"

namespace jissho::architecture {
namespace {

class ErrorsPageTest : public PlantedTree {
 protected:
  static constexpr char kReasonsFile[] = "services/trial/reasons.h";
  static constexpr char kPageFile[] = "docs/errors.md";

  void PlantReason(const std::string& name, const std::string& list = "&kLate") {
    Plant(kReasonsFile, "#include \"x.h\"\n\ninline constexpr Reason kLate{\n    \"" + name +
                            "\", absl::StatusCode::kFailedPrecondition,\n    \"期限, を\"\n    "
                            "\"過ぎました。\", \"Too \\\"late\\\", sorry.\"};\n"
                            "inline constexpr const Reason* kReasons[] = {" +
                            list + "};\n");
  }
};

TEST_F(ErrorsPageTest, ShowsReasonCodeAndBothTexts) {
  PlantReason("TOO_LATE");
  EXPECT_NE(ErrorsPage(Read()).find(
                "| TOO_LATE | FAILED_PRECONDITION | 期限, を過ぎました。 | Too \"late\", sorry. |\n"),
            std::string::npos);
}

TEST_F(ErrorsPageTest, APageWrittenFromTheSourcesIsComplete) {
  PlantReason("TOO_LATE");
  Plant(kPageFile, ErrorsPage(Read()));
  EXPECT_EQ(Findings(CheckReasons), Places{});
}

TEST_F(ErrorsPageTest, FindsAReasonThatThePageLacks) {
  PlantReason("TOO_LATE");
  EXPECT_EQ(Findings(CheckReasons), (Places{{kReasonsFile, 3}}));
}

TEST_F(ErrorsPageTest, FindsARowThatNoSourceDeclares) {
  Plant(kPageFile, "# x\n\n| GONE | NOT_FOUND | ない | Gone. |\n");
  EXPECT_EQ(Findings(CheckReasons), (Places{{kPageFile, 3}}));
}

TEST_F(ErrorsPageTest, FindsAReasonMissingFromItsList) {
  PlantReason("TOO_LATE", "");
  Plant(kPageFile, ErrorsPage(Read()));
  EXPECT_EQ(Findings(CheckReasons), (Places{{kReasonsFile, 3}}));
}

TEST_F(ErrorsPageTest, FindsAMalformedName) {
  PlantReason("too_late");
  Plant(kPageFile, "| too_late |\n");
  EXPECT_EQ(CheckReasons(Read()).size(), 2u);
}

TEST_F(ErrorsPageTest, FindsAReasonDeclaredTwice) {
  PlantReason("TOO_LATE");
  Plant("services/zoo/reasons.h",
        "inline constexpr Reason kB{\"TOO_LATE\", absl::StatusCode::kFailedPrecondition, \"期限, "
        "を過ぎました。\", "
        "\"Too \\\"late\\\", sorry.\"};\nconst Reason* kReasons[] = {&kB};\n");
  Plant(kPageFile, ErrorsPage(Read()));
  EXPECT_EQ(Findings(CheckReasons), (Places{{"services/zoo/reasons.h", 1}}));
}

TEST_F(ErrorsPageTest, FindsAReasonOutsideAReasonsHeader) {
  Plant("services/trial/trial_service.cc",
        "constexpr Reason kX{\"X_Y\", absl::StatusCode::kNotFound, \"ない\", \"None.\"};\n");
  Plant(kPageFile, ErrorsPage(Read()));
  EXPECT_EQ(Findings(CheckReasons), (Places{{"services/trial/trial_service.cc", 1}}));
}

}  // namespace
}  // namespace jissho::architecture
