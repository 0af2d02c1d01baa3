#include "trustee/terms/import/cawg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/import/signal.h"

namespace usufruct::terms {
namespace {

using document::Node;

/// What every assertion may speak of; what it leaves out is open.
constexpr std::array<std::string_view, 4> predefined = {
    "cawg.data_mining", "cawg.ai_inference", "cawg.ai_generative_training", "cawg.ai_training"};

constexpr std::size_t assertions_max = 16;

constexpr std::string_view all_training = "ai-training";
constexpr std::string_view generative = "gen-ai";
constexpr std::string_view not_generative = "non-gen-ai";

struct Entry {
  std::string key;
  std::string use;
  std::string info;  ///< the constraint in words; so many as there are, joined
  std::vector<std::string> actions;

  bool is_reserved() const { return use != "allowed" && (use != "constrained" || info.empty()); }
};

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == document::Kind::scalar ? found->text : "";
}

bool is_info(std::string_view key) { return key == "constraint_info" || key == "constraints_info"; }

Entry entry_of(const Node& node, const Vocabulary& vocabulary) {
  Entry entry{node.key, text_of(node, "use"), "", {}};
  for (const auto& item : node.items) {
    if (!is_info(item.key) || item.text.empty()) continue;
    entry.info += (entry.info.empty() ? "" : "; ") + item.text;
  }
  entry.actions = vocabulary.meaning_of(Scheme::action, entry.key).words;
  return entry;
}

bool is_label(std::string_view text) {
  return text.starts_with("cawg.training-mining") || text.starts_with("c2pa.training-mining");
}

/// What holds the entries of an assertion: by its label, or by the key it stands under; null for
/// what is none.
const Node* data_of(const Node& node) {
  const bool is_labelled = is_label(text_of(node, "label"));
  const bool is_keyed = is_label(node.key) && node.kind == document::Kind::mapping;
  if (!is_labelled && !is_keyed) return nullptr;
  const Node* data = node.find("data");
  return data != nullptr ? data : &node;
}

/// What holds the entries of every assertion in the text. One whose entries are not read is an
/// error, and not left out: it may reserve what another permits.
Result<std::vector<const Node*>> assertions_in(const document::File& file) {
  const Node& root = file.root;
  std::vector<const Node*> open{&root};
  std::vector<const Node*> found;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    const Node* data = data_of(*node);
    if (data == nullptr && node == &root && root.find("entries") != nullptr) data = &root;
    if (data == nullptr) {
      for (const auto& item : node->items) open.push_back(&item);
      continue;
    }
    const Node* entries = data->find("entries");
    if (entries == nullptr || entries->kind != document::Kind::mapping) {
      return file.fault(entries == nullptr ? data->place : entries->place,
                        "an assertion without a mapping of 'entries'",
                        "write them as {\"entries\": {\"cawg.ai_training\": {\"use\": …}}}");
    }
    if (found.size() == assertions_max) {
      return file.fault(entries->place, fmt::format("more than {} assertions", assertions_max));
    }
    found.push_back(data);
  }
  return found;
}

class Hearing {
 public:
  explicit Hearing(Signal& signal) : signal_(signal) {}

  /// Every entry; what stands beside them may be about all of them.
  void hear(const Node& data) {
    for (const auto& entry : data.find("entries")->items) add(entry);
    for (const auto& item : data.items) {
      const bool is_known = item.key == "entries" || item.key == "label" || item.key == "kind" ||
                            item.key == "instance" || item.key == "created";
      if (is_known) continue;
      if (item.key == "metadata") {
        signal_.tell(item.key, Fidelity::approximated, "nothing", "it tells of the assertion");
        continue;
      }
      signal_.ask(fmt::format("does '{}' leave room for this?", printable(item.key, 60)));
      signal_.tell(item.key, Fidelity::refused, "ask", "no such member is known");
    }
  }

  void finish() {
    join_trainings();
    for (const auto& entry : entries_) say(entry);
    for (const auto& key : predefined) {
      leave_open(signal_.vocabulary().meaning_of(Scheme::action, key).words);
    }
    if (!is_named(std::string(all_training))) leave_open(stages());
  }

 private:
  void add(const Node& node) {
    Entry entry = entry_of(node, signal_.vocabulary());
    if (entry.actions.empty()) return refuse(entry);
    if (entry.use != "allowed" && entry.use != "notAllowed" && entry.use != "constrained") {
      signal_.ask(fmt::format("does '{}: {}' permit this?", printable(entry.key, 60),
                              printable(entry.use, 60)),
                  entry.actions);
      return signal_.tell(written(entry), Fidelity::refused, in_words("asks about", entry.actions),
                          "its use is none of allowed, notAllowed, constrained");
    }
    tell_other_members(node);
    entries_.push_back(std::move(entry));
  }

  static std::string written(const Entry& entry) {
    return fmt::format("{}: {}{}{}", entry.key, entry.use, entry.info.empty() ? "" : ", ",
                       entry.info);
  }

