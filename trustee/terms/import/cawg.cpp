#include "trustee/terms/import/cawg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "crypto/base/text.h"
#include "trustee/document/document.h"
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
  std::string info;
  std::vector<std::string> actions;

  bool is_reserved() const { return use != "allowed" && (use != "constrained" || info.empty()); }
};

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == document::Kind::scalar ? found->text : "";
}

Entry entry_of(const Node& node, const Vocabulary& vocabulary) {
  Entry entry{node.key, text_of(node, "use"), text_of(node, "constraint_info"), {}};
  if (entry.info.empty()) entry.info = text_of(node, "constraints_info");
  entry.actions = vocabulary.meaning_of(Scheme::action, entry.key).words;
  return entry;
}

bool is_assertion(const Node& node) {
  const std::string label = text_of(node, "label");
  return label.starts_with("cawg.training-mining") || label.starts_with("c2pa.training-mining");
}

/// The `entries` of every assertion in the text.
Result<std::vector<const Node*>> entries_in(const document::File& file) {
  const Node& root = file.root;
  std::vector<const Node*> open{&root};
  std::vector<const Node*> found;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    if (is_assertion(*node)) {
      const Node* data = node->find("data");
      if (data != nullptr) node = data;
    } else if (node != &root || node->find("entries") == nullptr) {
      for (const auto& item : node->items) open.push_back(&item);
      continue;
    }
    const Node* entries = node->find("entries");
    if (entries == nullptr || entries->kind != document::Kind::mapping) continue;
    if (found.size() == assertions_max) {
      return file.fault(entries->place, fmt::format("more than {} assertions", assertions_max));
    }
    found.push_back(entries);
  }
  return found;
}

class Hearing {
 public:
  explicit Hearing(Signal& signal) : signal_(signal) {}

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

  void finish() {
    join_trainings();
    for (const auto& entry : entries_) say(entry);
    for (const auto& key : predefined) {
      leave_open(signal_.vocabulary().meaning_of(Scheme::action, key).words);
    }
    if (!is_named(std::string(all_training))) leave_open(stages());
  }

 private:
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
      if (item.key == "use" || item.key == "constraint_info" || item.key == "constraints_info") {
        continue;
      }
      signal_.ask(fmt::format("does '{}' of {} leave room for this?", printable(item.key, 60),
                              printable(node.key, 60)));
      signal_.tell(node.key + ": " + item.key, Fidelity::refused, "ask", "no such member is known");
    }
  }

  /// Training of both kinds is all training there is, and a request names it by its stage.
  void join_trainings() {
    const auto find = [&](std::string_view action) {
      return std::ranges::find_if(entries_, [&](const Entry& entry) {
        return std::ranges::find(entry.actions, action) != entry.actions.end();
      });
    };
    const auto with = find(generative);
    const auto without = find(not_generative);
    if (with == entries_.end() || without == entries_.end()) return;
    if (with->use == without->use && with->info == without->info) {
      with->actions.emplace_back(all_training);
    }
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
    if (entry.use == "allowed") {
      signal_.tell(written(entry), Fidelity::mapped, in_words("permits", entry.actions));
      return signal_.allow({.actions = entry.actions});
    }
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
  const auto file = TRY(document::parse(text, options.file));
  const auto found = TRY(entries_in(file));
  if (found.empty()) {
    return file.fault(file.root.place, "no training and data mining assertion is here",
                      "give its JSON, with 'entries'");
  }
  Signal signal("Imported from a training and data mining assertion (CAWG)", options);
  Hearing hearing(signal);
  for (const Node* entries : found) {
    for (const auto& item : entries->items) hearing.add(item);
  }
  hearing.finish();
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
