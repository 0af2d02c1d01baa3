#include "trustee/vocabularies.h"

#include <fmt/format.h>

#include <deque>
#include <mutex>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

using VocabularyPtr = std::shared_ptr<const terms::Vocabulary>;

/// The words that were read last, newest first.
class Shelf {
 public:
  Result<VocabularyPtr> get(const Vocabulary& record) {
    const std::scoped_lock lock(mutex_);
    for (const auto& known : known_) {
      if (known->digest() == record.sha256) return known;
    }
    auto read = TRY(terms::Vocabulary::of_words(record.words));
    auto shared = std::make_shared<const terms::Vocabulary>(std::move(read));
    if (shared->digest() != record.sha256) return malformed("the words have another digest");
    known_.push_front(shared);
    if (known_.size() > kept_max) known_.pop_back();
    return shared;
  }

 private:
  static constexpr std::size_t kept_max = 16;
  std::mutex mutex_;
  std::deque<VocabularyPtr> known_;
};

/// The newest vocabulary records whose digest is fitting, newest first, until one is enough.
template <typename Fits, typename Take>
void visit_vocabularies(const Graph& graph, const Fits& fits, const Take& take) {
  std::size_t looked_at = 0;
  graph.visit_kind(Kind::vocabulary, Order::newest_first, [&](std::uint64_t, const RecordId& id) {
    auto record = graph.find(id);
    const auto* const body = record ? record->record.as<Vocabulary>() : nullptr;
    const bool goes_on =
        body == nullptr || !body->sha256 || !fits(*body->sha256) || take(std::move(record));
    return goes_on && ++looked_at < vocabularies_looked_at_max;
  });
}

}  // namespace

Result<VocabularyPtr> words_of(const Vocabulary& record) {
  static Shelf shelf;
  return shelf.get(record);
}

Result<VocabularyPtr> vocabulary_of(const Graph& graph, const Record& terms) {
  const auto id = terms.first(Role::under);
  const auto record = id ? graph.find(*id) : nullptr;
  const auto* const words = record ? record->record.as<Vocabulary>() : nullptr;
  const auto* const body = terms.as<Terms>();
  if (words == nullptr || body == nullptr || body->vocabulary_sha256 != words->sha256) {
    return not_found("the terms do not name the vocabulary they are written in");
  }
  return words_of(*words);
}

Result<VocabularyPtr> vocabulary_for(const Graph& graph, const RecordId& dataset,
                                     std::uint64_t size) {
  LoggedPtr newest;
  const auto owned = graph.find(dataset);
  graph.visit_edges(dataset, Role::governs, Order::newest_first, [&](const Edge& edge) {
    if (edge.index >= size) return true;
    auto record = graph.find(edge.from);
    if (record && owned && record->record.kind() == Kind::terms &&
        same_party(graph, record->record.issuer, owned->record.issuer)) {
      newest = std::move(record);
    }
    return newest == nullptr;
  });
  if (!newest) return not_found("the dataset had no terms");
  return vocabulary_of(graph, newest->record);
}

LoggedPtr vocabulary_record(const Graph& graph, const Digest& words) {
  LoggedPtr found;
  visit_vocabularies(
      graph, [&](const Digest& digest) { return digest == words; },
      [&](LoggedPtr record) {
        found = std::move(record);
        return false;
      });
  return found;
}

Result<LoggedPtr> vocabulary_record_like(const Graph& graph, std::string_view digits) {
  constexpr std::string_view name = "sha256:";
  if (digits.starts_with(name)) digits.remove_prefix(name.size());
  LoggedPtr found;
  bool is_one = true;
  const bool is_enough = digits.size() >= digest_digits_min;
  visit_vocabularies(
      graph, [&](const Digest& digest) { return is_enough && to_hex(digest).starts_with(digits); },
      [&](LoggedPtr record) {
        const auto same = [&] {
          return found->record.as<Vocabulary>()->sha256 == record->record.as<Vocabulary>()->sha256;
        };
        if (found) is_one = is_one && same();
        if (!found) found = std::move(record);
        return true;
      });
  if (!found) {
    return not_found(fmt::format("no vocabulary has a digest '{}'", printable(digits, 80)),
                     "`usufruct vocabulary list` shows what there is");
  }
  if (is_one) return found;
  return conflict(fmt::format("different words have a digest '{}'", printable(digits, 80)),
                  "give more of it");
}

}  // namespace usufruct
