#include "trustee/release.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <system_error>

#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "crypto/hashed_sink.h"
#include "trustee/anonymise/measure/report.h"
#include "trustee/composition.h"
#include "trustee/consents.h"
#include "trustee/earlier_releases.h"
#include "trustee/package_file.h"
#include "trustee/release_claims.h"
#include "trustee/trace_file.h"

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
    case ColumnRole::pseudonym:
      return anonymise::ColumnRole::pseudonym;
    case ColumnRole::asked_k:
      return anonymise::ColumnRole::asked_k;
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

/// Whom the rows may be of, as the version names it.
Result<anonymise::PopulationInput> population_of(const PopulationTable& named,
                                                 const fs::path& folder) {
  anonymise::PopulationInput population{.people = named.people};
  if (!named.sha256) return population;
  const fs::path path = folder / (to_hex(*named.sha256) + ".csv");
  constexpr std::string_view mend =
      "`usufruct dataset add-version` with the owner's files writes it again";
  const auto found = sha256_file(path);
  if (!found)
    return not_found(fmt::format("the population {} is not there", path.string()),
                     std::string(mend));
  if (found->digest != *named.sha256)
    return unverified(fmt::format("the population {} was changed", path.string()),
                      std::string(mend));
  population.files.push_back({.path = path.string()});
  return population;
}

/// The table in the vault as a file of rows: decrypted as it is read, never whole in memory. It is
/// checked to be the one the version names when it was read to its end.
anonymise::Source table_in(const Vault& vault, const Version& version,
                           std::span<const Share> shares) {
  return {.path = version.files.front().path,
          .feed = [&vault, &version, shares](ByteSink& rows) -> Result<void> {
            HashedSink hashed(&rows);
            CHECK_OK(vault.open(version.custody, shares, hashed));
            if (hashed.digest() == version.files.front().sha256) return {};
            return unverified(
                "the table in the vault is not the one the owner registered",
                "keep the vault as evidence and ask the owner to deposit the table again");
          }};
}

Result<anonymise::Input> input_of(const Version& version, anonymise::Source table,
                                  const ReleaseOptions& options) {
  anonymise::Input input;
  const std::string& path = version.files.front().path;
  input.output = options.output.value_or(
      anonymise::OutputFormat{.format = TRY(anonymise::format_of(table)),
                              .compression = anonymise::compression_of_path(path)});
  input.recoding = options.recoding;
  input.attacks.emplace();
  input.engine = options.engine;
  // What spills is sealed under a key that is in memory only.
  if (input.engine.temporary_folder.empty())
    input.engine.temporary_folder = options.packages.string();
  input.files.push_back(std::move(table));
  for (const auto& column : version.columns) {
    anonymise::ColumnSpec spec{.name = column.name, .role = role_of(column.role)};
    if (column.weight_milli != 0) spec.weight = column.weight_milli / 1e3;
    if (column.hierarchy_sha256) {
      spec.hierarchy =
          TRY_IN(column.name, given_hierarchy(*column.hierarchy_sha256, options.documents));
    }
    input.columns.push_back(std::move(spec));
  }
  if (version.population.people > 0)
    input.population = TRY(population_of(version.population, options.documents));
  return input;
}

/// For those who decide and those it is about; holds no value of any row.
std::string report_of(const Dataset& dataset, const anonymise::Anonymised& table) {
  return anonymise::print_report({.title = dataset.title,
                                  .measurement = table.measurement(),
                                  .attacks = table.attacks(),
                                  .algorithm = table.algorithm(),
                                  .loss_bound = table.loss_bound(),
                                  .proven_optimal = table.proven_optimal(),
                                  .rows_without_consent = table.rows_input() - table.rows_kept()});
}

/// Known to nobody who has not the dataset's pepper, and gone with it.
Secret<32> derived_key(const Secret<32>& pepper, std::string_view label,
                       std::initializer_list<RecordId> ids) {
  Bytes message = to_bytes(label);
  for (const RecordId& id : ids) append(message, id.digest.view());
  Digest key = hmac_sha256(pepper.view(), message);
  auto secret = Secret<32>::copy_of(key.view());
  wipe(key.bytes);
  return secret;
}

/// The record a party was first registered with: keys may have changed since.
RecordId first_record_of(const Graph& graph, RecordId party) {
  for (;;) {
    const auto logged = graph.find(party);
    const auto before = logged ? logged->record.first(Role::supersedes) : std::nullopt;
    if (!before) return party;
    party = *before;
  }
}

