#include "trustee/terms/author_words.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::terms {

std::string where_words_are(Scheme scheme, const Vocabulary& vocabulary) {
  if (vocabulary.digest() != Vocabulary::builtin().digest()) {
    return fmt::format(
        "it is read by words of the ledger: `usufruct vocabulary show {} --vocabulary {}` lists "
        "them",
        name_of(scheme), to_hex(vocabulary.digest()).substr(0, 12));
  }
  return fmt::format(
      "`usufruct vocabulary show {}` lists them; those of a vocabulary on the ledger are read with "
      "--vocabulary RECORD",
      name_of(scheme));
}

Result<std::string> known_word(const document::File& file, Scheme scheme,
                               const document::Word& word, const Vocabulary& vocabulary) {
  if (const Term* term = vocabulary.find(scheme, word.text)) return term->id;
  const auto meant = vocabulary.nearest(scheme, word.text);
  return file.fault(
      word.place, fmt::format("'{}' is no known {}", printable(word.text), name_of(scheme)),
      meant ? fmt::format("did you mean '{}'?", *meant) : where_words_are(scheme, vocabulary));
}

Result<std::vector<std::string>> known_words(document::Fields& fields, std::string_view key,
                                             Scheme scheme, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (const auto& word : TRY(fields.words(key))) {
    words.push_back(TRY(known_word(fields.file(), scheme, word, vocabulary)));
  }
  return words;
}

Result<std::int64_t> days(document::Fields& fields, std::string_view key) {
  if (fields.find(key) == nullptr) return 0;
  const std::string written = TRY(fields.text(key));
  std::string_view number = written;
  for (const std::string_view unit : {" days", " day"}) {
    if (number.ends_with(unit)) number.remove_suffix(unit.size());
  }
  const auto value = parse_decimal(number);
  if (!value || *value > static_cast<std::uint64_t>(days_limit)) {
    return fields.fault(key, fmt::format("'{}' must be days, not '{}'", key, printable(written)),
                        fmt::format("write '{}: 730 days', at most {}", key, days_limit));
  }
  return static_cast<std::int64_t>(*value);
}

}  // namespace usufruct::terms