  void refuse(const Entry& entry) {
    signal_.tell_unknown(entry.key);
    if (entry.use != "allowed") {
      signal_.ask(fmt::format("does '{}' leave room for this?", printable(written(entry), 100)));
    }
    signal_.tell(written(entry), Fidelity::refused,
                 entry.use == "allowed" ? "no preference" : "ask", "no such entry is known");
  }

  void tell_other_members(const Node& node) {
    for (const auto& item : node.items) {
      const bool is_words =
          item.kind == document::Kind::scalar || item.kind == document::Kind::null;
      if (item.key == "use" || (is_info(item.key) && is_words)) continue;
      signal_.ask(fmt::format("does '{}' of {} leave room for this?", printable(item.key, 60),
                              printable(node.key, 60)));
      signal_.tell(node.key + ": " + item.key, Fidelity::refused, "ask", "no such member is known");
    }
  }

  /// Training of both kinds is all training there is, and a request names it by its stage: where
  /// all entries of both say the same, and in the same words.
  void join_trainings() {
    const auto is_of = [](const Entry& entry, std::string_view action) {
      return std::ranges::find(entry.actions, action) != entry.actions.end();
    };
    const auto with = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return is_of(entry, generative); });
    const auto without = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return is_of(entry, not_generative); });
    if (with == entries_.end() || without == entries_.end()) return;
    const bool are_alike = std::ranges::all_of(entries_, [&](const Entry& entry) {
      const bool is_training = is_of(entry, generative) || is_of(entry, not_generative);
      return !is_training || (entry.use == with->use && entry.info == with->info);
    });
    if (are_alike) with->actions.emplace_back(all_training);
  }

  /// What training is by its stage, which neither entry names.
  std::vector<std::string> stages() const {
    return kinds_without(std::string(all_training),
                         {std::string(generative), std::string(not_generative)});
  }

  /// The broadest kinds of an action that overlap none of these.
  std::vector<std::string> kinds_without(const std::string& action,
                                         const std::vector<std::string>& spared) const {
    std::vector<std::string> kinds;
    for (const auto& word : signal_.vocabulary().words_apart_from(Scheme::action, spared)) {
      if (signal_.vocabulary().contains(Scheme::action, action, word)) kinds.push_back(word);
    }
    return kinds;
  }

  /// The kinds of an entry's actions that other entries speak of differently.
  std::vector<std::string> excepted(const Entry& entry, const std::string& action) const {
    std::vector<std::string> words;
    for (const auto& other : entries_) {
      if (other.is_reserved() || &other == &entry) continue;
      for (const auto& word : other.actions) {
        if (word != action && signal_.vocabulary().contains(Scheme::action, action, word)) {
          words.push_back(word);
        }
      }
    }
    return words;
  }

  /// What an entry speaks of, without what others say of a part of it.
  std::vector<std::string> own(const Entry& entry) const {
    std::vector<std::string> actions;
    for (const auto& action : entry.actions) {
      const auto spared = excepted(entry, action);
      const auto left = spared.empty() ? std::vector{action} : kinds_without(action, spared);
      actions.insert(actions.end(), left.begin(), left.end());
    }
    return actions;
  }

  void say(const Entry& entry) {
    if (entry.is_reserved()) {
      signal_.tell(written(entry), Fidelity::mapped, in_words("forbids", own(entry)));
      return signal_.reserve(own(entry));
    }
    if (entry.use == "allowed" && entry.info.empty()) {
      signal_.tell(written(entry), Fidelity::mapped, in_words("permits", entry.actions));
      return signal_.allow({.actions = entry.actions});
    }
    // Allowed, and constrained all the same, is constrained.
    signal_.tell(written(entry), Fidelity::refused, in_words("asks about", own(entry)),
                 "whether its constraint is met is for people to judge");
    signal_.ask(fmt::format("is this constraint met: {}", printable(entry.info)), own(entry));
  }

  /// What has an entry of its own is not allowed by that of something broader.
  void leave_open(const std::vector<std::string>& actions) {
    for (const auto& action : actions) {
      const bool is_inside = std::ranges::any_of(entries_, [&](const Entry& entry) {
        return std::ranges::any_of(entry.actions, [&](const auto& word) {
          return signal_.vocabulary().contains(Scheme::action, word, action);
        });
      });
      if (is_inside && !is_named(action)) signal_.leave_open({action});
    }
  }

  bool is_named(const std::string& action) const {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
      return std::ranges::find(entry.actions, action) != entry.actions.end();
    });
  }

  Signal& signal_;
  std::vector<Entry> entries_;
};

}  // namespace

Result<Imported> read_cawg(std::string_view text, const ImportOptions& options) {
  const auto file = TRY(document::parse_json(text, options.file));
  const auto found = TRY(assertions_in(file));
  if (found.empty()) {
    return file.fault(file.root.place, "no training and data mining assertion is here",
                      "give its JSON, with 'entries'");
  }
  Signal signal("Imported from a training and data mining assertion (CAWG)", options);
  Hearing hearing(signal);
  for (const Node* data : found) hearing.hear(*data);
  hearing.finish();
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
