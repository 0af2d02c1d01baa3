#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ledger/view/earlier_graph.h"
#include "trustee/basis.h"

namespace usufruct {

/// What one vote comes to when it is judged again.
struct ReplayedVote {
  /// It cites the assessment that the ledger gave just before it. In a log that the law kept every
  /// vote does (rule decision-assessment).
  bool matches = false;
  /// That is the assessment still: the vote counts. Else something it rests on changed since.
  bool stands = false;
  /// Why nothing can be judged; then it does not match.
  std::optional<Error> error;
};

/// Judges votes again by what the ledger held just before each, as screen() did then, and says so
/// to the byte. What requests for a dataset are judged by is compiled once and kept for as long as
/// nothing is logged that could change it. Cost: some 5 µs a vote of which the request was not
/// judged before. Not safe to share: each thread has its own.
class Replay {
 public:
  /// Borrows the graph.
  explicit Replay(const Graph& graph) : graph_(graph), then_(graph) {}

  /// `decision` is a record of that kind in the graph.
  ReplayedVote judge(const Logged& decision);

 private:
  /// Something with the sizes of the log at which it is so: from `from` to `until`, both included.
  template <class T>
  struct During {
    T value;
    std::uint64_t from = 0;
    std::uint64_t until = 0;

    bool covers(std::uint64_t size) const { return size >= from && size <= until; }
  };
  /// What can be judged by, and for requests made when: none of its records begins or ends to hold
  /// in [first, last).
  struct Judge {
    std::shared_ptr<const CompiledBasis> basis;
    std::optional<Error> error;  ///< when there is none
    Time first;
    Time last;
  };

  class Watched;
  /// What is remembered of one part of the log's life.
  struct Memory {
    std::unordered_map<RecordId, During<Judge>> judges;    ///< by version
    std::unordered_map<RecordId, During<Digest>> digests;  ///< by request
    std::size_t judges_bytes = 0;
  };

  /// The assessment of a request as of the first `size` entries.
  Result<Digest> digest_at(Memory& memory, const Logged& request, std::uint64_t size);
  Result<During<Digest>> assessed(Memory& memory, const Logged& request, std::uint64_t size);
  const During<Judge>& judge_for(Memory& memory, const RecordId& version, Time at,
                                 std::uint64_t size);

  const Graph& graph_;
  EarlierGraph then_;
  Memory before_;  ///< as of the votes
  Memory now_;     ///< as of the whole graph: neither makes the other be forgotten
};

/// Replays votes on all cores, in their order.
std::vector<ReplayedVote> replay_all(const Graph& graph, std::span<const RecordId> decisions);

}  // namespace usufruct
