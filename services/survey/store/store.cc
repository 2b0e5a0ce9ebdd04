#include "services/survey/store/store.h"

#include "absl/strings/str_cat.h"

namespace jissho::survey {

namespace {

// Collects conditions and their parameters in step.
class Where {
 public:
  void Add(const std::string& condition, const storage::CellRow& params = {}) {
    absl::StrAppend(&text_, text_.empty() ? "WHERE " : " AND ", condition);
    params_.insert(params_.end(), params.begin(), params.end());
  }
  void Equals(const std::string& column, const std::string& value) {
    if (!value.empty()) Add(absl::StrCat(column, " = ?"), {value});
  }
  std::string Ordered(const std::string& columns, int limit) const {
    return absl::StrCat(text_, " ORDER BY ", columns, " LIMIT ", limit);
  }
  const storage::CellRow& params() const { return params_; }

 private:
  std::string text_;
  storage::CellRow params_;
};

template <class Row>
absl::StatusOr<std::optional<Row>> FindOne(storage::Session& session, const std::string& tail,
                                           const storage::CellRow& params) {
  auto rows = storage::Select<Row>(session, tail, params);
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

}  // namespace

absl::StatusOr<std::optional<TemplateRow>> FindTemplate(storage::Session& session, const std::string& id) {
  return FindOne<TemplateRow>(session, "WHERE id = ?", {id});
}

absl::StatusOr<std::optional<TemplateRow>> FindNewestTemplate(storage::Session& session,
                                                              const std::string& code) {
  return FindOne<TemplateRow>(session, "WHERE code = ? ORDER BY edition DESC LIMIT 1", {code});
}

absl::StatusOr<std::vector<TemplateRow>> ListAddedTemplates(storage::Session& session,
                                                            const std::string& after_code,
                                                            int64_t after_edition, int limit) {
  Where where;
  where.Add("built_in = 0");
  where.Add("(code > ? OR (code = ? AND edition > ?))", {after_code, after_code, after_edition});
  return storage::Select<TemplateRow>(session, where.Ordered("code, edition", limit), where.params());
}

absl::StatusOr<std::optional<CampaignRow>> FindCampaign(storage::Session& session, const std::string& id) {
  return FindOne<CampaignRow>(session, "WHERE id = ?", {id});
}

absl::StatusOr<std::vector<CampaignRow>> ListCampaigns(storage::Session& session,
                                                       const CampaignFilter& filter, const std::string& after,
                                                       int limit) {
  Where where;
  where.Add("id > ?", {after});
  where.Equals("programme_id", filter.programme_id);
  where.Equals("state", filter.state);
  if (filter.fiscal_year != 0) where.Add("fiscal_year = ?", {filter.fiscal_year});
  return storage::Select<CampaignRow>(session, where.Ordered("id", limit), where.params());
}

absl::StatusOr<std::optional<InvitationRow>> FindInvitation(storage::Session& session,
                                                            const std::string& id) {
  return FindOne<InvitationRow>(session, "WHERE id = ?", {id});
}

absl::StatusOr<std::optional<TokenRow>> FindToken(storage::Session& session, const std::string& token_hash) {
  return FindOne<TokenRow>(session, "WHERE token_hash = ?", {token_hash});
}

absl::StatusOr<std::vector<InvitationRow>> ListInvitations(storage::Session& session,
                                                           const InvitationFilter& filter,
                                                           const std::string& after, int limit) {
  Where where;
  where.Add("id > ?", {after});
  where.Equals("campaign_id", filter.campaign_id);
  where.Equals("case_id", filter.case_id);
  where.Equals("organisation_id", filter.organisation_id);
  where.Equals("state", filter.state);
  if (filter.only_sent) where.Add("state <> 'planned'");
  return storage::Select<InvitationRow>(session, where.Ordered("id", limit), where.params());
}

absl::StatusOr<std::vector<InvitationRow>> AllInvitations(storage::Session& session,
                                                          const std::string& campaign_id) {
  return storage::Select<InvitationRow>(session, "WHERE campaign_id = ? ORDER BY id", {campaign_id});
}

absl::StatusOr<std::optional<AnswerRow>> FindAnswer(storage::Session& session,
                                                    const std::string& invitation_id) {
  return FindOne<AnswerRow>(session, "WHERE invitation_id = ?", {invitation_id});
}

absl::StatusOr<std::vector<AnswerRow>> ListAnswers(storage::Session& session,
                                                   const std::string& campaign_id) {
  return storage::Select<AnswerRow>(session, "WHERE campaign_id = ? ORDER BY invitation_id", {campaign_id});
}

absl::StatusOr<std::vector<NoticeRow>> ListNotices(storage::Session& session, const std::string& campaign_id,
                                                   int64_t after_issued, const std::string& after_id,
                                                   int limit) {
  Where where;
  where.Equals("campaign_id", campaign_id);
  where.Add("(issued_at > ? OR (issued_at = ? AND id > ?))", {after_issued, after_issued, after_id});
  return storage::Select<NoticeRow>(session, where.Ordered("issued_at, id", limit), where.params());
}

}  // namespace jissho::survey
