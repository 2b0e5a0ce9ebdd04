// The parts of a season file that are about money: used by season_file.cc only.
#ifndef JISSHO_CLIENTS_SEASON_READ_MONEY_H_
#define JISSHO_CLIENTS_SEASON_READ_MONEY_H_

#include <vector>

#include "clients/season/season.h"
#include "clients/season/yaml_reader.h"

namespace jissho::season {

Account ReadAccount(MapReader& map);
std::vector<CostItem> ReadCosts(MapReader& map, const std::string& key);
PaymentPlan ReadPayment(MapReader& map);
DirectCost ReadDirectCost(MapReader& map);
Programme ReadProgramme(MapReader& map, bool main);
Budget ReadBudget(MapReader& map);
Grant ReadGrant(MapReader& map);

}  // namespace jissho::season

#endif  // JISSHO_CLIENTS_SEASON_READ_MONEY_H_
