#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "ledger/reader.h"
#include "ledger/round.h"
#include "ledger/store/store.h"
#include "tests/sim/fate.h"
#include "tests/sim/pool.h"

namespace usufruct::sim {

/// Everything the outside world was ever shown or promised, held to be one history. Each check
/// throws a Violation.
class History {
 public:
  History(const Pool& pool, std::uint64_t base_size) : pool_(pool), base_size_(base_size) {}

  /// A checkpoint that somebody saw: never two roots of one size.
  void saw(const std::string& note);
  /// A receipt for a record of the pool: it verifies offline, and the record keeps its place.
  void acknowledged(std::size_t number, const Receipt& receipt);
  /// Of the largest checkpoint seen.
  std::uint64_t size_seen() const { return roots_.empty() ? 0 : roots_.rbegin()->first; }
  const Pool& pool() const { return pool_; }
  bool is_acknowledged(std::size_t number) const { return places_.contains(number); }

  enum class Depth { quick, full };  ///< full: signatures too, by the audit
  /// The log as it is at last, by its public face and its store: its entries hash to every root
  /// ever seen; what was acknowledged is where the receipt said; no record is there twice; time
  /// does not fall; the views say what a replay says.
  void hold(const Reader& face, const Store& store, Depth depth) const;

 private:
  const Pool& pool_;
  std::uint64_t base_size_;
  std::map<std::uint64_t, Digest> roots_;
  std::set<std::string, std::less<>> notes_;  ///< whose signature is known to hold
  std::map<std::size_t, std::uint64_t> places_;
};

}  // namespace usufruct::sim
