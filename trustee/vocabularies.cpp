#include "trustee/vocabularies.h"

#include <deque>
#include <mutex>

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

}  // namespace

Result<VocabularyPtr> vocabulary_of(const Graph& graph, const Record& terms) {
  static Shelf shelf;
  const auto id = terms.first(Role::under);
  const auto record = id ? graph.find(*id) : nullptr;
  const auto* const words = record ? record->record.as<Vocabulary>() : nullptr;
  const auto* const body = terms.as<Terms>();
  if (words == nullptr || body == nullptr || body->vocabulary_sha256 != words->sha256) {
    return not_found("the terms do not name the vocabulary they are written in");
  }
  return shelf.get(*words);
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
  std::size_t looked_at = 0;
  graph.visit_kind(Kind::vocabulary, Order::newest_first, [&](std::uint64_t, const RecordId& id) {
    auto record = graph.find(id);
    const auto* const body = record ? record->record.as<Vocabulary>() : nullptr;
    if (body != nullptr && body->sha256 == words) found = std::move(record);
    return !found && ++looked_at < vocabularies_looked_at_max;
  });
  return found;
}

}  // namespace usufruct
