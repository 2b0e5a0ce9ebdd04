#include "services/runtime/process/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jissho/engine/v1/engine.pb.h"

namespace jissho::runtime {
namespace {

TEST(ChartEventCodecTest, WhatIsEncodedIsReadBack) {
  const ProtoChartEventCodec codec;
  EXPECT_EQ(codec.type(), "jissho.engine.v1.ChartEvent");
  for (const auto& data : {std::optional<act::Json>(), std::optional<act::Json>(nullptr),
                           std::optional<act::Json>({{"yen", 500}, {"名", "実証"}})}) {
    const auto read = codec.Decode(codec.Encode({"round-1", "question", data, "case-1", "q"}));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->instance_id, "round-1");
    EXPECT_EQ(read->event, "question");
    EXPECT_EQ(read->data, data);
    EXPECT_EQ(read->sender_instance_id, "case-1");
    EXPECT_EQ(read->send_id, "q");
  }
}

TEST(ChartEventCodecTest, WhatSaysNothingToNobodyIsMalformed) {
  const ProtoChartEventCodec codec;
  EXPECT_FALSE(codec.Decode("\xff").has_value());
  EXPECT_FALSE(codec.Decode("").has_value());
  engine::v1::ChartEvent event;
  event.set_instance_id("round-1");
  event.set_event("question");
  event.set_data_json("{yen");
  EXPECT_FALSE(codec.Decode(event.SerializeAsString()).has_value());
}

}  // namespace
}  // namespace jissho::runtime
