#include "cli/given_terms.h"

#include <fmt/format.h>

#include <filesystem>

#include "trustee/holdings.h"
#include "trustee/terms/author.h"

namespace usufruct::cli {

namespace fs = std::filesystem;

Result<GivenTerms> given_terms(Context& context, const std::string& from) {
  std::error_code error;
  const bool is_file = fs::exists(from, error) && !fs::is_directory(from, error);
  if (from == "-" || is_file) {
    auto terms = TRY(terms::parse_terms(TRY(read_text(context, from)), from));
    return GivenTerms{std::move(terms), nullptr};
  }
  if (fs::path(from).has_extension()) {
    return not_found(fmt::format("there is no file '{}'", from),
                     "give a file of terms, or the label or id of a dataset");
  }
  const auto dataset = TRY(context.find(from, Kind::dataset));
  const auto logged = terms_in_force(*TRY(context.graph()), dataset->id);
  if (logged) return GivenTerms{*logged->record.as<Terms>(), dataset};
  return not_found(fmt::format("no terms are in force for '{}'", from),
                   fmt::format("usufruct terms set {} TERMS.yaml --as OWNER", from));
}

}  // namespace usufruct::cli
