#include "trustee/document/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_set>

#include "crypto/base/text.h"
#include "trustee/document/quotes.h"
#include "trustee/document/text.h"

namespace usufruct::document {
namespace {

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

/// The byte order mark, which yaml-cpp's places do not count.
std::size_t bom_bytes(std::string_view text) { return text.starts_with("\xef\xbb\xbf") ? 3 : 0; }

/// What the text may not contain. Thrown through yaml-cpp, which has no other way to be stopped,
/// and caught in parse().
struct Refusal {
  Place place;
  std::string message;
  std::string hint;
};

bool is_null(std::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

/// Whether a tag is of the core schema or none: `?` and `!` are what yaml-cpp says for no tag on a
/// plain and on a quoted scalar.
bool is_core(std::string_view tag) {
  constexpr std::string_view prefix = "tag:yaml.org,2002:";
  if (tag.empty() || tag == "?" || tag == "!") return true;
  if (!tag.starts_with(prefix)) return false;
  const auto name = tag.substr(prefix.size());
  return name == "str" || name == "int" || name == "float" || name == "bool" || name == "null" ||
         name == "seq" || name == "map";
}

/// Builds our tree from yaml-cpp's events, and refuses what we do not take as soon as it is seen:
/// before anything is expanded or recursed into.
class Builder final : public YAML::EventHandler {
 public:
  /// `text` is what is parsed, and outlives this.
  explicit Builder(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    open(node, mark, "", anchor);
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{place_of(mark), "an alias is not taken", "write the value out"};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    open(node, mark, tag, anchor);
    if (has_control(value)) throw Refusal{node.place, "a control character is not taken", ""};
    check_quotes(mark);
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    node.kind = !node.quoted && is_null(value) ? Kind::null : Kind::scalar;
    node.text = value;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Kind::mapping, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

  Node take() { return std::move(root_); }

 private:
  /// A collection being built, and the key that waits for its value.
  struct Level {
    Node node;
    bool has_key = false;
    std::string key;
    Place key_place;
    std::unordered_set<std::string> keys;
  };

  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    throw Refusal{place_of(mark), "an anchor is not taken", "write the value out where it is used"};
  }

  void open(Node& node, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    node.place = place_of(mark);
    if (anchor != YAML::NullAnchor) refuse_anchor(mark);
    if (!is_core(tag)) {
      throw Refusal{node.place, fmt::format("the tag '{}' is not taken", printable(tag)), ""};
    }
    if (++count_ > node_count_max) {
      throw Refusal{node.place, fmt::format("more than {} values", node_count_max), ""};
    }
  }

  /// yaml-cpp takes the end of the text for the quote that is missing, and a quote lines below,
  /// which was to open another text, for the end of this one.
  void check_quotes(const YAML::Mark& mark) const {
    const auto opened = scalar_offset(text_, bom_bytes(text_) + static_cast<std::size_t>(mark.pos));
    const auto end = quote_end(text_, opened);
    if (end == QuoteEnd::in_line) return;
    throw Refusal{place_at(text_, opened),
                  end == QuoteEnd::never ? "the quote opened here is never closed"
                                         : "the quote opened here is not closed in its line",
                  "close it; a text of several lines begins with '>-' instead"};
  }

  void start(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Level level;
    level.node.kind = kind;
    open(level.node, mark, tag, anchor);
    if (levels_.size() >= depth_max) {
      throw Refusal{level.node.place, fmt::format("nested deeper than {}", depth_max), ""};
    }
    if (expects_key()) throw Refusal{level.node.place, "a key must be a text", ""};
    levels_.push_back(std::move(level));
  }

  void end() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(node));
  }

  bool expects_key() const {
    return !levels_.empty() && levels_.back().node.kind == Kind::mapping && !levels_.back().has_key;
  }

  void add(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (expects_key()) {
      take_key(level, std::move(node));
      return;
    }
    if (level.node.kind == Kind::mapping) {
      node.key = std::move(level.key);
      node.key_place = level.key_place;
      level.has_key = false;
    }
    level.node.items.push_back(std::move(node));
  }

