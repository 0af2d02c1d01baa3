#include "trustee/release.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "trustee/consents.h"
#include "trustee/earlier_releases.h"
#include "trustee/memory_file.h"
#include "trustee/release_claims.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hierarchy_bytes_max = std::size_t{256} << 20;

anonymise::ColumnRole role_of(ColumnRole role) {
  switch (role) {
    case ColumnRole::identifier:
      return anonymise::ColumnRole::identifier;
    case ColumnRole::quasi_identifier:
      return anonymise::ColumnRole::quasi_identifier;
    case ColumnRole::sensitive:
      return anonymise::ColumnRole::sensitive;
    case ColumnRole::insensitive:
      return anonymise::ColumnRole::insensitive;
    case ColumnRole::subject:
      return anonymise::ColumnRole::subject;
  }
  return anonymise::ColumnRole::identifier;
}

/// The hierarchy the owner gave for a column, from its file, if it is the one the version names.
Result<anonymise::Hierarchy> given_hierarchy(const Digest& digest, const fs::path& folder) {
  const fs::path path = folder / (to_hex(digest) + ".csv");
  const Bytes text = TRY(read_file(path, hierarchy_bytes_max));
  if (sha256(text) != digest) {
    return unverified(fmt::format("hierarchy {} was changed", path.string()),
                      "put back the file the owner gave");
  }
  return anonymise::Hierarchy::parse(as_text(text));
}

Result<anonymise::Input> input_of(const Version& version, const std::string& path,
                                  const fs::path& hierarchies) {
  anonymise::Input input;
  input.files = {{.path = path, .format = anonymise::format_of_path(version.files.front().path)}};
  for (const auto& column : version.columns) {
    anonymise::ColumnSpec spec{column.name, role_of(column.role), std::nullopt};
    if (column.hierarchy_sha256) {
      spec.hierarchy = TRY_IN(column.name, given_hierarchy(*column.hierarchy_sha256, hierarchies));
    }
    input.columns.push_back(std::move(spec));
  }
  return input;
}

/// Decrypts the table into memory and checks that it is the one the version names.
Result<MemoryFile> open_table(const Vault& vault, const Version& version,
                              std::span<const Share> shares) {
  MemoryFile table = TRY(MemoryFile::create("usufruct-table"));
  CHECK_OK(vault.open(version.custody, shares, table));
  const auto found = TRY(sha256_file(table.path()));
  if (found.digest != version.files.front().sha256) {
    return unverified("the table in the vault is not the one the owner registered",
                      "keep the vault as evidence and ask the owner to deposit the table again");
  }
  return table;
}

/// Seals the anonymised bytes to the recipient, in a file named by the package's own digest.
Result<fs::path> seal_package(View content, const AgeRecipient& recipient, const fs::path& folder,
                              Release& release, Chance& chance) {
  const AgeRecipient recipients[] = {recipient};
  const Bytes package = TRY(age_encrypt(content, recipients, chance));
  release.package_sha256 = sha256(package);
  release.package_bytes = package.size();
  std::error_code error;
  fs::create_directories(folder, error);
  fs::path file = folder / (to_hex(*release.package_sha256) + ".age");
  CHECK_OK(write_file(file, package));
  return file;
}

/// Whether the counts that a record claims are those of the table inside.
bool is_claimed(const Release& release, const anonymise::Measurement& measured) {
  return measured.rows == release.rows_released && measured.k_achieved == release.k &&
         measured.classes == release.classes && measured.sample_uniques == release.sample_uniques &&
         std::ceil(measured.discernibility) == static_cast<double>(release.discernibility) &&
         least_diversity(measured) == release.l_distinct;
}

}  // namespace

std::string subject_key(std::uint64_t row_number, std::string_view subject_value, bool has_column) {
  return has_column ? std::string(subject_value) : fmt::format("row {}", row_number + 1);
}

