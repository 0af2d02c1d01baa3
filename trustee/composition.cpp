#include "trustee/composition.h"

#include <algorithm>
#include <optional>

#include "trustee/ppm.h"
#include "trustee/trace_file.h"

namespace usufruct {
namespace {

constexpr std::uint32_t whole = 1'000'000;  // parts per million

/// The same rows, shown the same: all that decides of it is equal.
bool is_same_recoding(const Release& earlier, const Release& release) {
  return earlier.recoding_sha256 == release.recoding_sha256 &&
         earlier.consent_root == release.consent_root && earlier.engine == release.engine &&
         earlier.rows_input == release.rows_input &&
         earlier.rows_consented == release.rows_consented &&
         earlier.rows_released == release.rows_released;
}

/// By its trace; nothing where the custodian has none that opens.
Result<std::optional<SideBySide>> measured(const Logged& logged, const ShownClasses& here,
                                           const Earlier& earlier) {
  if (earlier.traces.empty()) return std::nullopt;
  ShownClasses there;
  const auto read = read_trace(earlier.traces, logged, earlier.custodian,
                               [&](std::span<const anonymise::WrittenRow> rows) -> Result<void> {
                                 there.take(rows);
                                 return {};
                               });
  if (read) return side_by_side(there.of_rows(), here.of_rows());
  if (read.error().code == Code::not_found || read.error().code == Code::denied) {
    return std::nullopt;
  }
  return std::unexpected(read.error());
}

}  // namespace

void ShownClasses::take(std::span<const anonymise::WrittenRow> rows) {
  for (const auto& row : rows) {
    if (row.input_row >= of_rows_.size()) of_rows_.resize(std::size_t{row.input_row} + 1, absent);
    of_rows_[row.input_row] = row.group;
  }
}

SideBySide side_by_side(std::span<const std::uint32_t> there, std::span<const std::uint32_t> here) {
  std::vector<std::uint64_t> pairs;
  pairs.reserve(here.size());
  for (std::size_t row = 0; row < here.size(); ++row) {
    if (here[row] == ShownClasses::absent) continue;
    const std::uint64_t other = row < there.size() ? there[row] : ShownClasses::absent;
    pairs.push_back(other << 32 | here[row]);
  }
  std::ranges::sort(pairs);
  SideBySide found;
  for (std::size_t at = 0; at < pairs.size();) {
    std::size_t end = at;
    while (end < pairs.size() && pairs[end] == pairs[at]) ++end;
    const std::uint64_t count = end - at;
    if (count == 1) ++found.alone;
    found.smallest = found.smallest == 0 ? count : std::min(found.smallest, count);
    at = end;
  }
  return found;
}

Result<void> claim_composition(Release& release, const ShownClasses& here, const Earlier& earlier) {
  for (const auto& logged : earlier.releases) {
    Composition beside{logged->id.digest, release.rows_released, whole};
    const Composition again{logged->id.digest, release.sample_uniques, release.highest_risk_ppm};
    const bool is_same_version = logged->record.first(Role::from) == earlier.version;
    const bool is_same =
        is_same_version && is_same_recoding(*logged->record.as<Release>(), release);
    if (is_same_version) {
      const auto pairs = TRY(measured(*logged, here, earlier));
      if (pairs) {
        beside.uniques = pairs->alone;
        beside.joint_risk_ppm = ppm_rounded_up(1, pairs->smallest);
      } else if (is_same) {
        beside = again;
      }
    }
    if (is_same && beside == again) release.reuses = logged->id.digest;
    release.composition.push_back(beside);
  }
  return {};
}

}  // namespace usufruct
