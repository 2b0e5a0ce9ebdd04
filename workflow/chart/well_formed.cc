#include "workflow/chart/well_formed.h"

#include <expat.h>

#include <memory>
#include <type_traits>

namespace jissho::chart {
namespace {

void RefuseDoctype(void* parser, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  XML_StopParser(static_cast<XML_Parser>(parser), XML_FALSE);
}

}  // namespace

std::optional<XmlFault> FindXmlFault(absl::string_view text) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
      XML_ParserCreateNS("UTF-8", ' '), XML_ParserFree);
  if (parser == nullptr) return XmlFault{0, "out of memory"};
  XML_UseParserAsHandlerArg(parser.get());
  XML_SetStartDoctypeDeclHandler(parser.get(), RefuseDoctype);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) == XML_STATUS_OK) {
    return std::nullopt;
  }
  const XML_Error error = XML_GetErrorCode(parser.get());
  return XmlFault{XML_GetCurrentByteIndex(parser.get()), error == XML_ERROR_ABORTED
                                                             ? "a document type declaration is not read"
                                                             : XML_ErrorString(error)};
}

}  // namespace jissho::chart
