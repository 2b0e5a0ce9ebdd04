#include "workflow/storage/statement_cache.h"

#include <utility>

namespace jissho::storage {
namespace {

constexpr size_t kKeptTextBytes = 4096;

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

}  // namespace

PreparedStatement::PreparedStatement(soci::session& session, const std::string& sql, const CellRow& params,
                                     const std::vector<CellType>& types)
    : params_(params.size()), columns_(types.size()), statement_(session) {
  statement_.alloc();
  statement_.prepare(sql);
  for (size_t i = 0; i < types.size(); ++i) {
    Slot& slot = columns_[i];
    slot.text = types[i] == CellType::kText;
    if (slot.text) {
      statement_.exchange(soci::into(slot.string, slot.indicator));
    } else {
      statement_.exchange(soci::into(slot.integer, slot.indicator));
    }
  }
  for (size_t i = 0; i < params.size(); ++i) {
    Slot& slot = params_[i];
    slot.text = !std::holds_alternative<int64_t>(params[i]);
    if (slot.text) {
      statement_.exchange(soci::use(slot.string, slot.indicator));
    } else {
      statement_.exchange(soci::use(slot.integer, slot.indicator));
    }
  }
  statement_.define_and_bind();
}

bool PreparedStatement::Fits(const CellRow& params, const std::vector<CellType>& types) const {
  if (params.size() != params_.size() || types.size() != columns_.size()) return false;
  for (size_t i = 0; i < types.size(); ++i) {
    if (columns_[i].text != (types[i] == CellType::kText)) return false;
  }
  for (size_t i = 0; i < params.size(); ++i) {
    if (!IsNull(params[i]) && params_[i].text != std::holds_alternative<std::string>(params[i])) return false;
  }
  return true;
}

void PreparedStatement::SetParams(const CellRow& params) {
  for (size_t i = 0; i < params.size(); ++i) {
    Slot& slot = params_[i];
    slot.indicator = IsNull(params[i]) ? soci::i_null : soci::i_ok;
    if (const auto* number = std::get_if<int64_t>(&params[i])) slot.integer = *number;
    if (const auto* text = std::get_if<std::string>(&params[i])) slot.string = *text;
  }
}

CellRow PreparedStatement::TakeRow() {
  CellRow row;
  row.reserve(columns_.size());
  for (Slot& slot : columns_) {
    if (slot.indicator == soci::i_null) {
      row.emplace_back();
    } else if (slot.text) {
      row.emplace_back(std::move(slot.string));
      slot.string.clear();
    } else {
      row.emplace_back(static_cast<int64_t>(slot.integer));
    }
  }
  return row;
}

void PreparedStatement::Release() {
  for (Slot& slot : params_) {
    if (slot.string.capacity() > kKeptTextBytes) std::string().swap(slot.string);
  }
}

PreparedStatement& StatementCache::Get(soci::session& session, const std::string& sql, const CellRow& params,
                                       const std::vector<CellType>& types) {
  if (auto found = by_sql_.find(sql); found != by_sql_.end()) {
    if (found->second->prepared->Fits(params, types)) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return *entries_.front().prepared;
    }
    entries_.erase(found->second);
    by_sql_.erase(found);
  }
  auto prepared = std::make_unique<PreparedStatement>(session, sql, params, types);
  if (entries_.size() >= capacity_) {
    by_sql_.erase(entries_.back().sql);
    entries_.pop_back();
  }
  entries_.push_front({sql, std::move(prepared)});
  by_sql_[sql] = entries_.begin();
  return *entries_.front().prepared;
}

void StatementCache::Clear() {
  by_sql_.clear();
  entries_.clear();
}

}  // namespace jissho::storage
