#include "services/programme/domain/sample_sheet.h"
#include "services/programme/programme_service.h"
#include "services/programme/reasons.h"
#include "services/programme/service_fixture.h"
#include "services/runtime/reasons.h"
#include "workflow/act/reasons.h"

namespace jissho::programme {
namespace {

using testing::IsOk;
using testing::ReasonIs;

class SheetTest : public ProgrammeFixture {
 protected:
  void SetUp() override {
    ProgrammeFixture::SetUp();
    *findings_ = SampleFindings();
  }

  template <class Request>
  static Request For() {
    Request request;
    request.set_programme_id("093");
    request.set_fiscal_year(2022);
    return request;
  }

  absl::StatusOr<v1::Sheet> Enter(const std::map<std::string, TypedValue>& typed) {
    auto request = For<v1::EnterSheetValuesRequest>();
    for (const auto& [id, value] : typed) {
      v1::TypedValue* added = request.add_values();
      added->set_cell_id(id);
      if (value.value) added->set_value(*value.value);
      added->set_text(value.text);
    }
    return Do<v1::Sheet>("EnterSheetValues", clerk_, request);
  }

  v1::Sheet Computed() {
    CreateProgramme();
    EXPECT_THAT(Enter(SampleInputs().typed), IsOk());
    auto sheet = Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>());
    EXPECT_THAT(sheet, IsOk());
    return sheet.value_or(v1::Sheet());
  }

  absl::StatusOr<v1::Sheet> ApproveAs(const act::Actor& actor, const std::string& etag) {
    auto request = For<v1::ApproveSheetRequest>();
    request.set_etag(etag);
    return Do<v1::Sheet>("ApproveSheet", actor, request);
  }

  static const v1::Cell& At(const v1::Sheet& sheet, const std::string& id) {
    for (const v1::Cell& cell : sheet.cells()) {
      if (cell.id() == id) return cell;
    }
    ADD_FAILURE() << "no cell " << id;
    return v1::Cell::default_instance();
  }
};

TEST_P(SheetTest, ComputesThePublishedFigures) {
  const v1::Sheet sheet = Computed();
  EXPECT_EQ(sheet.state(), v1::SHEET_STATE_COMPUTED);
  EXPECT_EQ(At(sheet, "cost.settlement.2022").value(), 5875);
  EXPECT_EQ(At(sheet, "cost.settlement.2022").kind(), v1::CELL_KIND_SUMMED);
  EXPECT_EQ(At(sheet, "cost.state_share.2022").value(), 2937);
  EXPECT_EQ(At(sheet, "cost.general_funds.2022").value(), 2938);
  EXPECT_EQ(At(sheet, "cost.personnel.2022").value(), 4963);
  EXPECT_EQ(At(sheet, "indicator.1.actual.2022").value(), 500);
  EXPECT_EQ(At(sheet, "indicator.1.actual.2022").kind(), v1::CELL_KIND_COUNTED);
  EXPECT_FALSE(At(sheet, "indicator.1.actual.2023").has_value());
  EXPECT_EQ(sheet.computed_by(), clerk_.id);
  EXPECT_EQ(sheet.content_hash().size(), 64u);
}

TEST_P(SheetTest, KeepsItsSnapshotWhenTheSourcesMoveOn) {
  const v1::Sheet computed = Computed();
  (*findings_)->counts[2022].trials_run = 4;
  ASSERT_OK_AND_ASSIGN(const auto read, Ask<v1::Sheet>("GetSheet", clerk_, For<v1::GetSheetRequest>()));
  EXPECT_EQ(At(read, "indicator.1.actual.2022").value(), 500);
  EXPECT_EQ(read.content_hash(), computed.content_hash());
}

TEST_P(SheetTest, NeedsANewComputationAfterAnEntry) {
  Computed();
  ASSERT_OK_AND_ASSIGN(const auto entered, Enter({{"cost.budget.2022", Number(7000)}}));
  EXPECT_EQ(entered.state(), v1::SHEET_STATE_DRAFT);
  EXPECT_FALSE(At(entered, "cost.settlement.2022").has_value());
  EXPECT_THAT(ApproveAs(manager_, entered.etag()), ReasonIs(act::kStateNotAllowed));
}

TEST_P(SheetTest, RefusesToTypeWhatIsCounted) {
  CreateProgramme();
  EXPECT_THAT(Enter({{"indicator.1.actual.2022", Number(500)}}), ReasonIs(kFieldInvalid));
}

TEST_P(SheetTest, TakesATypedValueAway) {
  CreateProgramme();
  ASSERT_THAT(Enter({{"cost.budget.2022", Number(6456)}}), IsOk());
  auto request = For<v1::EnterSheetValuesRequest>();
  v1::TypedValue* cleared = request.add_values();
  cleared->set_cell_id("cost.budget.2022");
  cleared->set_status(v1::CELL_STATUS_NOT_SET);
  ASSERT_OK_AND_ASSIGN(const auto sheet, Do<v1::Sheet>("EnterSheetValues", clerk_, request));
  EXPECT_FALSE(At(sheet, "cost.budget.2022").has_value());
  EXPECT_EQ(At(sheet, "cost.budget.2022").status(), v1::CELL_STATUS_NOT_SET);
}

TEST_P(SheetTest, IsNotComputedBeforeAnythingWasEntered) {
  CreateProgramme();
  EXPECT_THAT(Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>()),
              ReasonIs(kSheetNotFound));
}

