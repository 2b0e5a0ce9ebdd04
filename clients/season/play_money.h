#ifndef JISSHO_CLIENTS_SEASON_PLAY_MONEY_H_
#define JISSHO_CLIENTS_SEASON_PLAY_MONEY_H_

#include <string>

#include "clients/season/season.h"
#include "jissho/subsidy/v1/subsidy.pb.h"

namespace jissho::season {

// The holder is the payee himself: the server refuses anybody else's account.
void FillAccount(const Account& account, const std::string& holder, subsidy::v1::BankAccount* out);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_PLAY_MONEY_H_