  static void take_key(Level& level, Node node) {
    if (node.kind != Kind::scalar) throw Refusal{node.place, "a key must be a text", ""};
    if (!level.keys.insert(node.text).second) {
      throw Refusal{node.place, fmt::format("'{}' is written twice", printable(node.text)),
                    "keep one of them"};
    }
    level.key = std::move(node.text);
    level.key_place = node.place;
    level.has_key = true;
  }

  std::string_view text_;
  Node root_;
  std::vector<Level> levels_;
  std::size_t count_ = 0;
};

/// What yaml-cpp says, and what a writer does about it.
struct Phrase {
  std::string_view said;
  std::string_view message;
  std::string_view hint;
};
constexpr Phrase phrases[] = {
    {"illegal map value", "a ':' is not taken here",
     "each key begins a line, as far in as those beside it; quote a text that has ': ' in it"},
    {"illegal block entry", "a '-' is not taken here", "an item begins a line, below its key"},
    {"end of sequence flow not found", "a '[' before this is not closed", "close it with ']'"},
    {"end of map flow not found", "a '{' before this is not closed", "close it with '}'"},
    {"unknown token", "no value begins so", "quote a text that begins with @, % or `"},
};

/// A tab in the indentation is what most often is not seen.
std::unexpected<Error> fault_of(const File& file, std::string_view text,
                                const YAML::Exception& exception) {
  const Place place = place_of(exception.mark);
  std::string_view line = text;
  for (std::uint32_t i = 1; i < place.line; ++i) {
    line.remove_prefix(std::min(line.find('\n'), line.size() - 1) + 1);
  }
  const auto indentation = line.substr(0, line.find_first_not_of(" \t"));
  if (const auto tab = indentation.find('\t'); tab != std::string_view::npos) {
    return file.fault({place.line, static_cast<std::uint32_t>(tab) + 1},
                      "a tab is not taken as indentation", "indent with spaces");
  }
  const auto phrase = std::ranges::find(phrases, exception.msg, &Phrase::said);
  if (phrase == std::end(phrases)) return file.fault(place, printable(exception.msg));
  return file.fault(place, phrase->message, std::string(phrase->hint));
}

bool needs_quotes(std::string_view text) {
  if (is_null(text) || text == "true" || text == "false" || text.front() == '-') return true;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '/';
    if (!plain) return true;
  }
  return false;
}

}  // namespace

const Node* Node::find(std::string_view wanted) const {
  if (kind != Kind::mapping) return nullptr;
  for (const auto& item : items) {
    if (item.key == wanted) return &item;
  }
  return nullptr;
}

std::unexpected<Error> File::fault(Place place, std::string_view message, std::string hint) const {
  return malformed(fmt::format("{}:{}:{}: {}", name, place.line, place.column, message),
                   std::move(hint));
}

Result<File> parse(std::string_view text, std::string_view name) {
  File file{std::string(name), {}};
  const std::string clean = TRY(clean_text(text, file));
  try {
    // With a line feed at its end yaml-cpp hands over a scalar whose quote is open, for us to
    // refuse.
    std::istringstream stream(clean.ends_with('\n') ? clean : clean + "\n");
    YAML::Parser parser(stream);
    Builder builder(clean);
    if (!parser.HandleNextDocument(builder)) return file.fault({}, "nothing is written here");
    file.root = builder.take();
    Builder second(clean);
    if (parser.HandleNextDocument(second)) {
      return file.fault(second.take().place, "a second document is not taken",
                        "write one document a file");
    }
  } catch (const Refusal& refusal) {
    return file.fault(refusal.place, refusal.message, refusal.hint);
  } catch (const YAML::Exception& exception) {
    return fault_of(file, clean, exception);
  }
  return file;
}

std::string print_scalar(std::string_view text) {
  if (!needs_quotes(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace usufruct::document
