#pragma once

#include <compare>
#include <span>
#include <string>
#include <vector>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/licence_alternative.h"

/// What data made of several must carry, by the properties of their licences (specs/terms.md §5).
/// About what is made and given on, where judging is about one request.
namespace usufruct::terms {

/// What licences ask that hold at once: the meet of their rows.
struct LicenceProperties {
  LicenceUse use = LicenceUse::all;
  Attribution attribution = Attribution::no;
  std::vector<std::string> share_alike;  ///< names, ascending, each once
  /// The widest use that one of those names lets nobody narrow.
  LicenceUse share_alike_use = LicenceUse::academic;
  bool may_derive = true;
  bool is_known = true;  ///< every licence has a row

  auto operator<=>(const LicenceProperties&) const = default;
};
LicenceProperties meet(LicenceProperties left, const LicenceProperties& right);
LicenceProperties properties_of(const LicenceAlternative& alternative,
                                const Vocabulary& vocabulary);
/// `any`, `none but CC-BY-SA`…: as people read it.
std::string print_share_alike(const LicenceProperties& properties);

/// Two inputs that no choice of their licences brings together; or one by itself, twice.
struct LicenceConflict {
  std::size_t left = 0;
  std::size_t right = 0;
  std::string why;

  bool operator==(const LicenceConflict&) const = default;
};

/// What becomes of data when they are put together.
struct Combination {
  /// deny: what is made may not be given on under any licence. abstain: a licence is not in the
  /// table, or its row does not say.
  Answer answer = Answer::abstain;
  LicenceProperties properties;            ///< what it must carry
  std::vector<LicenceAlternative> chosen;  ///< one an input
  std::vector<Duty> duties;                ///< of those, ascending
  std::vector<LicenceConflict> conflicts;  ///< empty unless denied; may be empty even then
};

inline constexpr std::size_t combination_inputs_max = 256;

/// Whether what is looked at is made of the inputs: of one input alone, nothing may be made yet.
enum class Making : std::uint8_t { nothing, derived };

/// The best choice of alternatives: that permits most, then of the widest use, the least asked, and
/// by text. All choices are looked at, in time linear in the inputs: what matters of a choice so
/// far is what it must carry. `malformed` when there are no inputs, or too many.
Result<Combination> combine(std::span<const LicenceExpression> inputs, Making making,
                            const Vocabulary& vocabulary);

/// What a licence given to data made of the inputs leaves out of what these ask: each in words, as
/// `share-alike CC-BY-SA`. Empty when some choice of theirs is kept whatever a licensee chooses of
/// it; a licence that is not in the table is not held against it. `conflict` when the inputs
/// themselves can be given on under no licence.
Result<std::vector<std::string>> misses_of(const LicenceExpression& given,
                                           std::span<const LicenceExpression> inputs,
                                           const Vocabulary& vocabulary);

}  // namespace usufruct::terms
