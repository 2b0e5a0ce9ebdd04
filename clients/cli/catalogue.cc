#include "clients/cli/catalogue.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "embedded/cli_descriptors.h"
#include "google/protobuf/descriptor.pb.h"
#include "jissho/options/v1/options.pb.h"

namespace jissho::cli {

namespace {

// Options of the embedded pool are unknown fields to it; reading them through the compiled-in types needs a
// copy.
template <class Options>
Options Reparse(const google::protobuf::Message& options) {
  Options out;
  out.ParseFromString(options.SerializeAsString());
  return out;
}

std::string FirstParagraph(std::string comment) {
  const size_t end = comment.find("\n\n");
  if (end != std::string::npos) comment.resize(end);
  absl::StrReplaceAll({{"\n ", " "}, {"\n", " "}}, &comment);
  return std::string(absl::StripAsciiWhitespace(comment));
}

template <class Descriptor>
std::string CommentOf(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  return FirstParagraph(location.leading_comments);
}

}  // namespace

Catalogue::Catalogue() : factory_(&pool_) {
  google::protobuf::FileDescriptorSet files;
  const auto embedded = embedded::cli_descriptors();
  files.ParseFromArray(embedded[0].second.data(), static_cast<int>(embedded[0].second.size()));
  for (const auto& file : files.file()) pool_.BuildFile(file);
  for (const auto& file : files.file()) {
    const auto* descriptor = pool_.FindFileByName(file.name());
    if (descriptor == nullptr) continue;
    for (int s = 0; s < descriptor->service_count(); ++s) {
      const auto* service = descriptor->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        const auto* method = service->method(m);
        const auto options = Reparse<google::protobuf::MethodOptions>(method->options());
        const auto& rule = options.GetExtension(options::v1::method);
        const size_t space = rule.command().find(' ');
        if (space == std::string::npos) continue;
        Command command;
        command.noun = rule.command().substr(0, space);
        command.verb = rule.command().substr(space + 1);
        command.method = service->full_name() + "/" + method->name();
        command.summary_ja = rule.summary_ja();
        command.summary_en = rule.summary_en();
        command.comment = CommentOf(*method);
        command.acts = method->input_type()->FindFieldByName("request_id") != nullptr;
        command.request = method->input_type();
        command.response = method->output_type();
        commands_.push_back(std::move(command));
      }
    }
  }
  std::sort(commands_.begin(), commands_.end(), [](const Command& a, const Command& b) {
    return std::tie(a.noun, a.verb) < std::tie(b.noun, b.verb);
  });
}

std::string Catalogue::FieldHelp(const google::protobuf::FieldDescriptor& field) const {
  return CommentOf(field);
}

std::string Catalogue::Heading(const google::protobuf::FieldDescriptor& field) const {
  return Reparse<google::protobuf::FieldOptions>(field.options()).GetExtension(options::v1::field).column();
}

std::unique_ptr<google::protobuf::Message> Catalogue::NewMessage(
    const google::protobuf::Descriptor* type) const {
  return std::unique_ptr<google::protobuf::Message>(factory_.GetPrototype(type)->New());
}

}  // namespace jissho::cli
