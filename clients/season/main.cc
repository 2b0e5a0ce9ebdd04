// jissho-season: plays a season of a programme and compares its management sheet with the published figures.
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "clients/season/run.h"

namespace {

std::string ProgramDir() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "." : self.parent_path().string();
}

void AddPlayOptions(CLI::App* command, jissho::season::Options& options) {
  command->add_option("--season", options.season, "シーズンのファイル / season file (docs/season.md)");
  command->add_option("--expected", options.expected, "公表値のファイル / file of published figures");
  command->add_option("--db", options.database, "sqlite, mariadb");
  command->add_flag("--json", options.json,
                    "結果をJSON一つで標準出力に / facts as one JSON object on standard output");
  command->add_option("--data-dir", options.data_dir,
                      "データの置き場所。同じ場所なら続きから / goes on from there");
  command->add_option("--server", options.server,
                      "動いているサーバー / a running development server: HOST:PORT, or service=HOST:PORT,…");
  command->add_option("--listen", options.listen,
                      "起動するサーバーの番地 / address of the server that is started");
  command->add_flag("--keep", options.keep, "一時データを残す / keep the temporary data");
  command->add_option("--perturb", options.perturb, "試験用：わざと誤る / for tests: go wrong on purpose");
}

}  // namespace

int main(int argc, char** argv) {
  jissho::season::Options options;
  options.program_dir = ProgramDir();
  std::string file;
  CLI::App app{"jissho-season: 公募から決算まで一年を再生する / plays a fiscal year from call to settlement"};
  app.require_subcommand(1);
  CLI::App* demo = app.add_subcommand("demo", "再生し、公表値と比べて終わる / play, compare, end");
  CLI::App* up =
      app.add_subcommand("up", "再生し、サーバーを動かしたままにする / play, then keep the server up");
  CLI::App* check =
      app.add_subcommand("check", "シーズンのファイルの誤りをすべて示す / all faults of a season file");
  AddPlayOptions(demo, options);
  AddPlayOptions(up, options);
  check->add_option("file", file, "シーズンのファイル / season file")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? jissho::season::kOk : jissho::season::kUsage;
  }
  if (check->parsed()) return jissho::season::CheckFile(file, std::cout, std::cerr);
  options.stay = up->parsed();
  if (options.stay && options.listen.empty()) options.listen = "127.0.0.1:50051";
  if (options.stay && options.data_dir.empty() && options.server.empty()) options.data_dir = "data/season";
  return jissho::season::Demo(options, std::cout, std::cerr);
}