Result<Package> make_release(const Graph& graph, const Grant& grant, const Vault& vault,
                             const KeyPair& custodian, const ReleaseOptions& options,
                             Chance& chance) {
  const Screening& screening = grant.screening();
  const Holding& holding = screening.holding;
  const auto& version = *holding.version->record.as<Version>();
  if (version.files.size() != 1 || !version.custody.sealed_sha256) {
    return denied("the version is not one table",
                  "register the table as a version of its own to release it");
  }
  const auto asked = party_ever_of(graph, screening.request->record.issuer);
  const auto recipient = asked ? newest_party(graph, asked->id) : nullptr;
  if (!recipient || is_withdrawn(graph, recipient->id)) {
    return denied("the trainer was withdrawn", {}, "release-recipient");
  }
  CHECK_OK(not_yet_measured(screening.floor));
  const AgeRecipient to = TRY_IN("the trainer's receiving key",
                                 parse_age_recipient(recipient->record.as<Party>()->receiving_key));

  const auto shares =
      TRY(vault.given(*version.custody.sealed_sha256, screening.request->id, custodian.receiving));
  const MemoryFile table = TRY(open_table(vault, version, shares));
  const Secret<32> pepper = TRY(vault.open_pepper(version.custody, shares));

  const Covered covered =
      covered_subjects(graph, *holding.dataset, *screening.request, options.now, graph.size());
  const bool has_column = std::ranges::find(version.columns, ColumnRole::subject, &Column::role) !=
                          version.columns.end();
  const auto keep = [&](std::uint64_t row, std::string_view value) {
    if (!covered.needed) return true;
    return covered.subjects.contains(
        commit_to_subject(pepper, subject_key(row, value, has_column)));
  };
  const auto input = TRY(input_of(version, table.path(), options.hierarchies));
  MemorySink content;
  const auto sink = [&](View bytes) { return content.write(bytes); };
  const auto anonymised =
      TRY(anonymise::anonymise(input, floor_of(screening.floor), keep, chance, sink));

  Package package;
  Release release;
  release.as_of = graph.size();
  release.consent_root = covered.root();
  const auto earlier = earlier_releases(graph, holding.dataset->id);
  claim(release, anonymised, {version, screening.floor, earlier});
  package.file = TRY(seal_package(content.bytes(), to, options.packages, release, chance));
  package.measurement = anonymised.measurement();
  package.loss = anonymised.loss();
  package.loss_bound = anonymised.loss_bound();
  package.record.issuer = print_did_key(custodian.signing.verify_key());
  package.record.issued_at = options.now;
  package.record.body = std::move(release);
  package.record.add(Role::under, screening.request->id);
  package.record.add(Role::from, holding.version->id);
  package.record.add(Role::to, recipient->id);
  return package;
}

Result<Opened> open_release(const Release& release, const fs::path& package,
                            const AgeIdentity& recipient, const fs::path& to) {
  const auto found = TRY(sha256_file(package));
  if (found.digest != release.package_sha256) {
    return unverified(fmt::format("{} is not the package the ledger names", package.string()),
                      fmt::format("its SHA-256 is {}, the record says {}", to_hex(found.digest),
                                  to_hex(*release.package_sha256)));
  }
  FileSource source = TRY(FileSource::open(package));
  MemorySink content;
  CHECK_OK(age_decrypt(source, content, recipient));
  if (sha256(content.bytes()) != release.content_sha256) {
    return unverified("the table inside the package is not the one the ledger names",
                      "keep the package: the custodian signed for other bytes");
  }
  anonymise::MeasureOptions options;
  options.rows_suppressed = release.rows_suppressed;
  for (const auto& recoding : release.recipe) {
    if (recoding.role == ColumnRole::quasi_identifier) {
      options.quasi_identifiers.push_back(recoding.column);
    }
    if (recoding.role == ColumnRole::sensitive) options.sensitive.push_back(recoding.column);
  }
  Opened opened;
  opened.size_bytes = content.bytes().size();
  opened.measurement = TRY(anonymise::measure(content.bytes(), options));
  const auto& measured = opened.measurement;
  if (!is_claimed(release, measured)) {
    return unverified(
        fmt::format("the record claims {} rows, k={}, l={}; the table has {} rows, k={}, l={}",
                    release.rows_released, release.k, release.l_distinct, measured.rows,
                    measured.k_achieved, least_diversity(measured)),
        "keep the package: the custodian signed for a false claim");
  }
  CHECK_OK(write_file(to, content.bytes(), {.mode = 0600, .existing = Existing::refuse}));
  return opened;
}

}  // namespace usufruct
