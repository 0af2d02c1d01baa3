#include "trustee/terms/import/rsl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/document/xml.h"
#include "trustee/terms/import/rsl_element.h"
#include "trustee/terms/import/rsl_offer.h"
#include "trustee/terms/import/signal.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct::terms {
namespace {

using document::Element;

constexpr std::size_t licences_max = 16;
constexpr std::array<std::string_view, 4> of_content = {"url", "server", "encrypted", "lastmod"};

void add_offered(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  sort_once(words);
}

class RslReader {
 public:
  explicit RslReader(Signal& signal) : signal_(signal) {}

  void read(const Element& content) {
    ask_of_unread(content, {.attributes = of_content, .children = true}, signal_);
    if (const auto server = content.attribute("server"); !server.empty()) {
      signal_.ask(fmt::format("is a licence had from {}?", printable(server)));
      signal_.tell(fmt::format("server={}", server), Fidelity::refused, "ask",
                   "a licence is to be had from a server, even a free one");
    }
    if (content.attribute("encrypted") == "true") {
      signal_.tell("encrypted=true", Fidelity::approximated, "nothing",
                   "how the asset is had says nothing of its use");
    }
    for (const auto& child : content.children) {
      if (child.space == rsl_space && child.name == "license") {
        add_offer(child);
      } else if (child.space == rsl_space && child.name == "terms") {
        signal_.ask(fmt::format("do the terms at {} permit this?", printable(child.text)));
        signal_.tell("terms " + child.text, Fidelity::refused, "ask", "they are not read");
      } else {
        tell_or_refuse(child, signal_);
      }
    }
    say();
  }

 private:
  const Vocabulary& vocabulary() const { return signal_.vocabulary(); }

  void add_offer(const Element& licence) {
    if (offers_.size() < licences_max) return offers_.push_back(read_offer(licence, signal_));
    signal_.tell("license", Fidelity::refused, "nothing is permitted by it",
                 "there are more licences than are read");
  }

  void say() {
    if (offers_.empty()) {
      signal_.ask("no licence is written for it: is there one that permits this?");
      signal_.tell("(no licence)", Fidelity::refused, "ask", "what is licensed has one");
    }
    std::vector<std::string> offered;
    for (const auto& offer : offers_) {
      if (!offer.is_void) add_offered(offered, permitted_by(offer));
    }
    for (const auto& offer : offers_) {
      reserve(offer.prohibited, offered);
      say(offer);
    }
    const bool all_list = !offers_.empty() && std::ranges::all_of(offers_, &RslOffer::lists_uses);
    if (!all_list) {
      if (!offers_.empty()) {
        signal_.tell("(a licence without permits)", Fidelity::refused, "no preference",
                     "that all is permitted by saying nothing is not taken over");
      }
      return;
    }
    const auto all = vocabulary().meaning_of(Scheme::action, "rsl:all").words;
    reserve(all, offered);
    signal_.tell("(uses that no licence lists)", Fidelity::mapped,
                 in_words("forbids", all) + " but for what is permitted");
  }

  /// What an offer permits without what it prohibits, which counts more: of a word of which a kind
  /// is prohibited, the rest.
  std::vector<std::string> permitted_by(const RslOffer& offer) const {
    if (offer.prohibited.empty()) return offer.permitted;
    return apart_from(offer.prohibited, offer.permitted);
  }

  /// The broadest words within some of these that have nothing in common with others.
  std::vector<std::string> apart_from(const std::vector<std::string>& others,
                                      const std::vector<std::string>& these) const {
    auto words = vocabulary().words_apart_from(Scheme::action, others);
    std::vector<std::string> left;
    for (const auto& action : these) {
      const bool is_whole = std::ranges::any_of(words, [&](const auto& word) {
        return vocabulary().contains(Scheme::action, word, action);
      });
      if (is_whole) left.push_back(action);
    }
    for (auto& word : words) {
      if (is_within(word, these) && !is_within(word, left)) left.push_back(std::move(word));
    }
    sort_once(left);
    return left;
  }

  bool is_within(const std::string& action, const std::vector<std::string>& broader) const {
    return std::ranges::any_of(broader, [&](const auto& word) {
      return vocabulary().contains(Scheme::action, word, action);
    });
  }

