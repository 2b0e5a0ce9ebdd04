// What reading a chart can refuse.
#ifndef JISSHO_WORKFLOW_CHART_REASONS_H_
#define JISSHO_WORKFLOW_CHART_REASONS_H_

#include "workflow/base/error.h"

namespace jissho::chart {

inline constexpr Reason kChartMalformed{
    "CHART_MALFORMED", absl::StatusCode::kInvalidArgument,
    "状態遷移図のXMLが正しくありません({line}行{column}列: {detail})。XMLを直してください。",
    "The chart is not well-formed XML (line {line}, column {column}: {detail}); correct the XML."};
inline constexpr Reason kChartNotScxml{
    "CHART_NOT_SCXML", absl::StatusCode::kInvalidArgument,
    "根要素がSCXML名前空間の<scxml>ではありません。文書の種類を確かめてください。",
    "The root element is not <scxml> of the SCXML namespace; check what document this is."};
inline constexpr Reason kChartTooLarge{
    "CHART_TOO_LARGE", absl::StatusCode::kInvalidArgument,
    "状態遷移図が大きすぎます(上限{limit}バイト)。図を分けてください。",
    "The chart is larger than {limit} bytes; divide it into several charts."};
inline constexpr Reason kChartTooDeep{
    "CHART_TOO_DEEP", absl::StatusCode::kInvalidArgument,
    "状態遷移図の入れ子が深すぎます({line}行、上限{limit}段)。入れ子を浅くしてください。",
    "The chart is nested deeper than {limit} elements (line {line}); flatten it."};

inline constexpr const Reason* kReasons[] = {&kChartMalformed, &kChartNotScxml, &kChartTooLarge,
                                             &kChartTooDeep};

}  // namespace jissho::chart

#endif  // JISSHO_WORKFLOW_CHART_REASONS_H_
