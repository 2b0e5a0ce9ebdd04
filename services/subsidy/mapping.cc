#include "services/subsidy/mapping.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "services/runtime/rpc/etag.h"
#include "workflow/base/error.h"

namespace jissho::subsidy {
namespace {

void Add(v1::Balances* balances, const BalanceRow& row) {
  const auto account = AccountNamed(row.account);
  if (!account.ok()) return;
  switch (*account) {
    case Account::kAppropriation:
      balances->set_appropriated_yen(balances->appropriated_yen() - row.amount);
      break;
    case Account::kUnallotted:
      balances->set_unallotted_yen(balances->unallotted_yen() + row.amount);
      break;
    case Account::kAvailable:
      balances->set_available_yen(balances->available_yen() + row.amount);
      break;
    case Account::kReserved:
      balances->set_reserved_yen(balances->reserved_yen() + row.amount);
      break;
    case Account::kCommitted:
      balances->set_committed_yen(balances->committed_yen() + row.amount);
      break;
    case Account::kPaid:
      balances->set_paid_yen(balances->paid_yen() + row.amount);
      break;
    case Account::kReturned:
      balances->set_returned_yen(balances->returned_yen() - row.amount);
      break;
    case Account::kReceivable:
      balances->set_receivable_yen(balances->receivable_yen() + row.amount);
      break;
    default:
      break;
  }
  balances->set_allotted_yen(balances->available_yen() + balances->reserved_yen() +
                             balances->committed_yen() + balances->paid_yen() - balances->returned_yen());
}

}  // namespace

absl::StatusOr<std::string> ToText(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return absl::InternalError(std::string(status.message()));
  return text;
}

absl::Status FromText(const std::string& text, google::protobuf::Message* message) {
  if (text.empty()) return absl::OkStatus();
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // written by a later version
  const auto status = google::protobuf::util::JsonStringToMessage(text, message, options);
  if (!status.ok())
    return absl::DataLossError(absl::StrCat("a stored ", message->GetTypeName(), " cannot be read"));
  return absl::OkStatus();
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return out;
}

std::vector<CostItem> CostsOf(const google::protobuf::RepeatedPtrField<v1::CostItem>& costs) {
  std::vector<CostItem> out;
  for (const v1::CostItem& cost : costs) {
    out.push_back({cost.category(), cost.note(), cost.amount_yen(), cost.eligible_yen()});
  }
  return out;
}

absl::StatusOr<v1::Grant> GrantMessage(const GrantRow& row, const Position& position) {
  v1::Grant grant;
  grant.set_id(row.id);
  grant.set_state(row.state);
  grant.set_call_id(row.call_id);
  grant.set_programme_id(row.programme_id);
  grant.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  grant.set_budget_line(row.line);
  grant.set_organisation_id(row.organisation_id);
  grant.set_organisation_name(row.organisation_name);
  grant.set_title(row.title);
  grant.set_rate(row.rate);
  grant.set_cap_yen(row.cap_yen);
  grant.set_rounding_unit_yen(row.unit_yen);
  grant.set_offered_yen(row.offered_yen);
  grant.set_requested_yen(row.requested_yen);
  grant.set_decided_yen(row.decided_yen);
  grant.set_fixed_yen(row.fixed_yen);
  grant.set_advanced_yen(row.advanced_yen);
  grant.set_paid_yen(position.paid);
  grant.set_returned_yen(position.returned_total());
  grant.set_receivable_yen(position.receivable);
  grant.set_fix_date(row.fix_date);
  grant.set_fix_notice_number(row.fix_notice_number);
  grant.set_report_due_date(row.report_due_date.empty() ? row.report_last_date : row.report_due_date);
  grant.set_return_due_date(row.return_due_date);
  grant.set_open_payment_id(row.open_payment_id);
  grant.set_etag(runtime::MakeEtag(row.version));
  if (!row.application.empty())
    JISSHO_RETURN_IF_ERROR(FromText(row.application, grant.mutable_application()));
  if (!row.decision.empty()) JISSHO_RETURN_IF_ERROR(FromText(row.decision, grant.mutable_decision()));
  if (!row.report.empty()) JISSHO_RETURN_IF_ERROR(FromText(row.report, grant.mutable_report()));
  if (!row.inspection.empty()) JISSHO_RETURN_IF_ERROR(FromText(row.inspection, grant.mutable_inspection()));
  return grant;
}

bool MaySee(const act::Actor& actor, const std::string& organisation_id) {
  for (const char* role :
       {"secretariat", "manager", "mayor", "division", "accounting", "auditor", "system"}) {
    if (actor.HasRole(role)) return true;
  }
  return !actor.organisation.empty() && actor.organisation == organisation_id;
}

bool MaySeeAccount(const act::Actor& actor, const PaymentRow& row) {
  for (const char* role : {"accounting", "auditor", "system"}) {
    if (actor.HasRole(role)) return true;
  }
  return !actor.organisation.empty() && actor.organisation == row.organisation_id;
}

absl::StatusOr<v1::Payment> PaymentMessage(const PaymentRow& row, bool account_in_full) {
  v1::Payment payment;
  payment.set_id(row.id);
  payment.set_kind(static_cast<v1::PaymentKind>(row.kind));
  payment.set_state(row.state);
  payment.set_grant_id(row.grant_id);
  payment.set_programme_id(row.programme_id);
  payment.set_budget_line(row.line);
  payment.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  payment.set_payee_name(row.payee_name);
  payment.set_amount_yen(row.amount_yen);
  payment.set_section(row.section);
  payment.set_description(row.description);
  payment.set_attempt(static_cast<int32_t>(row.attempt));
  payment.set_order_number(row.order_number);
  payment.set_order_date(row.order_date);
  payment.set_check_date(row.check_date);
  payment.set_payment_date(row.payment_date);
  payment.set_last_reason(row.last_reason);
  payment.set_etag(runtime::MakeEtag(row.version));
  payment.set_document(row.document);
  payment.set_replaces(row.replaces_id);
  JISSHO_RETURN_IF_ERROR(FromText(row.account, payment.mutable_account()));
  if (!account_in_full) payment.mutable_account()->set_number(MaskAccountNumber(payment.account().number()));
  return payment;
}

v1::BudgetLine BudgetLineMessage(const BudgetLineRow& row, const std::vector<BalanceRow>& balances) {
  v1::BudgetLine line;
  line.set_code(row.line);
  line.set_fiscal_year(static_cast<int32_t>(row.fiscal_year));
  line.set_title(row.title);
  line.set_etag(runtime::MakeEtag(row.version));
  std::map<std::string, v1::Balances> programmes;
  std::map<int64_t, int64_t> funds;
  line.mutable_balances();
  for (const BalanceRow& balance : balances) {
    Add(line.mutable_balances(), balance);
    if (balance.account == AccountName(Account::kAppropriation)) funds[balance.fund] -= balance.amount;
    if (!balance.programme_id.empty()) Add(&programmes[balance.programme_id], balance);
  }
  for (auto& [programme_id, sums] : programmes) {
    v1::Allotment* allotment = line.add_allotments();
    allotment->set_programme_id(programme_id);
    *allotment->mutable_balances() = std::move(sums);
  }
  for (const auto& [fund, amount] : funds) {
    v1::FundAmount* out = line.add_funds();
    out->set_source(static_cast<v1::FundSource>(fund));
    out->set_amount_yen(amount);
  }
  return line;
}

v1::LedgerEntry EntryMessage(const StoredEntry& stored) {
  v1::LedgerEntry entry;
  entry.set_id(stored.row.id);
  entry.set_number(stored.row.number);
  entry.set_kind(static_cast<v1::EntryKind>(stored.row.kind));
  entry.set_budget_line(stored.row.line);
  entry.set_fiscal_year(static_cast<int32_t>(stored.row.fiscal_year));
  entry.set_programme_id(stored.row.programme_id);
  entry.set_subject_id(stored.row.subject_id);
  entry.set_reference(stored.row.reference);
  entry.set_reverses_id(stored.row.reverses_id);
  entry.set_actor(stored.row.actor);
  *entry.mutable_post_time() = ToTimestamp(stored.row.posted_at);
  entry.set_value_date(stored.row.value_date);
  for (const PostingRow& row : stored.postings) {
    v1::Posting* posting = entry.add_postings();
    posting->set_account(row.account);
    posting->set_source(static_cast<v1::FundSource>(row.fund));
    posting->set_amount_yen(row.amount);
  }
  return entry;
}

}  // namespace jissho::subsidy
