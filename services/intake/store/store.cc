#include "services/intake/store/store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace jissho::intake {

namespace {

// Collects conditions and their parameters in step.
class Where {
 public:
  void Add(const std::string& condition, storage::CellRow params) {
    absl::StrAppend(&text_, text_.empty() ? "WHERE " : " AND ", condition);
    params_.insert(params_.end(), params.begin(), params.end());
  }
  void Equals(const std::string& column, const std::string& value) {
    if (!value.empty()) Add(absl::StrCat(column, " = ?"), {value});
  }
  std::string OrderedById(int limit) const { return absl::StrCat(text_, " ORDER BY id LIMIT ", limit); }
  const storage::CellRow& params() const { return params_; }

 private:
  std::string text_;
  storage::CellRow params_;
};

Where Above(const std::string& after) {
  Where where;
  if (!after.empty()) where.Add("id > ?", {after});
  return where;
}

// "!" escapes, because the databases disagree about the backslash.
std::string ContainsPattern(const std::string& text) {
  return absl::StrCat("%", absl::StrReplaceAll(text, {{"!", "!!"}, {"%", "!%"}, {"_", "!_"}}), "%");
}

}  // namespace

absl::StatusOr<std::vector<OrganisationRow>> ListOrganisations(storage::Session& session,
                                                               const OrganisationFilter& filter,
                                                               const std::string& after, int limit) {
  Where where = Above(after);
  where.Equals("id", filter.id);
  if (!filter.name_contains.empty()) {
    const std::string pattern = ContainsPattern(filter.name_contains);
    where.Add("(name LIKE ? ESCAPE '!' OR kana LIKE ? ESCAPE '!')", {pattern, pattern});
  }
  if (filter.kind != 0) where.Add("kind = ?", {filter.kind});
  return storage::Select<OrganisationRow>(session, where.OrderedById(limit), where.params());
}

absl::StatusOr<std::vector<CallRow>> ListOpenCalls(storage::Session& session, absl::Time now,
                                                   const std::string& after, int limit) {
  Where where = Above(after);
  const int64_t micros = absl::ToUnixMicros(now);
  where.Add("open_at <= ? AND close_at > ? AND closed_at IS NULL", {micros, micros});
  return storage::Select<CallRow>(session, where.OrderedById(limit), where.params());
}

absl::StatusOr<std::vector<ProposalRow>> ListProposals(storage::Session& session,
                                                       const ProposalFilter& filter, const std::string& after,
                                                       int limit) {
  Where where = Above(after);
  where.Equals("call_id", filter.call_id);
  where.Equals("state", filter.state);
  where.Equals("organisation_id", filter.organisation_id);
  if (!filter.drafts) where.Add("state <> ?", {std::string("draft")});
  return storage::Select<ProposalRow>(session, where.OrderedById(limit), where.params());
}

absl::StatusOr<std::vector<RevisionRow>> ListRevisions(storage::Session& session,
                                                       const std::string& proposal_id, int64_t after,
                                                       int limit) {
  return storage::Select<RevisionRow>(
      session, absl::StrCat("WHERE proposal_id = ? AND revision > ? ORDER BY revision LIMIT ", limit),
      {proposal_id, after});
}

absl::StatusOr<std::optional<RevisionRow>> FindRevision(storage::Session& session,
                                                        const std::string& proposal_id, int64_t revision) {
  auto rows = ListRevisions(session, proposal_id, revision - 1, 1);
  if (!rows.ok()) return rows.status();
  if (rows->empty() || rows->front().revision != revision) return std::optional<RevisionRow>();
  return std::optional<RevisionRow>(std::move(rows->front()));
}

absl::StatusOr<std::vector<ConsultationRow>> ListConsultations(storage::Session& session,
                                                               const ConsultationFilter& filter,
                                                               const std::string& after, int limit) {
  Where where = Above(after);
  where.Equals("state", filter.state);
  where.Equals("organisation_id", filter.organisation_id);
  return storage::Select<ConsultationRow>(session, where.OrderedById(limit), where.params());
}

}  // namespace jissho::intake
