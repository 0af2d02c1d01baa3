#include "cli/given_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "trustee/holdings.h"
#include "trustee/terms/author.h"
#include "trustee/vocabularies.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

bool is_file(const std::string& from) {
  std::error_code error;
  return from == "-" || (fs::exists(from, error) && !fs::is_directory(from, error));
}

Result<GivenTerms> of_file(Context& context, const std::string& from, const NamedWords& words) {
  auto terms = TRY(terms::parse_terms(TRY(read_text(context, from)), from, *words.vocabulary));
  return GivenTerms{std::move(terms), words, nullptr};
}

Result<GivenTerms> of_dataset(Context& context, const std::string& from) {
  if (fs::path(from).has_extension()) {
    return not_found(fmt::format("there is no file '{}'", from),
                     "give a file of terms, or the label or id of a dataset");
  }
  const auto dataset = TRY(context.find(from, Kind::dataset));
  const auto logged = terms_in_force(*TRY(context.graph()), dataset->id);
  if (!logged) {
    return not_found(fmt::format("no terms are in force for '{}'", from),
                     fmt::format("usufruct terms set {} TERMS.yaml --as OWNER", from));
  }
  auto words = TRY(words_of_terms(context, logged->record));
  return GivenTerms{*logged->record.as<Terms>(), std::move(words), dataset};
}

}  // namespace

Result<GivenTerms> given_terms(Context& context, const std::string& from,
                               const std::string& vocabulary) {
  if (!is_file(from)) return of_dataset(context, from);
  return of_file(context, from, TRY(find_words(context, vocabulary)));
}

Result<std::vector<GivenTerms>> given_terms_together(Context& context,
                                                     std::span<const std::string> from,
                                                     const std::string& vocabulary) {
  std::vector<GivenTerms> all(from.size());
  NamedWords words = TRY(find_words(context, vocabulary));
  bool is_chosen = !vocabulary.empty();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (is_file(from[i])) continue;
    all[i] = TRY(of_dataset(context, from[i]));
    if (!is_chosen) words = all[i].words;
    is_chosen = true;
  }
  const auto file = std::ranges::find_if(from, is_file);
  if (file != from.end() && vocabulary.empty() && !is_of_program(words)) {
    context.output().note(
        fmt::format("{} is read by the words of the dataset beside it, as "
                    "`usufruct terms set` does with --vocabulary {}",
                    *file, name_of_words(context, words)));
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (is_file(from[i])) all[i] = TRY(of_file(context, from[i], words));
  }
  return all;
}

Result<void> check_same_words(std::span<const GivenTerms> all) {
  const auto is_other = [&](const GivenTerms& one) {
    return one.words.vocabulary->digest() != all.front().words.vocabulary->digest();
  };
  if (std::ranges::none_of(all, is_other)) return {};
  return conflict("these terms are written in different words",
                  "a word of one may mean more in the other: set them again in the same, "
                  "`usufruct terms set --vocabulary RECORD`");
}

}  // namespace usufruct::cli
