#include "clients/cli/run.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/audit_commands.h"
#include "clients/cli/catalogue.h"
#include "clients/cli/chart_commands.h"
#include "clients/cli/chart_run.h"
#include "clients/cli/context.h"
#include "clients/cli/graphviz.h"
#include "clients/cli/nouns.h"
#include "clients/cli/output.h"
#include "clients/cli/request_builder.h"

namespace jissho::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kVersion[] = "0.1.0";
constexpr int kUsage = 2;

struct Globals {
  std::string server, token_file, context, lang, format = "table";
};

// One subcommand while its arguments are being read.
struct Invocation {
  const Command* command;
  CLI::App* app = nullptr;
  std::string file;
  bool dry_run = false;
  bool all = false;
  std::vector<std::pair<const FieldDescriptor*, std::vector<std::string>>> values;
};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string FirstOf(const std::vector<std::string>& candidates) {
  for (const std::string& candidate : candidates) {
    if (!candidate.empty()) return candidate;
  }
  return "";
}

absl::StatusOr<Connection> Connect(const Globals& globals) {
  auto file = LoadContexts(ContextPath());
  if (!file.ok()) return file.status();
  const std::string name = globals.context.empty() ? file->current : globals.context;
  if (!globals.context.empty() && !file->contexts.contains(name)) {
    return absl::InvalidArgumentError(absl::StrCat("no context '", name, "'; see: jissho context list"));
  }
  const ServerContext context = file->contexts.contains(name) ? file->contexts[name] : ServerContext{};
  auto token = ReadToken(FirstOf({globals.token_file, Environment("JISSHO_TOKEN_FILE"), context.token_file}));
  if (!token.ok()) return token.status();
  return Connection{
      FirstOf({globals.server, Environment("JISSHO_SERVER"), context.server, "127.0.0.1:50051"}), *token,
      FirstOf({globals.lang, Environment("JISSHO_LANG"), context.lang, "ja"})};
}

std::string TypeOf(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return field.cpp_type_name();
  return field.message_type()->full_name() == "google.protobuf.Timestamp" ? "TIME" : "JSON|FILE";
}

void AddFlags(const Catalogue& catalogue, Invocation& invocation) {
  const auto& request = *invocation.command->request;
  invocation.values.reserve(request.field_count());
  const FieldDescriptor* positional = PositionalField(request);
  for (int i = 0; i < request.field_count(); ++i) {
    const FieldDescriptor* field = request.field(i);
    invocation.values.emplace_back(field, std::vector<std::string>());
    std::string names = "--" + FlagName(field->name());
    if (field == positional) names += "," + field->name();
    auto* option =
        invocation.app->add_option(names, invocation.values.back().second, catalogue.FieldHelp(*field));
    option->type_name(TypeOf(*field));
    // One value an occurrence, so that a bare argument is never taken for a list's next entry. A yes needs
    // none.
    const bool yes_or_no = field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    option->expected(yes_or_no ? 0 : 1, 1)->take_all()->trigger_on_parse(false);
  }
  invocation.app->add_option("-f,--file", invocation.file,
                             "要求全体のJSON（-は標準入力） / whole request as JSON, - reads stdin");
  // Where the method itself can be tried, the server does it.
  if (request.FindFieldByName("dry_run") == nullptr) {
    invocation.app->add_flag("--dry-run", invocation.dry_run,
                             "送らずに要求を表示 / print the request instead of sending it");
  }
  if (request.FindFieldByName("page_token") != nullptr) {
    invocation.app->add_flag("--all", invocation.all, "全ページを取得 / follow all pages");
  }
}

absl::StatusOr<std::unique_ptr<Message>> BuildRequest(const Catalogue& catalogue,
                                                      const Invocation& invocation,
                                                      const Surroundings& around) {
  auto request = catalogue.NewMessage(invocation.command->request);
  if (!invocation.file.empty()) {
    std::stringstream text;
    if (invocation.file == "-") {
      text << around.in.rdbuf();
    } else {
      std::ifstream in(invocation.file);
      if (!in) return absl::InvalidArgumentError(absl::StrCat("no file ", invocation.file));
      text << in.rdbuf();
    }
    absl::Status status = MergeJson(*request, text.str());
    if (!status.ok()) return status;
  }
  for (const auto& [field, values] : invocation.values) {
    if (values.empty()) continue;
    if (!invocation.file.empty()) request->GetReflection()->ClearField(request.get(), field);
    absl::Status status = SetField(*request, *field, values);
    if (!status.ok()) return status;
  }
  if (const auto* id = invocation.command->request->FindFieldByName("request_id")) {
    const auto* reflection = request->GetReflection();
    if (reflection->GetString(*request, id).empty())
      reflection->SetString(request.get(), id, around.ids.NewId());
  }
  return request;
}

std::string NextPageToken(const Message& response) {
  const auto* field = response.GetDescriptor()->FindFieldByName("next_page_token");
  return field ? response.GetReflection()->GetString(response, field) : "";
}

