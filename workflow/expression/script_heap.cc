#include "workflow/expression/script_heap.h"

#include <duktape.h>
#include <malloc.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pugixml.hpp>

#include "absl/strings/str_cat.h"
#include "workflow/base/error.h"
#include "workflow/expression/reasons.h"
#include "workflow/expression/script_text.h"

namespace jissho::expression {
namespace {

constexpr char kKitSource[] =
#include "workflow/expression/script_kit.inc"
    ;  // NOLINT
constexpr int kDepthMax = 128;

// --- memory: counted, so that a script cannot take the machine's
// --------------------------------------------
struct Memory {
  size_t used = 0;
  size_t max = 0;
};

void* Allocate(void* data, duk_size_t size) {
  auto& memory = *static_cast<Memory*>(data);
  if (size == 0 || memory.used + size > memory.max) return nullptr;
  void* block = std::malloc(size);
  if (block != nullptr) memory.used += malloc_usable_size(block);
  return block;
}

void Free(void* data, void* block) {
  if (block != nullptr) static_cast<Memory*>(data)->used -= malloc_usable_size(block);
  std::free(block);
}

void* Reallocate(void* data, void* block, duk_size_t size) {
  auto& memory = *static_cast<Memory*>(data);
  if (size == 0) {
    Free(data, block);
    return nullptr;
  }
  const size_t before = block == nullptr ? 0 : malloc_usable_size(block);
  if (size > before && memory.used + (size - before) > memory.max) return nullptr;
  void* moved = std::realloc(block, size);
  if (moved != nullptr) memory.used = memory.used - before + malloc_usable_size(moved);
  return moved;
}

[[noreturn]] void Fatal(void*, const char* message) {
  // Duktape comes here only when something ran outside a protected call, which nothing does.
  std::fprintf(stderr, "script heap: %s\n", message == nullptr ? "fatal error" : message);
  std::abort();
}

// <name a="b">text<c/></name> as {"n": name, "a": {"a": "b"}, "c": ["text", {…}]}.
Json TreeOf(const pugi::xml_node& node) {
  Json tree{{"n", node.name()}, {"a", Json::object()}, {"c", Json::array()}};
  for (const auto& attribute : node.attributes()) tree["a"][attribute.name()] = attribute.value();
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_element) tree["c"].push_back(TreeOf(child));
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      tree["c"].push_back(child.value());
  }
  return tree;
}

// Everything inside Protect may be left by a longjmp of the interpreter at any call of it: what owns memory
// must stand in the heap object, not on the stack.
class DuktapeHeap : public ScriptHeap, private Memory {
 public:
  explicit DuktapeHeap(size_t memory_max) { max = memory_max; }
  ~DuktapeHeap() override {
    if (context_ != nullptr) duk_destroy_heap(context_);
  }
  DuktapeHeap(const DuktapeHeap&) = delete;
  DuktapeHeap& operator=(const DuktapeHeap&) = delete;

  absl::Status Open() {
    context_ = duk_create_heap(Allocate, Reallocate, Free, static_cast<Memory*>(this), Fatal);
    if (context_ == nullptr) return absl::ResourceExhaustedError("no memory for a script heap");
    return Protect([this] {
      duk_push_global_stash(context_);
      duk_push_bare_object(context_);
      duk_put_prop_string(context_, -2, kCache);
      duk_push_c_function(context_, &DuktapeHeap::In, 1);
      duk_freeze(context_, -1);
      duk_put_prop_string(context_, -2, kIn);
      duk_eval_string(context_, kKitSource);
      duk_push_global_object(context_);
      duk_call(context_, 1);
      duk_put_prop_string(context_, -2, kKit);
    });
  }

  bool Reset() override {
    if (broken_) return false;
    bool clean = false;
    const absl::Status status = Protect([&] {
      PushKit("wipe");
      duk_call(context_, 0);
      clean = duk_get_boolean(context_, -1);
    });
    return status.ok() && clean && !broken_;
  }