/// What is written down of the rows while they are written.
struct Trace {
  std::unique_ptr<TraceWriter> writer;  ///< null: the custodian keeps nothing
  std::unique_ptr<ShownClasses> classes = std::make_unique<ShownClasses>();
  anonymise::Tracing tracing{};

  static Result<Trace> begin(const fs::path& folder, const RecordId& version,
                             const KeyPair& custodian, Chance& chance) {
    Trace trace;
    if (folder.empty()) return trace;
    trace.writer = std::make_unique<TraceWriter>(
        TRY(TraceWriter::create(folder, version, custodian.receiving.recipient(), chance)));
    trace.tracing.key = trace.writer->key();
    trace.tracing.take = [writer = trace.writer.get(), classes = trace.classes.get()](
                             std::span<const anonymise::WrittenRow> rows) {
      classes->take(rows);
      return writer->take(rows);
    };
    return trace;
  }
};

/// Gives the package, the page about it and the custodian's trace their names, or none of them.
Result<void> publish(Package& package, Release& release, PackageFile& file, Trace& trace,
                     const std::string& report) {
  package.file = TRY(file.publish());
  package.report = fs::path(package.file).replace_extension(".html");
  auto kept = write_file(package.report, as_view(report));
  if (kept && trace.writer) {
    auto path = trace.writer->publish(file.digest(), *release.content_sha256);
    if (path) {
      package.trace = *path;
      release.fingerprint_sha256 = trace.writer->digest();
    } else {
      kept = std::unexpected(path.error());
    }
  }
  if (!kept) {
    std::error_code error;
    fs::remove(package.file, error);
    fs::remove(package.report, error);
    return kept;
  }
  release.report_sha256 = sha256(as_view(report));
  release.package_sha256 = file.digest();
  release.package_bytes = file.size_bytes();
  return {};
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
  const AgeRecipient to = TRY_IN("the trainer's receiving key",
                                 parse_age_recipient(recipient->record.as<Party>()->receiving_key));

  const auto shares =
      TRY(vault.given(*version.custody.sealed_sha256, screening.request->id, custodian.receiving));
  const Secret<32> pepper = TRY(vault.open_pepper(version.custody, shares));

  const Covered covered =
      covered_subjects(graph, *holding.dataset, *screening.request, options.now, graph.size());
  const bool has_column = std::ranges::find(version.columns, ColumnRole::subject, &Column::role) !=
                          version.columns.end();
  const auto keep = [&](std::uint64_t row, std::string_view value) -> anonymise::RowUse {
    if (!covered.needed) return true;
    const auto k = covered.k_of(commit_to_subject(pepper, subject_key(row, value, has_column)));
    return {k.has_value(), k.value_or(0)};
  };
  std::error_code error;
  fs::create_directories(options.packages, error);  // where rows may spill; else PackageFile says
  auto input = TRY(input_of(version, table_in(vault, version, shares), options));
  const Secret<32> placement =
      derived_key(pepper, "usufruct/placement/v1\n", {holding.version->id});
  const Secret<32> pseudonym_key =
      derived_key(pepper, "usufruct/pseudonym/v1\n",
                  {first_record_of(graph, recipient->id), holding.dataset->id});
  input.placement = &placement;
  input.pseudonym_key = &pseudonym_key;
  Trace trace = TRY(Trace::begin(options.traces, holding.version->id, custodian, chance));
  if (trace.writer) input.tracing = &trace.tracing;
  const AgeRecipient recipients[] = {to};
  PackageFile file = TRY(PackageFile::create(options.packages));
  AgeSealing sealing = TRY(AgeSealing::begin(file, recipients, chance));
  const auto sink = [&](View bytes) { return sealing.write(bytes); };
  const auto anonymised =
      TRY(anonymise::anonymise(input, floor_of(screening.floor), keep, chance, sink));

  Package package;
  Release release;
  release.as_of = graph.size();
  release.consent_root = covered.root();
  claim(release, anonymised, {version, screening.floor, !covered.asked_k.empty()});
  const auto earlier = earlier_releases(graph, holding.dataset->id);
  CHECK_OK(claim_composition(release, *trace.classes,
                             {earlier, holding.version->id, options.traces, custodian.receiving}));
  release.format = name_of(input.output.format);
  release.media_type = anonymise::media_type_of(input.output.format, input.output.compression);
  CHECK_OK(sealing.finish());
  CHECK_OK(publish(package, release, file, trace,
                   report_of(*holding.dataset->record.as<Dataset>(), anonymised)));
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

}  // namespace usufruct
