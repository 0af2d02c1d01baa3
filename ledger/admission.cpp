#include "ledger/admission.h"

#include <algorithm>
#include <utility>

#include "ledger/entry.h"

namespace usufruct {
namespace {

/// What a round was made of, which nobody needs any more once it is written.
struct Remains {
  StoreGraph::Records records;
  Batch batch;
};

}  // namespace

Result<Admission> Admission::open(const Store& store, TreeSize size, Time time) {
  Admission admission;
  admission.graph_ = TRY(StoreGraph::open(store, size));
  auto entries = TRY(StoredEntries::open(store, size));
  admission.entries_ = std::make_unique<StoredEntries>(std::move(entries));
  admission.time_ = time;
  return admission;
}

Draft Admission::admit(std::vector<Verified> records, const Law& law, Time now,
                       const std::optional<Error>& closed) {
  Draft draft{.answers = {},
              .round = std::make_shared<Round>(HashLevels(tree().tree())),
              .time = std::max(now, time_),
              .before = tree().size(),
              .batch = {}};
  draft.answers.reserve(records.size());
  for (auto& record : records) {
    draft.answers.push_back(admit(std::move(record), law, draft, closed));
  }
  if (tree().size() != draft.before) time_ = draft.time;
  return draft;
}

Result<Placement> Admission::admit(Verified record, const Law& law, Draft& draft,
                                   const std::optional<Error>& closed) {
  if (const auto index = graph_->index_of(record.id()))
    return Placement{*index, draft.time, {}, {}};
  CHECK_OK(graph_->health());
  if (closed) return std::unexpected(*closed);
  const LeafIndex index{graph_->size()};
  CHECK_OK(law(*graph_, {record, index.value, draft.time}));
  const auto stamp = encode_time(draft.time);
  const Digest leaf_hash = hash_leaf(stamp, record.envelope());
  entries_->append(stamp, record.envelope(), draft.batch);
  draft.round->levels.append(leaf_hash);
  const RecordId id = record.id();
  auto [kept, signers] = std::move(record).take();
  CHECK_OK(graph_->add({id, index.value, draft.time, std::move(kept), std::move(signers)},
                       leaf_hash, draft.batch));
  return Placement{index, draft.time, {}, {}};
}

void Admission::close(Draft& draft) {
  entries_->flush(draft.batch);
  auto whole = graph_->flush(draft.batch);
  if (whole) whole = graph_->health();
  if (!whole) draft.failed = std::move(whole).error();
  draft.tree = std::make_unique<const StoredTree>(tree());
  draft.entries = std::make_unique<const StoredEntries>(*entries_);
}

void Admission::settle(Draft& draft) {
  draft.round->remains =
      std::make_shared<Remains>(Remains{graph_->settle(), std::move(draft.batch)});
}

}  // namespace usufruct
