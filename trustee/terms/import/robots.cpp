#include "trustee/terms/import/robots.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/import/aipref.h"
#include "trustee/terms/import/robots_file.h"
#include "trustee/terms/import/signal.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct::terms {
namespace {

using Kind = RobotsRule::Kind;
using Groups = std::vector<const RobotsGroup*>;
using GroupsByAgent = std::map<std::string, Groups, std::less<>>;
constexpr std::string_view everybody = "*";

/// The crawler that a line names: `GPTBot/1.2 (us)` is GPTBot. Names with spaces in them are known
/// as such.
std::string token_of(std::string_view agent, const Vocabulary& vocabulary) {
  std::string token(trim(agent.substr(0, agent.find('/'))));
  if (vocabulary.crawlers().contains(token)) return token;
  return token.substr(0, token.find_first_of(" \t(;,"));
}

/// What a line says behind the name, a version and a comment: the names of more crawlers, perhaps.
std::string_view rest_of(std::string_view agent, std::string_view token) {
  auto rest = trim(agent.substr(std::min(agent.find(token) + token.size(), agent.size())));
  if (rest.starts_with('/')) {
    rest = trim(rest.substr(std::min(rest.find_first_of(" \t(;,"), rest.size())));
  }
  return rest.starts_with('(') ? "" : rest;
}

/// What one crawler may be called (RFC 9309 §2.2.1), with the digits and dots that some have: no
/// list of several, no pattern.
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

/// Which groups each crawler goes by: all of its name (RFC 9309 §2.2.1).
GroupsByAgent by_agent(const RobotsFile& file, const Vocabulary& vocabulary) {
  GroupsByAgent groups;
  for (const auto& group : file.groups) {
    for (const auto& agent : group.agents) {
      auto& its = groups[token_of(agent, vocabulary)];
      if (its.empty() || its.back() != &group) its.push_back(&group);
    }
  }
  return groups;
}

/// The rule with the longer path; of two as long, the one that allows (RFC 9309 §2.2.2).
const RobotsRule* stronger(const RobotsRule* one, const RobotsRule* other) {
  if (one == nullptr || other == nullptr) return one == nullptr ? other : one;
  if (one->pattern.octets() != other->pattern.octets()) {
    return one->pattern.octets() > other->pattern.octets() ? one : other;
  }
  return one->kind == Kind::allow ? one : other;
}

/// `Disallow:` with nothing after it keeps nobody out.
bool keeps_out(const RobotsRule& rule) { return rule.kind == Kind::disallow && !rule.path.empty(); }

std::string rule_written(std::string_view agent, const RobotsRule& rule) {
  return fmt::format("{}: {} {}", agent, rule.kind == Kind::allow ? "Allow" : "Disallow",
                     rule.path);
}

class Hearing {
 public:
  explicit Hearing(Signal& signal) : signal_(signal) {}

  /// Each group is looked at once, however many crawlers share it.
  void run(const RobotsFile& file) {
    for (const auto& group : file.groups) decide(group);
    const auto agents = by_agent(file, signal_.vocabulary());
    for (const auto& group : file.groups) doubt_names(group);
    for (const auto& [agent, groups] : agents) {
      if (agent != everybody) hear_named(agent, groups);
    }
    for (const auto& group : file.groups) {
      const bool is_of_all = std::ranges::any_of(group.agents, [&](const auto& agent) {
        return token_of(agent, signal_.vocabulary()) == everybody;
      });
      if (is_of_all) continue;
      hear_preferences(group.agents.front(), {&group}, Heard::by_some);
    }
    if (const auto all = agents.find(everybody); all != agents.end()) {
      hear_everybody(all->second, agents);
    }
    for (const auto& url : file.licences) {
      signal_.ask(fmt::format("does the licence at {} permit this?", printable(url)));
      signal_.tell("License: " + url, Fidelity::refused, "ask",
                   "import it with `usufruct terms import rsl`");
    }
    for (const auto& line : file.unknown) {
      signal_.ask(fmt::format("does '{}' in robots.txt leave room for this?", line));
      signal_.tell(line, Fidelity::refused, "ask",
                   "it is no directive that is known, or its path none of a site");
    }
    // Last: there may be thousands of them, and only so many lines are told.
    for (const auto& line : file.silent) {
      signal_.tell(line, Fidelity::mapped, "nothing: it says nothing of use");
    }
  }

 private:
  bool matches(const RobotsRule& rule) const {
    return rule.path.empty() || rule.pattern.matches(signal_.options().path);
  }

  void decide(const RobotsGroup& group) {
    const RobotsRule* best = nullptr;
    for (const auto& rule : group.rules) {
      if (rule.kind != Kind::allow && rule.kind != Kind::disallow) continue;
      if (rule.kind == Kind::allow && rule.path.empty()) continue;
      if (matches(rule)) best = stronger(best, &rule);
    }
    decided_[&group] = best;
  }
  const RobotsRule* deciding(const Groups& groups) const {
    const RobotsRule* best = nullptr;
    for (const auto* group : groups) best = stronger(best, decided_.at(group));
    return best;
  }

  /// A line for several crawlers, or for what a pattern matches, is for the first alone.
  void doubt_names(const RobotsGroup& group) {
    for (const auto& agent : group.agents) {
      const std::string token = token_of(agent, signal_.vocabulary());
      const bool is_name =
          token == everybody || is_token(token) || signal_.vocabulary().crawlers().contains(token);
      if (is_name && rest_of(agent, token).empty()) continue;
      signal_.ask(
          fmt::format("does what is said to '{}' leave room for this?", printable(agent, 100)));
      signal_.tell("User-agent: " + agent, Fidelity::refused, "ask",
                   "it is not the name of one crawler");
    }
  }

