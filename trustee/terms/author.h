#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/record/consent.h"
#include "ledger/record/dataset.h"
#include "ledger/record/request.h"
#include "ledger/record/terms.h"
#include "ledger/record/trust.h"
#include "trustee/terms/vocabulary.h"

/// The files people write, as records. Shapes: specs/terms.md §7. Each error is `malformed`
/// and begins with FILE:line:column; a misspelt word comes with the nearest known one. Words are
/// those of the vocabulary that is given, this program's where none is.
namespace usufruct::terms {

/// Terms from YAML; words are stored by their full id, and the vocabulary's digest with them.
Result<Terms> parse_terms(std::string_view text, std::string_view file,
                          const Vocabulary& vocabulary = Vocabulary::builtin());
/// Clauses in the order in which a file has them.
std::vector<Clause> in_writing_order(const std::vector<Clause>& clauses);
/// Terms as YAML that parse_terms() reads back to the same terms. `malformed` for terms that
/// cannot be written so: a clause with fields its kind does not have, a word that is not known;
/// and for terms in other words than those of the vocabulary, by its digest.
Result<std::string> print_terms(const Terms& terms,
                                const Vocabulary& vocabulary = Vocabulary::builtin());

Result<Request> parse_request(std::string_view text, std::string_view file,
                              const Vocabulary& vocabulary = Vocabulary::builtin());
/// A request as YAML: only what it says.
std::string print_request(const Request& request);

/// What subjects of a dataset are asked: the consent each of them gives, and when it holds.
struct ConsentTemplate {
  Consent consent;
  Time valid_from;  ///< 0: open
  Time valid_to;

  bool operator==(const ConsentTemplate&) const = default;
};
/// No text of it can carry a name (consent_texts.h). An age-out is taken back to the begin of its
/// month.
Result<ConsentTemplate> parse_consent_template(
    std::string_view text, std::string_view file,
    const Vocabulary& vocabulary = Vocabulary::builtin());
/// The same as YAML that is read back to the same: only what it says. `malformed` for a consent
/// that no file says, as one of a word that nobody knows.
Result<std::string> print_consent_template(const ConsentTemplate& consent);

/// What the owner says of a column.
struct ColumnChoice {
  std::string name;
  std::string role;         ///< identifier, quasi_identifier, … as specs/terms.md §7 has them
  std::string hierarchy{};  ///< a file name; empty: made from the data
  std::uint32_t weight_milli = 0;  ///< of a quasi-identifier; 0: not said, as 1000

  bool operator==(const ColumnChoice&) const = default;
};

/// The people that the rows may be thought to be of.
struct PopulationChoice {
  std::string table;         ///< a file name; empty: only their number is known
  std::uint64_t people = 0;  ///< 0: as many as the table has rows

  bool operator==(const PopulationChoice&) const = default;
};

/// A dataset's description with how its table is read.
struct DatasetFile {
  Dataset dataset;
  std::vector<ColumnChoice> columns;  ///< in the order written
  std::optional<std::string> subject_column;
  std::optional<char> delimiter;  ///< absent: as the table's header shows
  std::optional<PopulationChoice> population;

  bool operator==(const DatasetFile&) const = default;
};
Result<DatasetFile> parse_dataset(std::string_view text, std::string_view file);

/// A trust's charter with the parties in its seats, as they were written (names or ids).
struct TrustFile {
  Trust trust;
  std::vector<std::string> trustees;
  std::vector<std::string> mandatory_seats;

  bool operator==(const TrustFile&) const = default;
};
Result<TrustFile> parse_trust(std::string_view text, std::string_view file);

}  // namespace usufruct::terms
