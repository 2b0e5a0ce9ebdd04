#include "clients/season/run.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/season/perturb.h"
#include "clients/season/season_file.h"
#include "clients/season/server_driver.h"
#include "clients/season/show.h"
#include "workflow/base/clock.h"
#include "workflow/base/error.h"

namespace jissho::season {
namespace {

namespace fs = std::filesystem;

constexpr char kDefaultSeason[] = "seasons/tsukuba-093-fy2022.yaml";

// From the working directory, or beside the build that this program belongs to.
std::string DefaultSeason(const std::string& program_dir) {
  for (const std::string& base : {std::string("."), program_dir + "/../../..", program_dir + "/../.."}) {
    const std::string file = base + "/" + kDefaultSeason;
    if (fs::exists(file)) return file;
  }
  return kDefaultSeason;
}

std::string ExpectedBeside(const std::string& season) {
  const std::string suffix = ".yaml";
  return absl::EndsWith(season, suffix) ? season.substr(0, season.size() - suffix.size()) + ".expected.yaml"
                                        : season + ".expected.yaml";
}

std::string Explain(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  if (!detail) return std::string(status.message());
  std::string text = absl::StrCat(detail->ja, "（", detail->reason, "）");
  for (const FieldFault& fault : detail->faults) absl::StrAppend(&text, " ", fault.field, ": ", fault.ja);
  return text;
}

void PrintFaults(const std::string& file, const std::vector<Fault>& faults, std::ostream& err) {
  for (const Fault& fault : faults) {
    err << file << ":" << fault.line << ": " << fault.path << (fault.path.empty() ? "" : ": ") << fault.ja
        << " / " << fault.en << "\n";
  }
  err << faults.size() << "件の誤り / faults\n";
}

// Who a step names: a duty, a person, or an organisation's own name.
std::string WhoOf(const Season& season, const std::string& who) {
  if (who == "chair") return season.people.at(season.review.seats.front()).name;
  const auto duty = season.duties.find(who);
  const auto person = season.people.find(duty == season.duties.end() ? who : duty->second);
  return person == season.people.end() ? who : person->second.name;
}

class Demonstration {
 public:
  Demonstration(const Options& options, Season season, Story* story)
      : options_(options), season_(std::move(season)), story_(story), began_(SystemMonotonic().Elapsed()) {}

  absl::Status Run();
  Outcome& outcome() { return outcome_; }
  const Season& season() const { return season_; }
  void Stay(std::ostream& out);
  void Stop() {
    // First hang up: a server that is asked to stop waits for its connections to fall silent.
    driver_.reset();
    if (keeper_) keeper_->Stop();
  }

 private:
  absl::Status Prepare();
  absl::Status PlaySteps(Play& play);
  absl::Status Finish(Play& play);

