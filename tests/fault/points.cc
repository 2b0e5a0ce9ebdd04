#include "tests/fault/points.h"

namespace jissho::fault {

const std::vector<Point>& Points() {
  static const auto& points = *new std::vector<Point>{
      {"schema.migrated", PassedBy::kStart, "移行の一つを終え、次の前", "between two migrations of a schema"},
      {"schema.verified", PassedBy::kStart, "構成を確かめ、サービスを起こす前",
       "a schema is verified, its service not yet made"},
      {"act.ready", PassedBy::kSeason, "行為の結果が決まり、書く前", "acts have run, nothing is written"},
      {"act.flushed", PassedBy::kSeason, "書き終え、確定の前", "everything is written, not committed"},
      {"act.committed", PassedBy::kSeason, "確定し、答える前", "committed, nobody has been told"},
      {"answer.ready", PassedBy::kSeason, "答えを送る直前", "an answer is about to be sent"},
      {"event.delivered", PassedBy::kSeason, "他サービスが受け取り、まだ消していない",
       "the receiver has an event that its sender still keeps"},
      {"event.forgotten", PassedBy::kSeason, "送り終えたものを消した直後", "a delivered event is forgotten"},
      {"timer.taken", PassedBy::kSeason, "期限が来て、予約を外した", "a timer that fell due is taken off"},
      {"file.written", PassedBy::kSeason, "新しいファイルを書き、名前を変える前",
       "a file is written under its temporary name"},
      {"calendar.written", PassedBy::kSeason, "暦を書き、進める前",
       "the calendar is on the disk, and not yet the time"},
      {"mail.taken", PassedBy::kWorkload, "自分宛ての知らせを箱から出した",
       "a message is taken from the mailbox"},
      {"migration.batch", PassedBy::kMigration, "版の移行の一組を終え、次の前",
       "between two batches of a chart's migration"},
  };
  return points;
}

std::vector<Point> PointsOf(PassedBy by) {
  std::vector<Point> out;
  for (const Point& point : Points()) {
    if (point.by == by) out.push_back(point);
  }
  return out;
}

}  // namespace jissho::fault