int Execute(const Catalogue& catalogue, const Invocation& invocation, const Globals& globals,
            const Surroundings& around) {
  auto request = BuildRequest(catalogue, invocation, around);
  if (!request.ok()) {
    around.error << DescribeError(request.status());
    return kUsage;
  }
  if (invocation.dry_run) {
    around.out << ToJson(**request) << "\n";
    return 0;
  }
  auto connection = Connect(globals);
  if (!connection.ok()) {
    around.error << DescribeError(connection.status());
    return kUsage;
  }
  auto answer = catalogue.NewMessage(invocation.command->response);
  while (true) {
    auto page = catalogue.NewMessage(invocation.command->response);
    absl::Status status = around.send(*connection, invocation.command->method, **request, page.get());
    if (!status.ok()) {
      around.error << DescribeError(status);
      return ExitCode(status);
    }
    const std::string next = NextPageToken(*page);
    answer->MergeFrom(*page);
    if (!invocation.all || next.empty()) break;
    const auto* token = invocation.command->request->FindFieldByName("page_token");
    (*request)->GetReflection()->SetString(request->get(), token, next);
  }
  if (globals.format == "json") {
    around.out << ToJson(*answer) << "\n";
    return 0;
  }
  around.out << ToTable(catalogue, *answer);
  const std::string more = NextPageToken(*answer);
  if (!more.empty() && !invocation.all)
    around.error << "続きがあります / more: --all または --page-token " << more << "\n";
  return 0;
}

// --- contexts and login
// -----------------------------------------------------------------------------------------

struct LocalCommands {
  std::string name, server, token_file, lang;
  std::string subject, organisation;
  std::vector<std::string> roles;
  CLI::App *set = nullptr, *use = nullptr, *list = nullptr, *login = nullptr, *version = nullptr,
           *completion = nullptr;
};

void AddLocalCommands(CLI::App& app, LocalCommands& local) {
  auto* context = app.add_subcommand("context", "接続先の管理 / contexts: which server, as whom");
  context->require_subcommand(1);
  local.set = context->add_subcommand("set", "作成・変更 / create or change a context and use it");
  local.set->add_option("name", local.name, "名前 / name")->required();
  local.set->add_option("--address", local.server, "HOST:PORT");
  local.set->add_option("--token-file", local.token_file, "トークンのファイル / token file");
  local.set->add_option("--language", local.lang, "ja | en");
  local.use = context->add_subcommand("use", "切り替え / switch to a context");
  local.use->add_option("name", local.name, "名前 / name")->required();
  local.list = context->add_subcommand("list", "一覧 / list contexts");
  local.login = app.add_subcommand(
      "login", "開発用サーバーに、役割を持つ人として入る / get a development token and make a context of it");
  local.login->add_option("subject", local.subject, "例 / e.g. user:secretariat-1")->required();
  local.login->add_option("--role", local.roles, "役割（複数可） / roles")->required();
  local.login->add_option("--organisation", local.organisation,
                          "申請団体のID / organisation of an applicant");
  local.version = app.add_subcommand("version", "版を表示 / print the version");
  local.completion = app.add_subcommand("completion", "bash の補完スクリプト / completion script for bash");
}

int RunContext(const LocalCommands& local, const Surroundings& around) {
  const std::string path = ContextPath();
  auto file = LoadContexts(path);
  if (!file.ok()) {
    around.error << DescribeError(file.status());
    return 1;
  }
  if (local.list->parsed()) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, context] : file->contexts) {
      rows.push_back({name == file->current ? "*" : "", name, context.server, context.token_file});
    }
    around.out << Table({"", "名前", "サーバー", "トークン"}, rows);
    return 0;
  }
  if (local.use->parsed() && !file->contexts.contains(local.name)) {
    around.error << "エラー: 接続先 " << local.name << " はありません。/ error: no such context.\n";
    return 3;
  }
  if (local.set->parsed()) {
    ServerContext& context = file->contexts[local.name];
    if (!local.server.empty()) context.server = local.server;
    if (!local.token_file.empty()) context.token_file = local.token_file;
    if (!local.lang.empty()) context.lang = local.lang;
  }
  file->current = local.name;
  absl::Status status = SaveContexts(path, *file);
  if (!status.ok()) {
    around.error << DescribeError(status);
    return 1;
  }
  return 0;
}

