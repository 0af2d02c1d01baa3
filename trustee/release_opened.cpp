#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/anonymise/checked.h"
#include "trustee/anonymise/table/spool.h"
#include "trustee/measured_models.h"
#include "trustee/release.h"
#include "trustee/release_claims.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

/// What came out of a package on its way into a file.
struct MeasuredFile {
  anonymise::Measurement measurement;
  Digest digest;
  std::uint64_t size_bytes = 0;
};

/// A Parquet file is read from its end: until it was measured it spills to the folder, sealed.
Result<MeasuredFile> open_measured(const fs::path& package, const AgeIdentity& recipient,
                                   anonymise::MeasureOptions options, const fs::path& folder,
                                   ByteSink& to) {
  const auto format = options.format;
  const anonymise::Sink sink = [&](View bytes) { return to.write(bytes); };
  auto measuring = TRY(anonymise::Measuring::make(std::move(options)));
  anonymise::Checked checked(std::move(measuring), sink);
  FileSource source = TRY(FileSource::open(package));
  if (format == anonymise::Format::parquet) {
    const anonymise::EngineOptions engine{.temporary_folder = folder.string()};
    anonymise::Spool table(engine);
    CHECK_OK(age_decrypt(source, table, recipient));
    CHECK_OK(checked.take_parquet(table, engine.memory_bytes_max));
  } else {
    anonymise::CheckedSink through(checked);
    CHECK_OK(age_decrypt(source, through, recipient));
  }
  // The floor was the custodian's to meet; what is claimed is compared by the caller.
  const auto found = TRY(checked.finish({.k = 1, .suppression_max_per_10000 = 10'000}));
  return MeasuredFile{found, checked.digest(), checked.size_bytes()};
}

/// The models of a certificate that the table alone shows: others compare it with what it was made
/// of, or with a population.
bool is_shown(const Met& met) {
  return met.model == PrivacyModel::k_anonymity || met.model == PrivacyModel::distinct_diversity ||
         met.model == PrivacyModel::entropy_diversity ||
         met.model == PrivacyModel::recursive_diversity;
}

/// What is measured again by who opens a release: for those models.
anonymise::Floor shown_floor(const Release& release) {
  anonymise::Floor floor{.k = 1, .suppression_max_per_10000 = 10'000};
  for (const auto& met : release.met) {
    if (met.model == PrivacyModel::entropy_diversity) floor.l_entropy_milli = 1'000;
    if (met.model != PrivacyModel::recursive_diversity) continue;
    floor.l_recursive = met.l;
    floor.c_recursive_milli = 1;
  }
  return floor;
}

/// Whether what a record claims of its table is what the table inside shows.
bool is_claimed(const Release& release, const anonymise::Measurement& measured) {
  const bool is_met = std::ranges::all_of(release.met, [&](const Met& met) {
    return !is_shown(met) || achieved(met, measured) == met.achieved;
  });
  return is_met && measured.rows == release.rows_released && measured.k_achieved == release.k &&
         measured.classes == release.classes && measured.sample_uniques == release.sample_uniques &&
         discernibility_of(measured) == release.discernibility &&
         least_diversity(measured) == release.l_distinct;
}

}  // namespace

Result<Opened> open_release(const Release& release, const fs::path& package,
                            const AgeIdentity& recipient, const fs::path& to) {
  const auto found = TRY(sha256_file(package));
  if (found.digest != release.package_sha256) {
    return unverified(fmt::format("{} is not the package the ledger names", package.string()),
                      fmt::format("its SHA-256 is {}, the record says {}", to_hex(found.digest),
                                  to_hex(*release.package_sha256)));
  }
  anonymise::MeasureOptions options;
  const auto format = anonymise::format_of_media_type(release.media_type);
  if (!format) {
    return malformed(fmt::format("a release of type '{}'", printable(release.media_type)),
                     "use a newer version of this program");
  }
  options.format = *format;
  options.rows_suppressed = release.rows_suppressed;
  options.floor = shown_floor(release);
  for (const auto& recoding : release.recipe) {
    if (recoding.role == ColumnRole::quasi_identifier) {
      options.quasi_identifiers.push_back(recoding.column);
    }
    if (recoding.role == ColumnRole::sensitive) options.sensitive.push_back(recoding.column);
    if (recoding.role == ColumnRole::pseudonym) options.pseudonyms = {recoding.column, {}};
  }
  Opened opened;
  FileSink file = TRY(FileSink::create(to, {.mode = 0600, .existing = Existing::refuse}));
  const fs::path folder = to.has_parent_path() ? to.parent_path() : fs::path(".");
  const auto measured_file =
      TRY(open_measured(package, recipient, std::move(options), folder, file));
  if (measured_file.digest != release.content_sha256) {
    return unverified("the table inside the package is not the one the ledger names",
                      "keep the package: the custodian signed for other bytes");
  }
  opened.size_bytes = measured_file.size_bytes;
  opened.measurement = measured_file.measurement;
  const auto& measured = opened.measurement;
  if (!is_claimed(release, measured)) {
    return unverified(
        fmt::format("the record claims {} rows, k={}, l={}; the table has {} rows, k={}, l={}",
                    release.rows_released, release.k, release.l_distinct, measured.rows,
                    measured.k_achieved, least_diversity(measured)),
        "keep the package: the custodian signed for a false claim");
  }
  CHECK_OK(file.commit());
  return opened;
}

}  // namespace usufruct
