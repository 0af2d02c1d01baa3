#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/time.h"
#include "ledger/record/consent.h"
#include "ledger/record/id.h"
#include "ledger/record/licence.h"
#include "ledger/record/party.h"
#include "ledger/record/request.h"
#include "ledger/record/terms.h"
#include "trustee/terms/vocabulary.h"

/// What terms say of a request: pure, total, the same on every machine. Specification:
/// specs/terms.md.
namespace usufruct::terms {

/// Kleene's three values, in order: and is the least, or is the greatest.
enum class Truth : std::uint8_t { false_, unknown, true_ };
std::string_view name_of(Truth truth);

/// abstain: the machine cannot say; the trustees must.
enum class Answer : std::uint8_t { permit, deny, abstain };
std::string_view name_of(Answer answer);

/// Everything a request is judged by. Borrows; what it names must outlive the call.
struct Context {
  const Request& request;
  const Party& requester;
  RecordId requester_id;
  Time at;
  const Vocabulary& vocabulary = Vocabulary::builtin();
};

/// The same judged by other words.
inline Context in_words(const Context& context, const Vocabulary& vocabulary) {
  return {context.request, context.requester, context.requester_id, context.at, vocabulary};
}

constexpr Answer meet(Answer left, Answer right) {
  if (left == Answer::deny || right == Answer::deny) return Answer::deny;
  if (left == Answer::abstain || right == Answer::abstain) return Answer::abstain;
  return Answer::permit;
}

/// Of answers to choose from, the one that permits most.
constexpr Answer better(Answer left, Answer right) {
  if (left == Answer::permit || right == Answer::permit) return Answer::permit;
  if (left == Answer::abstain || right == Answer::abstain) return Answer::abstain;
  return Answer::deny;
}

/// Who speaks. The answer is the meet of all, always in this order.
enum class LayerKind : std::uint8_t {
  request,
  owner,
  licence,
  consent,
  labels,
  law,
  charter,
  price,
};
inline constexpr std::size_t layer_count = 8;
/// "request", "owner terms", "licence", "consent", "labels", "law", "charter", "price".
std::string_view name_of(LayerKind layer);

/// Terms that hold for a dataset besides its owner's: of a community (`labels`), of what a law asks
/// (`law`) or of the trust itself (`charter`). They narrow: where they have no permits, what they
/// neither forbid nor ask about is permitted as far as they are concerned.
struct FurtherTerms {
  LayerKind layer = LayerKind::charter;
  const Terms* terms = nullptr;  ///< borrowed
  /// The words they are written in, by which they are judged; null: those of the context. Borrowed.
  const Vocabulary* vocabulary = nullptr;

  const Vocabulary& words(const Vocabulary& otherwise) const {
    return vocabulary != nullptr ? *vocabulary : otherwise;
  }
};

/// What data subjects consented to, as far as a request is judged by it. One whose consent covers
/// the request is enough: whose rows are used is decided at the release (specs/release.md).
struct ConsentsHeard {
  bool is_needed = false;      ///< false: there are no personal data, nobody is asked
  bool is_answered = false;    ///< somebody said yes or no, then or before
  bool is_whole = true;        ///< false: there are consents that were not looked at
  std::vector<Consent> valid;  ///< those that hold; what says the same need not be there twice
};

/// The answer and what each layer says.
struct Judgement {
  Answer answer = Answer::permit;
  std::array<Answer, layer_count> layers{};  ///< permit each, until something else is said

  Answer of(LayerKind layer) const { return layers[static_cast<std::size_t>(layer)]; }
  /// What a layer says beside what it may have said before.
  void say(LayerKind layer, Answer said) {
    auto& so_far = layers[static_cast<std::size_t>(layer)];
    so_far = meet(so_far, said);
    answer = meet(answer, said);
  }
  bool operator==(const Judgement&) const = default;
};

/// Why a layer answered as it did. `code` is stable and names a message (explain.h).
struct Reason {
  std::string rule;                ///< the rule's id or the licence; may be empty
  std::optional<ClauseKind> kind;  ///< none: about the rule or layer as a whole
  std::string code;
  std::string wanted;  ///< the words or the interval, as specs/terms.md §6 prints them
  std::string got;
  Truth truth = Truth::unknown;

  auto operator<=>(const Reason&) const = default;
};

/// One source of rules; always all of them, in the order of LayerKind.
struct Layer {
  std::string name;
  Answer answer = Answer::abstain;
  std::vector<Reason> reasons;  ///< ascending, each once

  bool operator==(const Layer&) const = default;
};

/// One change to a request. drop and add name one word of a list; set replaces a number or text.
enum class ChangeKind : std::uint8_t { drop, add, set };
struct Change {
  ChangeKind kind = ChangeKind::drop;
  std::string field;  ///< as in a request file: "purposes", "duration", "price"…
  std::string value;  ///< the same: "730 days"

  auto operator<=>(const Change&) const = default;
};

/// A request that would be permitted, checked by evaluating it, and how it differs. No single
/// change can be left out.
struct Suggestion {
  std::string rule;  ///< the permit it satisfies
  std::vector<Change> changes;
  Request request;

  bool operator==(const Suggestion&) const = default;
};

inline constexpr std::size_t suggestion_count_max = 3;
/// Permits looked at for a suggestion; more rules are judged but not tried.
inline constexpr std::size_t suggestion_rules_max = 64;

struct Assessment {
  Answer answer = Answer::abstain;
  std::vector<Layer> layers;
  std::vector<Duty> duties;         ///< ascending, each once; what the requester takes on
  std::vector<Suggestion> nearest;  ///< fewest changes first; empty when permitted
  Digest vocabulary;                ///< judged by these words

  bool operator==(const Assessment&) const = default;
};

/// How much an assessment tells of its reasons: `codes` are all that is signed (specs/terms.md §6);
/// `words` say what was wanted and got besides.
enum class Detail : std::uint8_t { codes, words };

/// Judges a request. The answer is the meet of the layers: one deny denies, else one abstain
/// abstains. No licences, no further terms, no consents needed: nothing said, nothing refused.
/// O(rules × words), plus the suggestions when it is not permitted.
Assessment assess(const Terms& terms, std::span<const Licence> licences, const Context& context,
                  std::span<const FurtherTerms> further = {}, const ConsentsHeard& consents = {});
/// The same without suggestions. Who judges many requests by the same keeps an Assessor
/// (assessor.h).
Assessment assess_briefly(const Terms& terms, std::span<const Licence> licences,
                          const Context& context, std::span<const FurtherTerms> further = {},
                          const ConsentsHeard& consents = {});

/// The floor that a release must reach: the strictest of the owner's and of all further terms that
/// have one (k above 0).
Floor strictest_floor(const Terms& terms, std::span<const FurtherTerms> further);

/// What trustees sign: SHA-256 of the canonical text of specs/terms.md §6. `further` are the
/// records of all further terms that were judged by, ascending.
Digest digest_of(const Assessment& assessment, const RecordId& request, const RecordId& terms,
                 std::span<const RecordId> further = {});
std::string canonical_text(const Assessment& assessment, const RecordId& request,
                           const RecordId& terms, std::span<const RecordId> further = {});

}  // namespace usufruct::terms