  absl::Status SetSystem(const std::string& session_id, const std::string& name,
                         std::function<bool(const std::string&)> in) override {
    in_ = std::move(in);
    const Json place{{"location", absl::StrCat("#_scxml_", session_id)}};
    input_ = {
        {"_sessionid", session_id},
        {"_name", name},
        {"_ioprocessors", {{"http://www.w3.org/TR/scxml/#SCXMLEventProcessor", place}, {"scxml", place}}},
        {"_x", Json::object()}};
    return Protect([this] {
      for (auto entry = input_.begin(); entry != input_.end(); ++entry) {
        PushKit("system");
        PushText(entry.key());
        PushJson(entry.value(), 0);
        for (auto inner = entry->begin(); entry->is_object() && inner != entry->end(); ++inner) {
          PushText(inner.key());
          duk_get_prop(context_, -2);
          duk_freeze(context_, -1);
          duk_pop(context_);
        }
        if (entry->is_object()) duk_freeze(context_, -1);
        duk_call(context_, 2);
      }
      PushKit("system");
      duk_push_string(context_, "In");
      duk_push_global_stash(context_);
      duk_get_prop_string(context_, -1, kIn);
      duk_remove(context_, -2);
      duk_call(context_, 2);
    });
  }

  absl::Status SetEvent(const std::map<std::string, std::string>& fields, const Value& data) override {
    JISSHO_RETURN_IF_ERROR(Accept(data));
    return Protect([&] {
      PushKit("system");
      duk_push_string(context_, "_event");
      duk_push_object(context_);
      for (const char* name : {"name", "type", "sendid", "origin", "origintype", "invokeid"}) {
        const auto field = fields.find(name);
        if (field == fields.end()) {
          duk_push_undefined(context_);
        } else {
          PushText(field->second);
        }
        duk_put_prop_string(context_, -2, name);
      }
      PushAccepted();
      duk_put_prop_string(context_, -2, "data");
      duk_freeze(context_, -1);
      duk_call(context_, 2);
    });
  }

  absl::Status Declare(const std::string& name, const Value& value) override {
    JISSHO_RETURN_IF_ERROR(Accept(value));
    return Protect([&] {
      CheckName(name);
      PushKit("declare");
      PushText(name);
      PushAccepted();
      duk_call(context_, 2);
    });
  }

  absl::Status DeclareFrom(const std::string& name, absl::string_view expression) override {
    return Protect([&] {
      CheckName(name);
      PushKit("declare");
      PushText(name);
      PushResult(expression);
      duk_call(context_, 2);
    });
  }

  absl::Status Assign(absl::string_view location, const Value& value) override {
    JISSHO_RETURN_IF_ERROR(Accept(value));
    return Protect([&] {
      PushAssignment(location);
      PushAccepted();
      duk_call(context_, 1);
    });
  }

  absl::Status AssignFrom(absl::string_view location, absl::string_view expression) override {
    return Protect([&] {
      PushAssignment(location);
      PushResult(expression);
      duk_call(context_, 1);
    });
  }

  absl::StatusOr<Value> Evaluate(absl::string_view expression) override {
    unstorable_.clear();
    JISSHO_RETURN_IF_ERROR(Protect([&] {
      PushResult(expression);
      TakeOut();
    }));
    if (!unstorable_.empty()) return Unstorable(expression);
    return std::move(output_);
  }

  absl::StatusOr<bool> Condition(absl::string_view expression) override {
    bool holds = false;
    JISSHO_RETURN_IF_ERROR(Protect([&] {
      PushResult(expression);
      holds = duk_to_boolean(context_, -1);
    }));
    return holds;
  }

  absl::Status Run(absl::string_view script) override {
    return Protect([&] {
      PushProgram(script);
      duk_call(context_, 0);
    });
  }