  const Options& options_;
  const Season season_;
  Story* const story_;
  const absl::Duration began_;
  std::unique_ptr<ServerKeeper> keeper_;
  std::unique_ptr<ServerDriver> driver_;
  Outcome outcome_;
};

absl::Status Demonstration::Prepare() {
  outcome_.title = season_.title;
  outcome_.database = options_.database;
  outcome_.data_dir = options_.data_dir;
  outcome_.perturbation = options_.perturb;
  if (options_.server.empty()) {
    ChildServerOptions child;
    child.program = options_.program_dir + "/jisshod";
    child.data_dir = options_.data_dir;
    child.database = options_.database;
    child.start_time = season_.starts;
    if (!options_.listen.empty()) child.listen = options_.listen;
    keeper_ = ChildServer(child);
  } else {
    keeper_ = RemoteServer(options_.server);
  }
  driver_ = std::make_unique<ServerDriver>(keeper_.get(), absl::StrCat("season-", season_.hash8));
  JISSHO_RETURN_IF_ERROR(driver_->Connect(season_.starts));
  outcome_.address = driver_->address();
  outcome_.resumed = driver_->resumed();
  story_->Line(absl::StrCat(season_.title, driver_->resumed() ? "（続きから）" : ""));
  story_->Line(season_.note);
  return absl::OkStatus();
}

absl::Status Demonstration::PlaySteps(Play& play) {
  const std::vector<Step> steps = PlanSeason(season_);
  outcome_.steps = static_cast<int>(steps.size());
  for (int i = 0; i < outcome_.steps; ++i) {
    const Step& step = steps[i];
    if (step.at > driver_->now()) JISSHO_RETURN_IF_ERROR(driver_->AdvanceTo(step.at));
    driver_->BeginStep(i + 1);
    absl::Status status = step.run(play);
    if (status.ok() && !step.local) status = driver_->AdvanceTo(driver_->now());
    const std::string line = StepLine(step, i + 1, outcome_.steps, WhoOf(season_, step.who), play.TakeNote());
    story_->Line(line);
    if (status.ok()) continue;
    const std::string failed = absl::StrCat("手順", i + 1, "「", step.ja, "」: ", Explain(status));
    story_->Line("  ✗ " + failed);
    // A season that goes wrong on purpose is played on: what became of it is to be seen in the sheet.
    if (options_.perturb.empty()) return absl::Status(status.code(), failed);
    outcome_.failed_steps.push_back(failed);
  }
  return driver_->AdvanceTo(season_.ends);
}

absl::Status Demonstration::Finish(Play& play) {
  JISSHO_ASSIGN_OR_RETURN(outcome_.findings, Gather(play));
  std::vector<ExpectedCell> expected;
  const std::string file = options_.expected.empty() ? ExpectedBeside(options_.season) : options_.expected;
  auto loaded = LoadExpected(file);
  if (loaded.ok()) {
    expected = *std::move(loaded);
    outcome_.published = true;
  } else if (!absl::IsNotFound(loaded.status()) || !options_.expected.empty()) {
    return loaded.status();
  }
  std::set<std::string> wrong_counting;
  const Perturbation* perturbation = FindPerturbation(options_.perturb);
  if (perturbation != nullptr && perturbation->of_counting) wrong_counting.insert(options_.perturb);
  outcome_.compared =
      Compare(outcome_.findings, expected, CrossCount(season_, outcome_.findings.tally, wrong_counting));
  outcome_.foreseen_refusals = play.foreseen_refusals();
  outcome_.restarts = keeper_->restarts();
  outcome_.calls = driver_->calls();
  outcome_.lost_calls = driver_->lost_calls();
  outcome_.virtual_days = (driver_->now() - season_.starts) / absl::Hours(24);
  outcome_.wall_seconds = absl::ToDoubleSeconds(SystemMonotonic().Elapsed() - began_);
  return absl::OkStatus();
}

absl::Status Demonstration::Run() {
  JISSHO_RETURN_IF_ERROR(Prepare());
  Play play(&season_, driver_.get());
  JISSHO_RETURN_IF_ERROR(PlaySteps(play));
  JISSHO_RETURN_IF_ERROR(Finish(play));
  ShowSheet(outcome_.findings, *story_);
  ShowComparison(outcome_, *story_);
  return absl::OkStatus();
}

// gRPC's threads would take a blocked signal, and a handler may do little: it writes a byte here.
int stop_pipe[2] = {-1, -1};

// Only its owner may read a token.
absl::Status WriteSecret(const std::string& file, const std::string& text) {
  std::error_code ignored;
  std::ofstream(file).close();
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, ignored);
  std::ofstream out(file);
  out << text << "\n";
  return out ? absl::OkStatus() : absl::UnavailableError("cannot write " + file);
}

void Demonstration::Stay(std::ostream& out) {
  if (pipe(stop_pipe) != 0) return;
  struct sigaction action {};
  action.sa_handler = [](int) {
    const ssize_t ignored = write(stop_pipe[1], "x", 1);
    (void)ignored;
  };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  const std::string token_file = options_.data_dir + "/token";
  Actor visitor{"user:visitor", "", {"secretariat", "manager", "auditor", "accounting"}, ""};
  const auto token = driver_->TokenOf(visitor);
  const absl::Status written = token.ok() ? WriteSecret(token_file, *token) : token.status();
  if (!written.ok()) out << Explain(written) << "\n";
  const std::string bin = options_.program_dir + "/jissho";
  out << "\nサーバーは動いています / the server is up: " << driver_->address() << "\n"
      << "別の端末で、次を試してください / in another terminal, try:\n"
      << "  export JISSHO_SERVER=" << driver_->address()
      << " JISSHO_TOKEN_FILE=" << fs::absolute(token_file).string() << "\n"
      << "  " << bin << " case list\n"
      << "  " << bin << " sheet get --programme-id " << season_.programme.id << " --fiscal-year "
      << season_.fiscal_year << "\n"
      << "  " << bin << " budget-line get --code " << season_.budget.line << " --fiscal-year "
      << season_.fiscal_year << "\n"
      << "  " << bin << " --help\n"
      << "終わるには Ctrl-C / Ctrl-C to end. データ / data: " << fs::absolute(options_.data_dir).string()
      << "\n"
      << std::flush;
  char byte;
  while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

std::string MakeTempDir() {
  std::string pattern = (fs::temp_directory_path() / "jissho-season-XXXXXX").string();
  return mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

// FAILED_PRECONDITION or INVALID_ARGUMENT when the options make no sense.
absl::Status CheckOptions(const Options& options) {
  if (options.database != "sqlite" && options.database != "mariadb") {
    return absl::InvalidArgumentError("--db: sqlite か mariadb / sqlite or mariadb");
  }
  if (options.perturb.empty() || FindPerturbation(options.perturb) != nullptr) return absl::OkStatus();
  std::string names;
  for (const Perturbation& known : Perturbations())
    absl::StrAppend(&names, "\n  ", known.name, "  ", known.ja);
  return absl::InvalidArgumentError(absl::StrCat("--perturb: 次のどれか / one of:", names));
}

}  // namespace

int CheckFile(const std::string& file, std::ostream& out, std::ostream& err) {
  const LoadedSeason loaded = LoadSeason(file);
  if (!loaded.faults.empty()) {
    PrintFaults(file, loaded.faults, err);
    return kUsage;
  }
  out << file << ": 誤りなし / no faults（" << PlanSeason(loaded.season).size() << "手順 / steps）\n";
  return kOk;
}

int Demo(const Options& given, std::ostream& out, std::ostream& err) {
  Options options = given;
  if (absl::Status usable = CheckOptions(options); !usable.ok()) {
    err << usable.message() << "\n";
    return kUsage;
  }
  if (options.season.empty()) options.season = DefaultSeason(options.program_dir);
  LoadedSeason loaded = LoadSeason(options.season);
  if (!loaded.faults.empty()) {
    PrintFaults(options.season, loaded.faults, err);
    return kUsage;
  }
  if (absl::Status perturbed = Perturb(options.perturb, loaded.season); !perturbed.ok()) {
    err << perturbed.message() << "\n";
    return kUsage;
  }
  const bool temporary = options.data_dir.empty() && options.server.empty();
  if (options.data_dir.empty()) options.data_dir = MakeTempDir();
  std::vector<std::ostream*> streams = {&err};
  if (!options.json) streams = {&out};
  Story story(streams);
  Demonstration demonstration(options, std::move(loaded.season), &story);
  const absl::Status played = demonstration.Run();
  int code = kOk;
  if (!played.ok()) {
    err << Explain(played) << "\nデータと記録 / data and logs: " << options.data_dir << "\n";
    code = kFailed;
  } else {
    if (options.json)
      out << ToJson(demonstration.outcome(), demonstration.season()).dump(2) << "\n" << std::flush;
    const Outcome& outcome = demonstration.outcome();
    const bool sound = outcome.findings.ledger_violations == 0 && outcome.findings.cases_broken == 0;
    code = outcome.Differing() == 0 && outcome.failed_steps.empty() && sound ? kOk : kDiffers;
    if (options.stay) demonstration.Stay(err);
  }
  demonstration.Stop();
  std::error_code ignored;
  if (temporary && !options.keep && played.ok()) fs::remove_all(options.data_dir, ignored);
  return code;
}

}  // namespace jissho::season
