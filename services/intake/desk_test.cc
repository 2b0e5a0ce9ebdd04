#include "services/intake/intake_fixture.h"
#include "services/runtime/reasons.h"
#include "workflow/act/reasons.h"
#include "workflow/base/hash.h"

namespace jissho::intake {
namespace {

using ::jissho::testing::IsOk;
using ::jissho::testing::ReasonIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeskTest : public IntakeTest {
 protected:
  absl::StatusOr<v1::Attachment> Attach(const std::string& id, const std::string& content) {
    v1::AttachFileRequest request;
    request.set_proposal_id(id);
    request.set_file_name("見本.pdf");
    request.set_media_type("application/pdf");
    request.set_content(content);
    return h_->Call<v1::Attachment>(ann_, "AttachFile", request);
  }
  absl::StatusOr<v1::Consultation> Ask() {
    v1::OpenConsultationRequest request;
    request.set_subject("見本の相談");
    request.set_question("見本");
    return h_->Call<v1::Consultation>(ann_, "OpenConsultation", request);
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, DeskTest, ::testing::Values("sqlite", "mysql"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(DeskTest, RefusesACorporateNumberThatAnotherHolds) {
  EXPECT_THAT(Register(clerk_, "org-c", "7123456789012"), ReasonIs(kCorporateNumberTaken));
}

TEST_P(DeskTest, RefusesAnOrganisationThatIsThere) {
  EXPECT_THAT(Register(clerk_, "org-a", "2120901007402"), ReasonIs(kOrganisationExists));
}

TEST_P(DeskTest, LetsAnApplicantRegisterOnlyTheOrganisationOfHisToken) {
  EXPECT_THAT(Register(ann_, "org-c", "2120901007402"), ReasonIs(kOtherOrganisation));
}

TEST_P(DeskTest, FreesACorporateNumberThatIsReplaced) {
  v1::GetOrganisationRequest get;
  get.set_id("org-a");
  ASSERT_OK_AND_ASSIGN(auto organisation, h_->Call<v1::Organisation>(ann_, "GetOrganisation", get));
  organisation.set_corporate_number("2120901007402");
  v1::UpdateOrganisationRequest update;
  *update.mutable_organisation() = organisation;
  ASSERT_OK(h_->Call<v1::Organisation>(ann_, "UpdateOrganisation", update));
  EXPECT_THAT(Register(clerk_, "org-c", "7123456789012"), IsOk());
}

TEST_P(DeskTest, FindsOrganisationsByAPartOfTheirNames) {
  v1::ListOrganisationsRequest request;
  request.set_name_contains("体 org-b");
  ASSERT_OK_AND_ASSIGN(const auto found,
                       h_->Call<v1::ListOrganisationsResponse>(clerk_, "ListOrganisations", request));
  ASSERT_THAT(found.organisations(), SizeIs(1));
  EXPECT_EQ(found.organisations(0).id(), "org-b");
}

TEST_P(DeskTest, TakesNoWildcardInASearchForAName) {
  v1::ListOrganisationsRequest request;
  request.set_name_contains("%");
  ASSERT_OK_AND_ASSIGN(const auto found,
                       h_->Call<v1::ListOrganisationsResponse>(clerk_, "ListOrganisations", request));
  EXPECT_THAT(found.organisations(), IsEmpty());
}

TEST_P(DeskTest, ShowsAnApplicantHisOwnOrganisationOnly) {
  ASSERT_OK_AND_ASSIGN(const auto found, h_->Call<v1::ListOrganisationsResponse>(
                                             ann_, "ListOrganisations", v1::ListOrganisationsRequest()));
  ASSERT_THAT(found.organisations(), SizeIs(1));
  EXPECT_EQ(found.organisations(0).id(), "org-a");
}

TEST_P(DeskTest, PagesThroughProposalsWithoutLosingOne) {
  for (const char* title : {"一", "二", "三"}) Submitted(title);
  v1::ListProposalsRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       h_->Call<v1::ListProposalsResponse>(clerk_, "ListProposals", request));
  EXPECT_THAT(first.proposals(), SizeIs(2));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second,
                       h_->Call<v1::ListProposalsResponse>(clerk_, "ListProposals", request));
  EXPECT_THAT(second.proposals(), SizeIs(1));
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_P(DeskTest, ListsACallOnlyWhileItReceives) {
  const auto list = [&] {
    auto calls = h_->Call<v1::ListOpenCallsResponse>(ann_, "ListOpenCalls", v1::ListOpenCallsRequest());
    return calls.ok() ? calls->calls_size() : -1;
  };
  EXPECT_EQ(list(), 1);
  ASSERT_OK(h_->AdvanceTo(close_));
  EXPECT_EQ(list(), 0);
}

TEST_P(DeskTest, KeepsAFileByteForByteAndPutsItsHashIntoTheRevision) {
  const std::string id = Draft();
  const std::string content = std::string("\0\xff\x01 見本", 10);
  ASSERT_OK_AND_ASSIGN(const auto attachment, Attach(id, content));
  EXPECT_EQ(attachment.sha256(), Sha256Hex(content));
  v1::GetAttachmentRequest get;
  get.set_id(attachment.id());
  ASSERT_OK_AND_ASSIGN(const auto file, h_->Call<v1::GetAttachmentResponse>(ann_, "GetAttachment", get));
  EXPECT_EQ(file.content(), content);
  EXPECT_THAT(h_->Call<v1::GetAttachmentResponse>(ben_, "GetAttachment", get), ReasonIs(kAttachmentNotFound));
  ASSERT_OK(Submit(ann_, id));
  v1::ListRevisionsRequest list;
  list.set_proposal_id(id);
  ASSERT_OK_AND_ASSIGN(const auto revisions,
                       h_->Call<v1::ListRevisionsResponse>(ann_, "ListRevisions", list));
  const auto json = nlohmann::json::parse(revisions.revisions(0).content_json());
  EXPECT_EQ(json["attachments"][0]["sha256"], attachment.sha256());
}

TEST_P(DeskTest, TakesAFileOfOneMebibyteAndNotAByteMore) {
  const std::string id = Draft();
  EXPECT_THAT(Attach(id, std::string(kAttachmentBytesMax, 'x')), IsOk());
  EXPECT_THAT(Attach(id, std::string(kAttachmentBytesMax + 1, 'x')), ReasonIs(kFieldInvalid));
}

TEST_P(DeskTest, AttachesNothingToASubmittedProposal) {
  EXPECT_THAT(Attach(Submitted(), "x"), ReasonIs(act::kStateNotAllowed));
}

TEST_P(DeskTest, AnswersAConsultation) {
  ASSERT_OK_AND_ASSIGN(const auto asked, Ask());
  EXPECT_EQ(asked.organisation_id(), "org-a");
  v1::AnswerConsultationRequest answer;
  answer.set_id(asked.id());
  answer.set_answer("見本の回答");
  ASSERT_OK_AND_ASSIGN(const auto answered, h_->Call<v1::Consultation>(clerk_, "AnswerConsultation", answer));
  EXPECT_EQ(answered.state(), v1::CONSULTATION_STATE_ANSWERED);
  EXPECT_EQ(answered.answered_by(), clerk_.id);
  v1::CloseConsultationRequest close;
  close.set_id(asked.id());
  ASSERT_OK_AND_ASSIGN(const auto closed, h_->Call<v1::Consultation>(ann_, "CloseConsultation", close));
  EXPECT_EQ(closed.state(), v1::CONSULTATION_STATE_CLOSED);
  EXPECT_THAT(h_->Call<v1::Consultation>(clerk_, "AnswerConsultation", answer),
              ReasonIs(act::kStateNotAllowed));
}

TEST_P(DeskTest, DoesNotShowAConsultationToAnotherOrganisation) {
  ASSERT_OK_AND_ASSIGN(const auto asked, Ask());
  v1::GetConsultationRequest get;
  get.set_id(asked.id());
  EXPECT_THAT(h_->Call<v1::Consultation>(ben_, "GetConsultation", get), ReasonIs(kConsultationNotFound));
}

}  // namespace
}  // namespace jissho::intake
