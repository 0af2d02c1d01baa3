#include "trustee/terms/word_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::terms {

bool is_printable_word(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

namespace {

/// Orders the words and finds each by its id and by its short name.
Result<void> name_all(WordGraph& graph, Scheme scheme) {
  auto& terms = graph.terms;
  std::ranges::sort(terms, {}, &Term::id);
  if (terms.size() > words_max) {
    return malformed(fmt::format("{} words of the scheme {}", terms.size(), name_of(scheme)),
                     fmt::format("there may be {}", words_max));
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (!is_printable_word(terms[i].id)) {
      return malformed(fmt::format("'{}' is no word", printable(terms[i].id, 80)),
                       "words are of printable ASCII characters, without spaces");
    }
    if (!graph.index_of.emplace(terms[i].id, i).second) {
      return malformed(fmt::format("the {} '{}' is written twice", name_of(scheme), terms[i].id));
    }
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    graph.index_of.emplace(without_prefix(terms[i].id), i);
    for (const auto& foreign : terms[i].same_as) graph.same_as.emplace(foreign, i);
  }
  return {};
}

Result<std::vector<std::vector<std::size_t>>> parents_in(const WordGraph& graph, Scheme scheme) {
  const auto& terms = graph.terms;
  std::vector<std::vector<std::size_t>> parents(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    for (const auto& parent : terms[i].parents) {
      const auto place = graph.place_of(parent);
      if (!place) {
        return malformed(fmt::format("'{}', the parent of '{}', is no {}", printable(parent, 80),
                                     terms[i].id, name_of(scheme)));
      }
      parents[i].push_back(*place);
    }
  }
  return parents;
}

}  // namespace

/// Closes the graph under "is a kind of": a word is done when all its kinds are, and is then a kind
/// of its parents. What is never done is in a circle.
Result<void> WordGraph::close(Scheme scheme) {
  CHECK_OK(name_all(*this, scheme));
  const auto parents = TRY(parents_in(*this, scheme));
  std::vector<std::size_t> kinds_left(terms.size(), 0);
  kinds.assign(terms.size(), WordSet(terms.size()));
  children.assign(terms.size(), {});
  for (std::size_t i = 0; i < terms.size(); ++i) {
    kinds[i].insert(i);
    for (const std::size_t parent : parents[i]) {
      children[parent].push_back(i);
      ++kinds_left[parent];
    }
  }
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (kinds_left[i] == 0) ready.push_back(i);
  }
  for (std::size_t done = 0; done < ready.size(); ++done) {
    for (const std::size_t parent : parents[ready[done]]) {
      kinds[parent] |= kinds[ready[done]];
      if (--kinds_left[parent] == 0) ready.push_back(parent);
    }
  }
  if (ready.size() == terms.size()) return {};
  const auto circle = std::ranges::find_if(kinds_left, [](std::size_t left) { return left != 0; });
  const auto at = static_cast<std::size_t>(circle - kinds_left.begin());
  return malformed(fmt::format("the {} '{}' is a kind of itself, by way of others", name_of(scheme),
                               terms[at].id));
}

std::optional<std::size_t> WordGraph::place_of(std::string_view word) const {
  const auto found = index_of.find(word);
  if (found == index_of.end()) return std::nullopt;
  return found->second;
}

std::vector<std::size_t> WordGraph::places_below(std::size_t place) const {
  std::vector<bool> seen(terms.size(), false);
  std::vector<std::size_t> found{place};
  seen[place] = true;
  for (std::size_t next = 0; next < found.size(); ++next) {
    for (const std::size_t child : children[found[next]]) {
      if (seen[child]) continue;
      seen[child] = true;
      found.push_back(child);
    }
  }
  return found;
}

}  // namespace usufruct::terms
