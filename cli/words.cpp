#include "cli/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/output.h"
#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/terms/author_words.h"

namespace usufruct::cli {

Result<std::string> known_word(terms::Scheme scheme, const std::string& word,
                               const std::string& option, const terms::Vocabulary& vocabulary) {
  if (const auto* term = vocabulary.find(scheme, word)) return term->id;
  const auto meant = vocabulary.nearest(scheme, word);
  return usage(
      fmt::format("{}: '{}' is no known {}", option, printable(word, 80), terms::name_of(scheme)),
      meant ? fmt::format("did you mean '{}'?", *meant)
            : terms::where_words_are(scheme, vocabulary));
}

Result<std::vector<std::string>> known_words(terms::Scheme scheme,
                                             const std::vector<std::string>& words,
                                             const std::string& option,
                                             const terms::Vocabulary& vocabulary) {
  std::vector<std::string> out;
  for (const auto& word : words) out.push_back(TRY(known_word(scheme, word, option, vocabulary)));
  sort_once(out);
  return out;
}

template <class Enum>
Result<Enum> known_name(const std::string& word, const std::string& option) {
  auto value = parse_name<Enum>(word);
  if (value) return *value;
  return usage(fmt::format("{}: {}", option, value.error().message), value.error().hint);
}

template Result<Kind> known_name<Kind>(const std::string&, const std::string&);
template Result<PartyType> known_name<PartyType>(const std::string&, const std::string&);
template Result<AutoApprove> known_name<AutoApprove>(const std::string&, const std::string&);
template Result<ConsentStatus> known_name<ConsentStatus>(const std::string&, const std::string&);
template Result<LicenceSource> known_name<LicenceSource>(const std::string&, const std::string&);
template Result<RunType> known_name<RunType>(const std::string&, const std::string&);
template Result<WithdrawalEffect> known_name<WithdrawalEffect>(const std::string&,
                                                               const std::string&);
template Result<ObligationState> known_name<ObligationState>(const std::string&,
                                                             const std::string&);

}  // namespace usufruct::cli