  /// Forbids what is not offered by any licence: of a word of which a kind is offered, the rest.
  void reserve(const std::vector<std::string>& actions, const std::vector<std::string>& offered) {
    std::vector<std::string> reserved;
    for (const auto& action : actions) {
      if (is_within(action, offered)) continue;
      const bool is_cut = std::ranges::any_of(offered, [&](const auto& word) {
        return vocabulary().contains(Scheme::action, action, word);
      });
      if (!is_cut) {
        reserved.push_back(action);
        continue;
      }
      add_offered(reserved, apart_from(offered, {action}));
    }
    signal_.reserve(std::move(reserved));
  }

  void say(const RslOffer& offer) {
    const auto actions = permitted_by(offer);
    for (const auto& question : offer.questions) signal_.ask(question, actions);
    for (const auto& refusal : offer.refusals) signal_.reserve(actions, {refusal});
    if (!offer.is_void) signal_.allow({actions, offer.clauses, offer.duties});
  }

  Signal& signal_;
  std::vector<RslOffer> offers_;
};

/// The host of `https://host/path`, in lower case; empty for a path alone.
std::string host_of(std::string_view url) {
  const auto scheme = url.find("//");
  if (scheme == url.npos || (url.starts_with('/') && scheme > 0)) return "";
  const auto begin = scheme + 2;
  return to_lower_ascii(url.substr(begin, url.find_first_of("/?#", begin) - begin));
}

const Element* content_for(const Element& root, Signal& signal) {
  const Element* best = nullptr;
  std::size_t best_size = 0;
  std::optional<std::string> host;
  for (const auto& child : root.children) {
    if (child.name != "content" || child.space != rsl_space) {
      tell_or_refuse(child, signal);
      continue;
    }
    const auto url = child.attribute("url");
    const auto pattern = path_of(url);
    if (!pattern.empty() && pattern.front() != '/' && pattern.front() != '*') {
      signal.ask(fmt::format("is it part of '{}', which has a licence?", printable(url, 100)));
      signal.tell(fmt::format("content {}", url), Fidelity::refused, "ask",
                  "this is no URL of a site");
      continue;
    }
    const SitePattern wanted(pattern);
    if (wanted.is_unread()) {
      signal.ask(fmt::format("is it part of '{}', which has a licence?", printable(url, 100)));
      signal.tell(fmt::format("content {}", url), Fidelity::refused, "ask",
                  "it is too long to be compared");
      continue;
    }
    if (!pattern.empty() && !wanted.matches(signal.options().path)) continue;
    // A path says nothing of the host: of licences for several nobody knows which is meant.
    if (host.value_or(host_of(url)) != host_of(url)) {
      signal.ask(
          fmt::format("is it on the host of '{}', which has a licence?", printable(url, 100)));
      signal.tell(fmt::format("content {}", url), Fidelity::refused, "ask",
                  "another content of this path is on another host");
    }
    host = host_of(url);
    const std::size_t size = wanted.octets();
    if (best != nullptr && size == best_size) {
      signal.ask(fmt::format("what does the licence of '{}' say, another of the same path?",
                             printable(url, 100)));
    }
    if (best != nullptr && size <= best_size) continue;
    best = &child;
    best_size = size;
  }
  for (const auto& child : root.children) {
    const bool is_known = child.name == "content" && child.space == rsl_space;
    if (is_known && &child != best) {
      signal.tell(fmt::format("content {}", child.attribute("url")), Fidelity::mapped,
                  "nothing: of another path");
    }
  }
  return best;
}

}  // namespace

Result<Imported> read_rsl(std::string_view text, const ImportOptions& options) {
  CHECK_OK(check_path(options.path));
  const auto root = TRY(document::parse_xml(text, options.file));
  if (root.name != "rsl" || root.space != rsl_space) {
    return malformed(fmt::format("{}: its root is '{}', not <rsl xmlns=\"{}\">", options.file,
                                 printable(root.name, 60), rsl_space),
                     "give the document that a License line of robots.txt names");
  }
  Signal signal("Imported from a licence of Really Simple Licensing (RSL)", options);
  ask_of_unread(root, {.children = true}, signal);
  if (const auto* content = content_for(root, signal)) {
    RslReader(signal).read(*content);
  } else {
    signal.tell("(no content of this path)", Fidelity::mapped, "no preference");
  }
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
