#include "trustee/terms/author_floor.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/fixed_point.h"

namespace usufruct::terms {
namespace {

using document::Fields;

/// The most that files say of a bound that is no share.
constexpr std::uint64_t whole_max = 1'000'000;
constexpr std::string_view recursive = "l_recursive.";

/// What a value must be, for an error.
std::string range_of(const Bound& bound) {
  const std::uint32_t least = bound.sense == Sense::at_least && bound.digits == 0 ? 0 : bound.least;
  return fmt::format("from {} to {}", print_bound(bound, least),
                     print_bound(bound, written_max(bound)));
}

std::string hint_of(const Bound& bound, bool is_zero) {
  if (is_zero) return "0 would ask for nothing: leave it out, or write how much is allowed";
  if (bound.digits == 0) return "write a whole number";
  return fmt::format("write a number with at most {} digits after the point{}", bound.digits,
                     bound.is_percent ? " and a percent sign" : "");
}

Result<std::uint32_t> read_bound(Fields& fields, std::string_view key, const Bound& bound) {
  const auto* node = fields.find(key);
  if (node == nullptr) return 0U;
  const std::string written = TRY(fields.text(key));
  std::string_view number = written;
  const bool has_sign = number.ends_with('%');
  if (has_sign) number.remove_suffix(1);
  const auto value = has_sign == bound.is_percent && !node->quoted
                         ? parse_fixed_point(number, bound.digits)
                         : std::nullopt;
  const bool is_zero = value && *value == 0;
  // None of a whole number is as good as leaving it out.
  const bool may_be_zero =
      bound.sense == Sense::share_max || (bound.sense == Sense::at_least && bound.digits == 0);
  const bool is_asked = value && *value >= bound.least && *value <= written_max(bound);
  if (is_asked || (is_zero && may_be_zero)) return static_cast<std::uint32_t>(*value);
  return fields.fault(
      key, fmt::format("'{}' must be {}, not '{}'", key, range_of(bound), printable(written)),
      hint_of(bound, is_zero));
}

Result<void> read_recursive(Fields& above, Floor& floor) {
  auto fields = TRY(above.mapping("l_recursive"));
  if (!fields) return {};
  for (const auto& bound : floor_bounds()) {
    if (!bound.key.starts_with(recursive)) continue;
    const auto key = bound.key.substr(recursive.size());
    floor.*bound.value = TRY(read_bound(*fields, key, bound));
    if (floor.*bound.value != 0) continue;
    return above.fault("l_recursive", fmt::format("'{}' is missing", key),
                       "recursive diversity needs both: `l_recursive: {l: 3, c: 4}`");
  }
  return fields->finish();
}

}  // namespace

std::uint32_t written_max(const Bound& bound) {
  std::uint64_t most = whole_max;
  for (unsigned i = 0; i < bound.digits; ++i) most *= 10;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(most, bound.most));
}

Result<Floor> read_floor(Fields& above) {
  Floor floor;
  auto fields = TRY(above.mapping("privacy"));
  if (!fields) return floor;
  for (const auto& bound : floor_bounds()) {
    if (bound.key.starts_with(recursive)) continue;
    floor.*bound.value = TRY(read_bound(*fields, bound.key, bound));
  }
  CHECK_OK(read_recursive(*fields, floor));
  CHECK_OK(fields->finish());
  return floor;
}

std::string print_floor(const Floor& floor) {
  std::string out =
      fmt::format("privacy: {{k: {}, suppression_max: {}.{:02}%", floor.k,
                  floor.suppression_max_per10000 / 100, floor.suppression_max_per10000 % 100);
  for (const auto& bound : floor_bounds().subspan(2)) {
    const std::uint32_t value = floor.*bound.value;
    if (value == 0) continue;
    const std::string text = print_bound(bound, value);
    if (bound.value == &Floor::l_recursive) {
      out += fmt::format(", l_recursive: {{l: {}, ", text);
    } else if (bound.value == &Floor::c_recursive_milli) {
      out += fmt::format("c: {}}}", text);
    } else {
      out += fmt::format(", {}: {}", bound.key, text);
    }
  }
  return out + "}";
}

}  // namespace usufruct::terms
