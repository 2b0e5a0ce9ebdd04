// jissho-bench-qt: steps a second of a chart, read from standard input, in Qt's SCXML engine (Qt 6 SCXML, an
// interpreter of the same language with Qt's own ECMAScript), beside which jissho-bench measures ours. It is
// built where that library is there, and nothing else needs it.
//
// Prints {"steps_per_second": …, "moves": …}; `moves` is the chart's own count of the events that it took.
#include <QBuffer>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QScxmlDataModel>
#include <QScxmlStateMachine>
#include <QVariantMap>
#include <cstdio>
#include <memory>

namespace {

constexpr int kChunk = 100;

int Fail(const char* what) {
  std::fprintf(stderr, "jissho-bench-qt: %s\n", what);
  return 1;
}

int Run(qint64 milliseconds) {
  QFile in;
  if (!in.open(stdin, QIODevice::ReadOnly)) return Fail("no standard input");
  QByteArray text = in.readAll();
  QBuffer buffer(&text);
  buffer.open(QIODevice::ReadOnly);
  const std::unique_ptr<QScxmlStateMachine> machine(QScxmlStateMachine::fromData(&buffer));
  if (machine == nullptr || !machine->parseErrors().isEmpty()) return Fail("the chart cannot be read");
  if (!machine->init()) return Fail("the chart cannot begin");
  machine->start();
  QCoreApplication::processEvents();
  const QVariantMap data{{"amount", 1000}};
  QElapsedTimer timer;
  timer.start();
  qint64 count = 0;
  while (timer.elapsed() < milliseconds) {
    // Several at once, so that what is measured is the engine and not the event loop around it.
    for (int i = 0; i < kChunk; ++i, ++count) machine->submitEvent(QStringLiteral("move"), data);
    QCoreApplication::processEvents();
  }
  const double seconds = timer.nsecsElapsed() / 1e9;
  const double moves = machine->dataModel()->scxmlProperty(QStringLiteral("moves")).toDouble();
  std::printf("{\"steps_per_second\": %.0f, \"moves\": %.0f, \"events\": %lld}\n", count / seconds, moves,
              static_cast<long long>(count));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  const qint64 milliseconds = argc == 2 ? QByteArray(argv[1]).toLongLong() : 0;
  return milliseconds > 0 ? Run(milliseconds) : Fail("usage: jissho-bench-qt MILLISECONDS < CHART.scxml");
}
