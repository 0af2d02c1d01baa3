#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "crypto/base/bytes.h"
#include "ledger/signed.h"

namespace usufruct::cli {

/// What files of envelopes hold together at most: some gigabytes.
inline constexpr std::size_t envelopes_max = 1'048'576;

/// All envelopes of a file, in their order: one alone, or many in one run of bytes
/// (specs/records.md §1.1). `-` is stdin. Says nothing about what is in them.
Result<std::vector<Bytes>> read_envelopes(Context& context, const std::string& path);

/// The same back: one envelope stands alone in its file, many have their lengths before them.
Bytes print_envelopes(std::span<const Verified> records);

/// What went wrong with some of many: the first is the command's failure, a few more are notes, and
/// of the rest only how many there are.
class Refusals {
 public:
  void add(Error error);
  void tell(Answer& answer) &&;

 private:
  std::vector<Error> first_;
  std::size_t count_ = 0;
};

}  // namespace usufruct::cli