int RunLogin(const Catalogue& catalogue, const LocalCommands& local, const Globals& globals,
             const Surroundings& around) {
  const auto* service = catalogue.pool().FindServiceByName("jissho.runtime.v1.DevelopmentService");
  const auto* method = service->FindMethodByName("IssueToken");
  auto request = catalogue.NewMessage(method->input_type());
  auto response = catalogue.NewMessage(method->output_type());
  const auto* reflection = request->GetReflection();
  reflection->SetString(request.get(), method->input_type()->FindFieldByName("subject"), local.subject);
  for (const std::string& role : local.roles) {
    reflection->AddString(request.get(), method->input_type()->FindFieldByName("roles"), role);
  }
  reflection->SetString(request.get(), method->input_type()->FindFieldByName("organisation"),
                        local.organisation);
  Globals anonymous = globals;
  auto connection = Connect(anonymous);
  if (!connection.ok()) {
    around.error << DescribeError(connection.status());
    return kUsage;
  }
  connection->token.clear();
  absl::Status status =
      around.send(*connection, "jissho.runtime.v1.DevelopmentService/IssueToken", *request, response.get());
  if (status.ok()) {
    const std::string path = ContextPath();
    const std::string token_file = absl::StrCat(
        path, ".", absl::StrJoin(absl::StrSplit(local.subject, absl::ByAnyChar(":/ ")), "-"), ".token");
    status = WriteToken(token_file, response->GetReflection()->GetString(
                                        *response, method->output_type()->FindFieldByName("token")));
    auto file = LoadContexts(path);
    if (status.ok() && file.ok()) {
      file->contexts[local.subject] = {connection->server, token_file, globals.lang};
      file->current = local.subject;
      status = SaveContexts(path, *file);
    }
  }
  if (!status.ok()) {
    around.error << DescribeError(status);
    return ExitCode(status);
  }
  around.out << local.subject << " (" << absl::StrJoin(local.roles, ", ") << ") @ " << connection->server
             << "\n";
  return 0;
}

Call Caller(const Globals& globals, const Surroundings& around) {
  return [&globals, &around](const std::string& method, const Message& request,
                             Message* response) -> absl::Status {
    auto connection = Connect(globals);
    if (!connection.ok()) return connection.status();
    return around.send(*connection, method, request, response);
  };
}

int PrintCompletion(const Catalogue& catalogue, const std::vector<OwnCommand>& own,
                    const Surroundings& around) {
  std::map<std::string, std::vector<std::string>> nouns{{"context", {"set", "use", "list"}}};
  for (const Command& command : catalogue.commands()) nouns[command.noun].push_back(command.verb);
  for (const OwnCommand& command : own) nouns[command.noun].push_back(command.verb->get_name());
  around.out
      << "_jissho() {\n  local words\n  case ${COMP_CWORD} in\n    1) words=\"login version completion";
  for (const auto& [noun, verbs] : nouns) around.out << " " << noun;
  around.out << "\" ;;\n    2) case ${COMP_WORDS[1]} in\n";
  for (const auto& [noun, verbs] : nouns)
    around.out << "      " << noun << ") words=\"" << absl::StrJoin(verbs, " ") << "\" ;;\n";
  around.out
      << "    esac ;;\n  esac\n  COMPREPLY=($(compgen -W \"${words}\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
      << "complete -F _jissho jissho\n";
  return 0;
}

}  // namespace

int Run(std::vector<std::string> arguments, const Surroundings& around) {
  const Catalogue catalogue;
  Globals globals;
  LocalCommands local;
  CLI::App app{
      "jissho: 実証実験支援のクライアント / client of the trial-support services\n"
      "終了コード / exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 conflict, 5 denied, 6 unavailable",
      "jissho"};
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--server", globals.server, "HOST:PORT（既定 127.0.0.1:50051）");
  app.add_option("--token-file", globals.token_file,
                 "トークンのファイル（-は標準入力） / file with the bearer token");
  app.add_option("--context", globals.context, "接続先の名前 / context to use");
  app.add_option("--lang", globals.lang, "文の言語 / language of texts: ja | en");
  app.add_option("-o,--output", globals.format, "table | json")->check(CLI::IsMember({"table", "json"}));
  AddLocalCommands(app, local);
  Nouns nouns(&app);
  std::vector<OwnCommand> own;
  AddAuditCommands(nouns, Caller(globals, around), around, own);
  AddChartCommands(nouns, {globals.format, globals.lang}, DrawSvg, around, own);
  AddChartRun(nouns, around, own);
  std::vector<std::unique_ptr<Invocation>> invocations;
  for (const Command& command : catalogue.commands()) {
    auto invocation = std::make_unique<Invocation>();
    invocation->command = &command;
    invocation->app =
        nouns.Get(command.noun)
            ->add_subcommand(command.verb, absl::StrCat(command.summary_ja, " / ", command.summary_en));
    invocation->app->footer(command.comment);
    AddFlags(catalogue, *invocation);
    invocations.push_back(std::move(invocation));
  }
  try {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, around.out, around.error);
    return code == 0 ? 0 : kUsage;
  }
  if (local.version->parsed()) {
    around.out << "jissho " << kVersion << "\n";
    return 0;
  }
  if (local.completion->parsed()) return PrintCompletion(catalogue, own, around);
  if (local.login->parsed()) return RunLogin(catalogue, local, globals, around);
  if (local.set->parsed() || local.use->parsed() || local.list->parsed()) return RunContext(local, around);
  for (const OwnCommand& command : own) {
    if (command.verb->parsed()) return command.run();
  }
  for (const auto& invocation : invocations) {
    if (invocation->app->parsed()) return Execute(catalogue, *invocation, globals, around);
  }
  return kUsage;
}

}  // namespace jissho::cli