  void hear_named(const std::string& agent, const Groups& groups) {
    const RobotsRule* rule = deciding(groups);
    const auto known = signal_.vocabulary().crawlers().find(agent);
    if (known == signal_.vocabulary().crawlers().end()) {
      signal_.tell_unknown(agent);
      return signal_.tell(rule != nullptr ? rule_written(agent, *rule) : agent, Fidelity::refused,
                          "no preference", "nobody here knows what this crawler fetches for");
    }
    if (rule == nullptr) {
      return signal_.tell(agent, Fidelity::mapped,
                          fmt::format("nothing is said of {}", signal_.options().path));
    }
    if (!keeps_out(*rule)) {
      return signal_.tell(rule_written(agent, *rule), Fidelity::approximated, "no preference",
                          "it may fetch, which permits no use");
    }
    signal_.reserve(known->second);
    signal_.tell(rule_written(agent, *rule), Fidelity::approximated,
                 known->second.empty() ? "nothing: it fetches for none of these uses"
                                       : in_words("forbids", known->second),
                 "one crawler is kept out: here whoever does the same");
  }

  /// Crawlers without a group of their own go by this one.
  void hear_everybody(const Groups& groups, const GroupsByAgent& agents) {
    hear_preferences(everybody, groups, Heard::by_all);
    const RobotsRule* rule = deciding(groups);
    if (rule == nullptr) return;
    if (!keeps_out(*rule)) {
      return signal_.tell(rule_written(everybody, *rule), Fidelity::approximated, "no preference",
                          "everybody may fetch, which permits no use");
    }
    std::vector<std::string> actions;
    for (const auto& [crawler, uses] : signal_.vocabulary().crawlers()) {
      if (!agents.contains(crawler)) actions.insert(actions.end(), uses.begin(), uses.end());
    }
    sort_once(actions);
    signal_.tell(rule_written(everybody, *rule), Fidelity::approximated,
                 in_words("forbids", actions),
                 "crawlers are kept out: here what those that are known fetch for");
    signal_.reserve(std::move(actions));
  }

  /// Of each kind the rules with the longest path that matches; all of them when there are several.
  void hear_preferences(std::string_view agent, const Groups& groups, Heard heard) {
    for (const Kind kind : {Kind::content_usage, Kind::content_signal}) {
      std::optional<std::size_t> longest;
      std::vector<std::pair<const RobotsRule*, bool>> rules;
      for (const auto* group : groups) {
        for (const auto& rule : group->rules) {
          if (rule.kind != kind) continue;
          rules.emplace_back(&rule, matches(rule));
          if (rules.back().second) longest = std::max(longest.value_or(0), rule.pattern.octets());
        }
      }
      for (const auto& [rule, is_matched] : rules) {
        if (!is_matched || rule->pattern.octets() != longest) {
          signal_.tell(fmt::format("{}: {} {}", agent, rule->path, rule->value), Fidelity::mapped,
                       "nothing: of another path");
        } else if (kind == Kind::content_usage) {
          hear_aipref(rule->value, heard, signal_);
        } else {
          hear_signals(rule->value, heard);
        }
      }
    }
  }

  /// `search=yes, ai-train=no` (contentsignals.org).
  void hear_signals(std::string_view value, Heard heard) {
    for (const auto part : split(value, ',')) {
      if (!trim(part).empty()) hear_signal(trim(part), heard);
    }
  }

  void hear_signal(std::string_view part, Heard heard) {
    const auto equals = std::min(part.find('='), part.size());
    const std::string name = to_lower_ascii(trim(part.substr(0, equals)));
    const std::string said =
        equals == part.size() ? "" : to_lower_ascii(trim(part.substr(equals + 1)));
    const Meaning meaning =
        signal_.vocabulary().meaning_of(Scheme::action, "content-signal:" + name);
    if (meaning.words.empty()) {
      signal_.tell_unknown(name);
      if (said != "yes") {
        signal_.ask(fmt::format("does '{}' leave room for this?", printable(part, 100)));
      }
      return signal_.tell(part, Fidelity::refused, said == "yes" ? "no preference" : "ask",
                          "no signal of that name is known");
    }
    const std::string near = meaning.is_exact ? "" : "near it, not the same";
    if (said == "no") {
      signal_.reserve(meaning.words);
      signal_.tell(part, fidelity_of(meaning.is_exact), in_words("forbids", meaning.words), near);
    } else if (said == "yes" && heard == Heard::by_all) {
      signal_.allow({.actions = meaning.words});
      signal_.tell(part, fidelity_of(meaning.is_exact), in_words("permits", meaning.words), near);
    } else {
      signal_.leave_open(meaning.words);
      signal_.tell(part, Fidelity::refused, "no preference",
                   said == "yes" ? "said to one crawler alone" : "it is neither yes nor no");
    }
  }

  Signal& signal_;
  std::map<const RobotsGroup*, const RobotsRule*> decided_;
};

}  // namespace

Result<Imported> read_robots(std::string_view text, const ImportOptions& options) {
  CHECK_OK(check_path(options.path));
  const auto file = TRY(parse_robots(text, options.file));
  Signal signal("Imported from robots.txt", options);
  Hearing(signal).run(file);
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