  absl::StatusOr<std::map<std::string, Value>> Globals(const std::vector<std::string>& kept,
                                                       bool lenient) override {
    JISSHO_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesFrom("variables"));
    std::map<std::string, Value> values;
    for (const std::string& name : names) {
      unstorable_.clear();
      const absl::Status status = Protect([&] {
        PushKit("read");
        PushText(name);
        duk_call(context_, 1);
        TakeOut();
      });
      const bool is_kept =
          unstorable_ == "function" && std::find(kept.begin(), kept.end(), name) != kept.end();
      if (is_kept || (lenient && (!status.ok() || !unstorable_.empty()))) continue;
      JISSHO_RETURN_IF_ERROR(status);
      if (!unstorable_.empty()) return Unstorable(name);
      values[name] = std::move(output_);
    }
    return values;
  }

  absl::StatusOr<std::vector<std::string>> KeepFunctions() override { return NamesFrom("keepFunctions"); }

 private:
  static constexpr char kKit[] = "kit";
  static constexpr char kCache[] = "cache";
  static constexpr char kIn[] = "in";

  static DuktapeHeap& Of(duk_context* context) {
    duk_memory_functions functions;
    duk_get_memory_functions(context, &functions);
    return *static_cast<DuktapeHeap*>(static_cast<Memory*>(functions.udata));
  }

  // Runs `body`; whatever it throws becomes a status. The stack is as before.
  template <class Body>
  absl::Status Protect(const Body& body) {
    const auto call = [](duk_context* context, void* data) -> duk_ret_t {
      duk_require_stack(context, 64);
      (*static_cast<const Body*>(data))();
      return 0;
    };
    const duk_int_t result = duk_safe_call(context_, call, const_cast<Body*>(&body), 0, 1);
    if (result == DUK_EXEC_SUCCESS) {
      duk_pop(context_);
      return absl::OkStatus();
    }
    // Reading the error's text may run a script's toString and throw again.
    const auto describe = [](duk_context* context, void*) -> duk_ret_t {
      duk_to_string(context, -1);
      return 1;
    };
    std::string text = "the script failed";
    const bool described = duk_safe_call(context_, describe, nullptr, 1, 1) == DUK_EXEC_SUCCESS;
    if (const char* said = described ? duk_get_string(context_, -1) : nullptr) FromCesu(said, text);
    duk_pop(context_);
    // After running out of memory the interpreter is sound, but what the instance had half made is not.
    if (used > max / 2 || absl::string_view(text).find("alloc") != absl::string_view::npos) {
      broken_ = true;
    }
    return MakeError(kScriptError, {{"detail", text}});
  }

  static absl::Status Unstorable(absl::string_view what, absl::string_view kind) {
    return MakeError(kUnstorable, {{"what", std::string(what)}, {"kind", std::string(kind)}});
  }
  absl::Status Unstorable(absl::string_view what) const { return Unstorable(what, unstorable_); }

  static duk_ret_t In(duk_context* context) {
    DuktapeHeap& heap = Of(context);
    FromCesu(duk_require_string(context, 0), heap.text_);
    duk_push_boolean(context, heap.in_ && heap.in_(heap.text_));
    return 1;
  }

  void PushKit(const char* name) {
    duk_push_global_stash(context_);
    duk_get_prop_string(context_, -1, kKit);
    duk_get_prop_string(context_, -1, name);
    duk_remove(context_, -2);
    duk_remove(context_, -2);
  }

  void PushText(absl::string_view text) {
    ToCesu(text, text_);
    duk_push_lstring(context_, text_.data(), text_.size());
  }

  // --- values in ---
  absl::Status Accept(const Value& value) {
    accepted_ = &value;
    xml_tree_ = nullptr;
    if (!value.is_xml()) return absl::OkStatus();
    pugi::xml_document document;
    if (!document.load_string(value.xml().c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single)) {
      return MakeError(kScriptError, {{"detail", "the XML cannot be read"}});
    }
    xml_tree_ = TreeOf(document.document_element());
    return absl::OkStatus();
  }

  void PushAccepted() {
    if (accepted_->is_undefined()) return duk_push_undefined(context_);
    if (accepted_->is_json()) return PushJson(accepted_->json(), 0);
    PushKit("document");
    PushJson(xml_tree_, 0);
    PushText(accepted_->xml());
    duk_call(context_, 2);
  }

  void PushJson(const Json& json, int depth) {
    if (depth > kDepthMax) (void)duk_error(context_, DUK_ERR_RANGE_ERROR, "the value nests too deeply");
    duk_require_stack(context_, 8);
    switch (json.type()) {
      case Json::value_t::boolean:
        return duk_push_boolean(context_, json.get<bool>());
      case Json::value_t::number_integer:
      case Json::value_t::number_unsigned:
      case Json::value_t::number_float:
        return duk_push_number(context_, json.get<double>());
      case Json::value_t::string:
        return PushText(json.get_ref<const std::string&>());
      case Json::value_t::array:
        duk_push_array(context_);
        for (size_t i = 0; i < json.size(); ++i) {
          PushJson(json[i], depth + 1);
          duk_put_prop_index(context_, -2, static_cast<duk_uarridx_t>(i));
        }
        return;
      case Json::value_t::object:
        duk_push_object(context_);
        for (auto entry = json.begin(); entry != json.end(); ++entry) {
          PushText(entry.key());
          PushJson(entry.value(), depth + 1);
          // Defined, not set: "__proto__" is a key like others.
          duk_def_prop(context_, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC);
        }
        return;
      default:
        return duk_push_null(context_);
    }
  }

  // --- values out ---
  // The value on top, into output_; why not, into unstorable_.
  void TakeOut() {
    output_ = Value();
    PushKit("kind");
    duk_dup(context_, -2);
    duk_call(context_, 1);
    const char* kind = duk_require_string(context_, -1);
    if (std::strcmp(kind, "undefined") == 0) return;
    if (std::strcmp(kind, "xml") == 0) {
      duk_get_prop_string(context_, -2, "xml");
      FromCesu(duk_require_string(context_, -1), text_);
      output_ = Value::Xml(text_);
      return;
    }
    duk_pop(context_);
    output_ = Value(Json());
    TakeJson(output_.json(), 0);
  }

  // The value on top, which stays, into `out`, which the heap owns.
  void TakeJson(Json& out, int depth) {
    if (depth > kDepthMax) {
      if (unstorable_.empty()) unstorable_ = "a value that contains itself, or nests too deeply";
      return;
    }
    duk_require_stack(context_, 16);
    PushKit("kind");
    duk_dup(context_, -2);
    duk_call(context_, 1);
    const char* kind = duk_require_string(context_, -1);
    if (std::strcmp(kind, "list") == 0) {
      duk_pop(context_);
      TakeList(out, depth);
    } else if (std::strcmp(kind, "object") == 0) {
      duk_pop(context_);
      TakeObject(out, depth);
    } else {
      TakePlain(kind, out);
      duk_pop(context_);
    }
  }

  // Under the kind, which is on top.
  void TakePlain(const char* kind, Json& out) {
    if (std::strcmp(kind, "boolean") == 0) {
      out = static_cast<bool>(duk_get_boolean(context_, -2));
    } else if (std::strcmp(kind, "number") == 0) {
      const double number = duk_get_number(context_, -2);
      if (!std::isfinite(number)) {
        if (unstorable_.empty()) unstorable_ = "a number that is not finite";
      } else if (number == std::floor(number) && std::fabs(number) <= 9007199254740992.0) {
        out = static_cast<int64_t>(number);
      } else {
        out = number;
      }
    } else if (std::strcmp(kind, "string") == 0) {
      duk_size_t size = 0;
      const char* text = duk_get_lstring(context_, -2, &size);
      FromCesu(absl::string_view(text, size), text_);
      out = text_;
    } else if (std::strcmp(kind, "undefined") != 0 && std::strcmp(kind, "null") != 0) {
      if (unstorable_.empty()) unstorable_ = kind;
    }
  }

  void TakeList(Json& out, int depth) {
    out = Json::array();
    const duk_size_t size = duk_get_length(context_, -1);
    for (duk_uarridx_t i = 0; i < size && unstorable_.empty(); ++i) {
      duk_get_prop_index(context_, -1, i);
      out.push_back(nullptr);
      TakeJson(out.back(), depth + 1);
      duk_pop(context_);
    }
  }

  void TakeObject(Json& out, int depth) {
    out = Json::object();
    PushKit("keys");
    duk_dup(context_, -2);
    duk_call(context_, 1);
    const duk_size_t size = duk_get_length(context_, -1);
    for (duk_uarridx_t i = 0; i < size && unstorable_.empty(); ++i) {
      duk_get_prop_index(context_, -1, i);
      duk_dup(context_, -1);
      duk_get_prop(context_, -4);
      if (!duk_is_undefined(context_, -1)) {
        duk_size_t length = 0;
        const char* key = duk_get_lstring(context_, -2, &length);
        FromCesu(absl::string_view(key, length), text_);
        TakeJson(out[text_], depth + 1);
      }
      duk_pop_2(context_);
    }
    duk_pop(context_);
  }

  absl::StatusOr<std::vector<std::string>> NamesFrom(const char* function) {
    names_.clear();
    JISSHO_RETURN_IF_ERROR(Protect([&] {
      PushKit(function);
      duk_call(context_, 0);
      const duk_size_t size = duk_get_length(context_, -1);
      for (duk_uarridx_t i = 0; i < size; ++i) {
        duk_get_prop_index(context_, -1, i);
        FromCesu(duk_require_string(context_, -1), text_);
        names_.push_back(text_);
        duk_pop(context_);
      }
    }));
    return std::move(names_);
  }

  // --- compiled texts: made once, found by what they are used for and their text ---
  template <class Make>
  void PushCached(char use, absl::string_view text, const Make& make) {
    source_.assign(1, use);
    source_.append(text.data(), text.size());
    ToCesu(source_, text_);
    duk_push_global_stash(context_);
    duk_get_prop_string(context_, -1, kCache);
    duk_remove(context_, -2);
    if (duk_get_prop_lstring(context_, -1, text_.data(), text_.size())) return duk_remove(context_, -2);
    duk_pop(context_);
    make();
    PushKit("freeze");
    duk_dup(context_, -2);
    duk_call(context_, 1);
    duk_pop(context_);
    ToCesu(source_, text_);
    duk_dup(context_, -1);
    duk_put_prop_lstring(context_, -3, text_.data(), text_.size());
    duk_remove(context_, -2);
  }

  // The text before, the source without its mark, and the text after, compiled.
  void Compile(const char* before, const char* after, duk_uint_t flags) {
    ToCesu(absl::string_view(source_).substr(1), text_);
    text_.insert(0, before);
    text_.append(after);
    duk_push_string(context_, "chart");
    duk_compile_lstring_filename(context_, flags, text_.data(), text_.size());
  }
  bool TryCompile(const char* before, const char* after, duk_uint_t flags) {
    ToCesu(absl::string_view(source_).substr(1), text_);
    text_.insert(0, before);
    text_.append(after);
    duk_push_string(context_, "chart");
    return duk_pcompile_lstring_filename(context_, flags, text_.data(), text_.size()) == 0;
  }

  void PushProgram(absl::string_view text) {
    PushCached('s', text, [this] { Compile("", "", DUK_COMPILE_EVAL); });
  }

  // What an expression's text is when called. In parentheses an object literal is one; what does not fit into
  // them (a semicolon at the end, say) is a program whose last value counts.
  void PushExpression(absl::string_view text) {
    PushCached('e', text, [this] {
      if (TryCompile("(", "\n)", DUK_COMPILE_EVAL)) return;
      duk_pop(context_);
      Compile("", "", DUK_COMPILE_EVAL);
    });
  }

  void PushResult(absl::string_view expression) {
    PushExpression(expression);
    duk_call(context_, 0);
  }

  // Strict, so that a name that is not there and a variable that may not be changed are errors.
  void PushAssignment(absl::string_view location) {
    PushCached('a', location,
               [this] { Compile("function (v) { 'use strict'; ", " = v; }", DUK_COMPILE_FUNCTION); });
  }

  void CheckName(absl::string_view name) {
    for (const char c : name) {
      if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80) != 0) continue;
      (void)duk_error(context_, DUK_ERR_SYNTAX_ERROR, "this is no variable name");
    }
    PushCached('n', name,
               [this] { Compile("function () { 'use strict'; var ", "; }", DUK_COMPILE_FUNCTION); });
    duk_pop(context_);
  }

  duk_context* context_ = nullptr;
  bool broken_ = false;
  std::function<bool(const std::string&)> in_;
  // Scratch that must not stand on the stack (see above).
  const Value* accepted_ = nullptr;
  Json input_, xml_tree_;
  Value output_;
  std::string text_, source_, unstorable_;
  std::vector<std::string> names_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ScriptHeap>> ScriptHeap::Create(size_t memory_max) {
  auto heap = std::make_unique<DuktapeHeap>(memory_max);
  JISSHO_RETURN_IF_ERROR(heap->Open());
  return heap;
}

}  // namespace jissho::expression
