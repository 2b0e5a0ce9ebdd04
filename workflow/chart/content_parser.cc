#include "workflow/chart/content_parser.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "workflow/chart/delay.h"

namespace jissho::chart {
namespace {

constexpr char kToldElsewhere[] = "*";

// What may stand in an element (SCXML 3 to 6): the names of its attributes, and of its children where only a
// few may be there.
struct Allowed {
  absl::string_view element, attributes, children;
};
constexpr Allowed kAllowed[] = {
    {"scxml", "initial name version datamodel binding exmode", kToldElsewhere},
    {"state", "id initial", kToldElsewhere},
    {"parallel", "id", kToldElsewhere},
    {"final", "id", kToldElsewhere},
    {"history", "id type", kToldElsewhere},
    {"initial", "", "transition"},
    {"transition", "event cond target type", kToldElsewhere},
    {"onentry", "", kToldElsewhere},
    {"onexit", "", kToldElsewhere},
    {"datamodel", "", kToldElsewhere},
    {"data", "id src expr", kToldElsewhere},
    {"donedata", "", "content param"},
    {"content", "expr", kToldElsewhere},
    {"param", "name expr location", ""},
    {"raise", "event", ""},
    {"if", "cond", kToldElsewhere},
    {"elseif", "cond", ""},
    {"else", "", ""},
    {"foreach", "array item index", kToldElsewhere},
    {"log", "label expr", ""},
    {"assign", "location expr", kToldElsewhere},
    {"script", "src", kToldElsewhere},
    {"send", "event eventexpr target targetexpr type typeexpr id idlocation delay delayexpr namelist",
     "content param"},
    {"cancel", "sendid sendidexpr", ""},
    {"invoke", "type typeexpr src srcexpr id idlocation namelist autoforward", "content finalize param"},
    {"finalize", "", kToldElsewhere},
};
constexpr Allowed kDo{"do", "action", kToldElsewhere};
constexpr Allowed kOwnParam{"param", "name expr location", ""};

const Allowed* AllowedOf(const pugi::xml_node& node) {
  const absl::string_view name = LocalName(node.name());
  if (IsJissho(node)) return name == "do" ? &kDo : name == "param" ? &kOwnParam : nullptr;
  if (!IsScxml(node)) return nullptr;
  const auto* found = std::find_if(std::begin(kAllowed), std::end(kAllowed),
                                   [&](const Allowed& allowed) { return allowed.element == name; });
  return found == std::end(kAllowed) ? nullptr : found;
}

bool IsAmong(absl::string_view name, absl::string_view list) {
  const std::vector<std::string> names = Words(list);
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Their attributes of our own are told where they are read.
bool TakesOurAttributes(absl::string_view element) {
  return IsAmong(element, "scxml state parallel final history transition send");
}

bool HoldsData(absl::string_view element) { return IsAmong(element, "data content assign script"); }

}  // namespace

void ContentParser::FindUnknownParts(const pugi::xml_node& root) {
  const Allowed* allowed = AllowedOf(root);
  if (allowed == nullptr) return;  // an element in the wrong place has been told
  for (const auto& attribute : root.attributes()) {
    const absl::string_view name = attribute.name();
    const bool foreign = name == "xmlns" || name.find(':') != absl::string_view::npos;
    if (!foreign && !IsAmong(name, allowed->attributes)) AddUnknownAttribute(root, name);
  }
  if (!TakesOurAttributes(allowed->element)) OnlyOurAttributes(root, {});
  if (HoldsData(allowed->element)) return;
  for (const auto& child : root.children()) {
    if (IsScxml(child) && allowed->children != kToldElsewhere &&
        !IsAmong(LocalName(child.name()), allowed->children)) {
      AddUnknownElement(child);
    } else {
      FindUnknownParts(child);
    }
  }
}

void ContentParser::AddUnknownAttribute(const pugi::xml_node& node, absl::string_view name) {
  AddFault(node, kUnknownAttribute, absl::StrCat("<", node.name(), ">に属性", name, "は使えません。"),
           absl::StrCat("<", node.name(), "> does not know the attribute ", name, "."));
}

void ContentParser::AddFault(const pugi::xml_node& node, absl::string_view code, absl::string_view ja,
                             absl::string_view en) {
  const Position at = At(node);
  faults_.push_back(
      {Severity::kError, at.line, at.column, std::string(code), std::string(ja), std::string(en)});
}

void ContentParser::AddUnknownElement(const pugi::xml_node& node) {
  AddFault(node, kUnknownElement, absl::StrCat("<", node.name(), ">はここに置けません。"),
           absl::StrCat("<", node.name(), "> may not stand here."));
}

std::string ContentParser::Required(const pugi::xml_node& node, const char* name) {
  const std::string value = node.attribute(name).value();
  if (value.empty()) {
    AddFault(node, kMissingAttribute, absl::StrCat("<", node.name(), ">に属性", name, "がありません。"),
             absl::StrCat("<", node.name(), "> needs the attribute ", name, "."));
  }
  return value;
}

void ContentParser::AtMostOne(const pugi::xml_node& node, std::initializer_list<const char*> names) {
  int present = 0;
  std::string list;
  for (const char* name : names) {
    present += node.attribute(name) ? 1 : 0;
    absl::StrAppend(&list, list.empty() ? "" : ", ", name);
  }
  if (present > 1) {
    AddFault(node, kContradictingAttributes,
             absl::StrCat("<", node.name(), ">の属性", list, "は同時に指定できません。"),
             absl::StrCat("<", node.name(), "> may have only one of the attributes ", list, "."));
  }
}

void ContentParser::OnlyOurAttributes(const pugi::xml_node& node,
                                      std::initializer_list<absl::string_view> known) {
  for (const std::string& name : JisshoAttributeNames(node)) {
    if (std::find(known.begin(), known.end(), name) == known.end()) AddUnknownAttribute(node, name);
  }
}

Block ContentParser::ReadBlock(const pugi::xml_node& container) {
  Block block;
  for (const auto& child : container.children()) ReadElement(child, block);
  return block;
}

std::vector<Param> ContentParser::ReadParams(const pugi::xml_node& parent) {
  std::vector<Param> params;
  for (const auto& child : parent.children()) {
    if (!(IsScxml(child) || IsJissho(child)) || LocalName(child.name()) != "param") continue;
    AtMostOne(child, {"expr", "location"});
    Param param{Required(child, "name"), child.attribute("expr").value(), child.attribute("location").value(),
                At(child)};
    if (param.expr.empty() && param.location.empty()) Required(child, "expr");
    params.push_back(std::move(param));
  }
  return params;
}

std::optional<Payload> ContentParser::ReadPayload(const pugi::xml_node& parent) {
  for (const auto& child : parent.children()) {
    if (!IsScxml(child) || LocalName(child.name()) != "content") continue;
    Payload payload = InnerOf(child);
    payload.expr = child.attribute("expr").value();
    return payload;
  }
  return std::nullopt;
}

Script ContentParser::ReadScript(const pugi::xml_node& node) {
  return {InnerOf(node).text, node.attribute("src").value()};
}

void ContentParser::ReadElement(const pugi::xml_node& node, Block& block) {
  if (node.type() != pugi::node_element) return;
  const absl::string_view name = LocalName(node.name());
  if (IsJissho(node)) {
    if (name == "do") {
      block.push_back({ReadDo(node), At(node)});
    } else {
      AddUnknownElement(node);
    }
    return;
  }
  if (!IsScxml(node)) return;  // foreign markup is allowed and means nothing to us
  const Position at = At(node);
  if (name == "raise") {
    block.push_back({Raise{Required(node, "event")}, at});
  } else if (name == "assign") {
    block.push_back({ReadAssign(node), at});
  } else if (name == "if") {
    block.push_back({ReadIf(node), at});
  } else if (name == "log") {
    block.push_back({Log{node.attribute("label").value(), node.attribute("expr").value()}, at});
  } else if (name == "send") {
    block.push_back({ReadSend(node), at});
  } else if (name == "cancel") {
    block.push_back({ReadCancel(node), at});
  } else if (name == "foreach") {
    block.push_back({ReadForeach(node), at});
  } else if (name == "script") {
    block.push_back({ReadScript(node), at});
  } else {
    AddUnknownElement(node);
  }
}

If ContentParser::ReadIf(const pugi::xml_node& node) {
  If result;
  result.branches.push_back({Required(node, "cond"), {}, At(node)});
  bool seen_else = false;
  for (const auto& child : node.children()) {
    const absl::string_view name = IsScxml(child) ? LocalName(child.name()) : absl::string_view();
    if (name != "elseif" && name != "else") {
      ReadElement(child, result.branches.back().block);
      continue;
    }
    if (seen_else) AddUnknownElement(child);
    seen_else = seen_else || name == "else";
    result.branches.push_back({name == "else" ? "" : Required(child, "cond"), {}, At(child)});
  }
  return result;
}

Assign ContentParser::ReadAssign(const pugi::xml_node& node) {
  Assign assign{Required(node, "location"), node.attribute("expr").value(), InnerOf(node)};
  if (!assign.expr.empty() && !assign.body.text.empty()) {
    AddFault(node, kContradictingAttributes, "<assign>に式と内容の両方があります。",
             "<assign> has both an expression and content.");
  }
  return assign;
}

Send ContentParser::ReadSend(const pugi::xml_node& node) {
  AtMostOne(node, {"event", "eventexpr"});
  AtMostOne(node, {"target", "targetexpr"});
  AtMostOne(node, {"type", "typeexpr"});
  AtMostOne(node, {"id", "idlocation"});
  AtMostOne(node, {"delay", "delayexpr"});
  OnlyOurAttributes(node, {"at", "business-days", "business-days-expr", "time", "day-off"});
  Send send;
  send.event = node.attribute("event").value();
  send.event_expr = node.attribute("eventexpr").value();
  send.target = node.attribute("target").value();
  send.target_expr = node.attribute("targetexpr").value();
  send.type = node.attribute("type").value();
  send.type_expr = node.attribute("typeexpr").value();
  send.id = node.attribute("id").value();
  send.id_location = node.attribute("idlocation").value();
  send.delay = node.attribute("delay").value();
  send.delay_expr = node.attribute("delayexpr").value();
  send.namelist = Words(node.attribute("namelist").value());
  send.params = ReadParams(node);
  send.content = ReadPayload(node);
  if (!send.delay.empty() && !ParseDelay(send.delay)) {
    AddFault(node, kBadValue,
             absl::StrCat("遅延「", send.delay, "」を読めません。5s、36h、14dのように書いてください。"),
             absl::StrCat("The delay '", send.delay, "' cannot be read; write it like 5s, 36h or 14d."));
  }
  ReadDue(node, send);
  if (send.content && (!send.params.empty() || !send.namelist.empty())) {
    AddFault(node, kContradictingAttributes, "<send>に<content>とパラメータの両方があります。",
             "<send> has both <content> and parameters.");
  }
  return send;
}

void ContentParser::ReadDue(const pugi::xml_node& node, Send& send) {
  send.at = JisshoAttribute(node, "at").value();
  send.business_days = JisshoAttribute(node, "business-days").value();
  send.business_days_expr = JisshoAttribute(node, "business-days-expr").value();
  send.time = JisshoAttribute(node, "time").value();
  const bool delayed = !send.delay.empty() || !send.delay_expr.empty();
  const bool counted = !send.business_days.empty() || !send.business_days_expr.empty();
  if (delayed + counted + !send.at.empty() > 1 ||
      (!send.business_days.empty() && !send.business_days_expr.empty())) {
    AddFault(node, kContradictingAttributes,
             "<send>のdelay、at、business-days、business-days-exprは同時に指定できません。",
             "<send> may have only one of a delay, at, business-days and business-days-expr.");
  }
  if (Waits(send) && send.target == "#_internal") {
    AddFault(node, kContradictingAttributes, "内部キューへの<send>は遅らせられません。",
             "<send> to #_internal cannot be delayed.");
  }
  if (!send.business_days.empty() && !ParseBusinessDays(send.business_days)) {
    AddFault(node, kBadValue,
             absl::StrCat("営業日数「", send.business_days, "」は使えません。1から", kBusinessDaysMax,
                          "までの整数を書いてください。"),
             absl::StrCat("'", send.business_days, "' is no number of business days; write 1 to ",
                          kBusinessDaysMax, "."));
  }
  if (!send.time.empty() && !ParseTimeOfDay(send.time)) {
    AddFault(node, kBadValue,
             absl::StrCat("時刻「", send.time,
                          "」を読めません。17:15のように書いてください。その日の終わりは24:00です。"),
             absl::StrCat("The time '", send.time,
                          "' cannot be read; write it like 17:15, or 24:00 for the end of "
                          "the day."));
  }
  if (counted && send.time.empty()) {
    AddFault(node, kMissingAttribute, "営業日で数える<send>には時刻timeが必要です。",
             "A <send> in business days needs the attribute time.");
  }
  if (!counted && send.at.empty() && !send.time.empty()) {
    AddFault(node, kMissingAttribute, "時刻timeはatかbusiness-daysと一緒に書いてください。",
             "The attribute time needs at or business-days beside it.");
  }
  const std::string day_off = JisshoAttribute(node, "day-off").value();
  if (day_off == "next") send.day_off = DayOff::kNext;
  if (day_off == "previous") send.day_off = DayOff::kPrevious;
  if (!day_off.empty() && send.day_off == DayOff::kStays) {
    AddFault(node, kBadValue,
             absl::StrCat("day-offに「", day_off, "」は使えません。nextかpreviousを書いてください。"),
             absl::StrCat("day-off cannot be '", day_off, "'; write next or previous."));
  }
  if (!day_off.empty() && send.at.empty()) {
    AddFault(node, kMissingAttribute, "day-offはatと一緒に書いてください。",
             "The attribute day-off needs at beside it.");
  }
}

Cancel ContentParser::ReadCancel(const pugi::xml_node& node) {
  AtMostOne(node, {"sendid", "sendidexpr"});
  Cancel cancel{node.attribute("sendid").value(), node.attribute("sendidexpr").value()};
  if (cancel.send_id.empty() && cancel.send_id_expr.empty()) Required(node, "sendid");
  return cancel;
}

Foreach ContentParser::ReadForeach(const pugi::xml_node& node) {
  return {Required(node, "array"), Required(node, "item"), node.attribute("index").value(), ReadBlock(node)};
}

Do ContentParser::ReadDo(const pugi::xml_node& node) {
  for (const auto& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (!(IsJissho(child) || IsScxml(child)) || LocalName(child.name()) != "param") AddUnknownElement(child);
  }
  return {Required(node, "action"), ReadParams(node)};
}

}  // namespace jissho::chart