TEST_P(SheetTest, IsNotComputedWhileAServiceCannotBeReached) {
  CreateProgramme();
  ASSERT_THAT(Enter(SampleInputs().typed), IsOk());
  *findings_ = MakeError(runtime::kPeerUnavailable, {{"service", "cases"}});
  EXPECT_THAT(Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>()),
              ReasonIs(runtime::kPeerUnavailable));
}

TEST_P(SheetTest, IsNotApprovedByWhoComputedIt) {
  EXPECT_THAT(ApproveAs(both_, Computed().etag()), ReasonIs(act::kFourEyes));
}

TEST_P(SheetTest, IsNotApprovedWhileACellIsOpen) {
  (*findings_)->settlement->closed = false;
  EXPECT_THAT(ApproveAs(manager_, Computed().etag()), ReasonIs(kSheetCellsOpen));
}

TEST_P(SheetTest, IsNotApprovedInAnotherVersionThanWasSeen) {
  const v1::Sheet seen = Computed();
  ASSERT_THAT(Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>()), IsOk());
  EXPECT_THAT(ApproveAs(manager_, seen.etag()), ReasonIs(runtime::kEtagMismatch));
}

TEST_P(SheetTest, IsShownToEverybodyOnlyOnceItIsPublished) {
  const v1::Sheet computed = Computed();
  ASSERT_THAT(ApproveAs(manager_, computed.etag()), IsOk());
  EXPECT_THAT(Ask<v1::Sheet>("GetSheet", applicant_, For<v1::GetSheetRequest>()), ReasonIs(kSheetNotFound));
  ASSERT_THAT(Do<v1::Sheet>("PublishSheet", manager_, For<v1::PublishSheetRequest>()), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto shown, Ask<v1::Sheet>("GetSheet", applicant_, For<v1::GetSheetRequest>()));
  EXPECT_EQ(shown.state(), v1::SHEET_STATE_PUBLISHED);
  EXPECT_EQ(shown.content_hash(), computed.content_hash());
}

TEST_P(SheetTest, NeverChangesAfterItsApproval) {
  ASSERT_THAT(ApproveAs(manager_, Computed().etag()), IsOk());
  EXPECT_THAT(Enter({{"cost.budget.2022", Number(1)}}), ReasonIs(act::kStateNotAllowed));
  EXPECT_THAT(Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>()),
              ReasonIs(act::kStateNotAllowed));
}

TEST_P(SheetTest, GoesBackForCorrectionWithAReason) {
  Computed();
  auto request = For<v1::ReturnSheetRequest>();
  request.set_reason("予算額を確認してください（見本）");
  ASSERT_OK_AND_ASSIGN(const auto returned, Do<v1::Sheet>("ReturnSheet", manager_, request));
  EXPECT_EQ(returned.state(), v1::SHEET_STATE_DRAFT);
  request.clear_reason();
  ASSERT_THAT(Do<v1::Sheet>("ComputeSheet", clerk_, For<v1::ComputeSheetRequest>()), IsOk());
  EXPECT_THAT(Do<v1::Sheet>("ReturnSheet", manager_, request), ReasonIs(act::kReasonRequired));
}

TEST_P(SheetTest, IsExportedForSpreadsheets) {
  Computed();
  auto request = For<v1::ExportSheetRequest>();
  request.set_byte_order_mark(true);
  ASSERT_OK_AND_ASSIGN(const auto file, Ask<v1::ExportSheetResponse>("ExportSheet", clerk_, request));
  EXPECT_EQ(file.file_name(), "sheet-093-2022.csv");
  EXPECT_THAT(file.content(), ::testing::StartsWith("\xEF\xBB\xBF"));
}

INSTANTIATE_TEST_SUITE_P(Databases, SheetTest, ::testing::Values("sqlite", "mysql"));

}  // namespace
}  // namespace jissho::programme
