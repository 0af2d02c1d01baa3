#include "cli/deposit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/deposit_files.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "ledger/manifest.h"
#include "trustee/anonymise/profile.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/delimited.h"
#include "trustee/anonymise/table/engine.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

ColumnRole role_of(anonymise::ColumnRole role) {
  switch (role) {
    case anonymise::ColumnRole::identifier:
      return ColumnRole::identifier;
    case anonymise::ColumnRole::quasi_identifier:
      return ColumnRole::quasi_identifier;
    case anonymise::ColumnRole::sensitive:
      return ColumnRole::sensitive;
    case anonymise::ColumnRole::insensitive:
      return ColumnRole::insensitive;
    case anonymise::ColumnRole::subject:
      return ColumnRole::subject;
    case anonymise::ColumnRole::pseudonym:
      return ColumnRole::pseudonym;
    case anonymise::ColumnRole::asked_k:
      return ColumnRole::asked_k;
  }
  return ColumnRole::identifier;
}

/// Of rows: a column with more different values than this tells people apart by itself.
constexpr double telling_uniqueness = 0.9;
constexpr std::uint64_t telling_rows_min = 50;  ///< of fewer, all may differ by chance

/// Refuses what no release can be made of, before anybody votes on it: free text among the columns
/// that are released as they are. Notes those that tell nearly every row apart.
Result<std::vector<std::string>> check_kept_columns(
    const std::string& table, const std::vector<anonymise::ColumnSpec>& specs) {
  const auto is_released = [&](const std::string& name) {
    const auto spec = std::ranges::find(specs, name, &anonymise::ColumnSpec::name);
    return spec != specs.end() && (spec->role == anonymise::ColumnRole::sensitive ||
                                   spec->role == anonymise::ColumnRole::insensitive);
  };
  std::vector<std::string> notes;
  const anonymise::Source file{.path = table};
  const auto profile = TRY(anonymise::profile(std::span(&file, 1)));
  for (const auto& column : profile.columns) {
    if (!is_released(column.name)) continue;
    if (column.type == anonymise::ValueType::free_text)
      return denied(fmt::format("column '{}' looks like free text, which may name anybody",
                                printable(column.name)),
                    "give it the role identifier: it is dropped", "floor-free-text");
    if (profile.rows >= telling_rows_min && column.figures.uniqueness >= telling_uniqueness)
      notes.push_back(
          fmt::format("column '{}' leaves as it is and has {} different values: who "
                      "knows one knows the row; is it an identifier?",
                      printable(column.name), column.figures.distinct));
  }
  return notes;
}

/// A release reads the table as its header shows: what the description says must be the same.
Result<void> check_delimiter(const std::string& table, std::optional<char> said) {
  if (!said || anonymise::format_of_path(table) != anonymise::Format::csv) return {};
  FileSource source = TRY(FileSource::open(table));
  Bytes head(anonymise::row_bytes_max);
  head.resize(TRY(read_full(source, head)));
  const char found = anonymise::detect_delimiter(as_text(head));
  if (found == *said) return {};
  return malformed(
      fmt::format("{}: the description says the delimiter is '{}', the header has more "
                  "'{}'",
                  table, printable(std::string(1, *said)), printable(std::string(1, found))),
      "quote the names that hold a delimiter");
}

std::string media_type_of(const std::string& path) {
  const auto format = anonymise::format_of_path(path);
  if (!format) return "application/octet-stream";
  switch (*format) {
    case anonymise::Format::csv:
      return "text/csv";
    case anonymise::Format::tsv:
      return "text/tab-separated-values";
    case anonymise::Format::json_lines:
      return "application/jsonl";
    case anonymise::Format::parquet:
      return "application/vnd.apache.parquet";
  }
  return "application/octet-stream";
}

Result<std::vector<AgeRecipient>> recipients_of(const Graph& graph, const Logged& trust) {
  std::vector<AgeRecipient> recipients;
  for (const auto& id : trustees_of(trust)) {
    const auto party = newest_party(graph, id);
    const auto& said = *party->record.as<Party>();
    recipients.push_back(TRY_IN("the receiving key of trustee " + said.name,
                                parse_age_recipient(said.receiving_key)));
  }
  return recipients;
}

}  // namespace

Result<Prepared> prepare_version(Context& context, const std::string& description,
                                 const std::string& table) {
  Prepared prepared;
  prepared.table = table;
  prepared.file = TRY(terms::parse_dataset(TRY(read_text(context, description)), description));
  const Working working(context.world(), context.output().is_quiet(), "reading " + table);
  const auto content = TRY(sha256_file(table));
  CHECK_OK(check_delimiter(table, prepared.file.delimiter));
  const auto engine = TRY(anonymise::Engine::open({}, {.path = table}));
  std::vector<anonymise::ColumnSpec> specs;
  for (const auto& choice : prepared.file.columns) {
    const auto role = TRY_IN(choice.name, anonymise::parse_role(choice.role));
    specs.push_back({choice.name, role, std::nullopt});
    prepared.version.columns.push_back(
        {.name = choice.name, .role = role_of(role), .weight_milli = choice.weight_milli});
  }
  TRY_IN(table, anonymise::match_schema(engine.columns(), specs));
  prepared.notes = TRY_IN(table, check_kept_columns(table, specs));
  prepared.version.row_count = engine.row_count();
  CHECK_OK(
      keep_files(*TRY(context.workspace()), fs::path(description).parent_path(), engine, prepared));
  prepared.version.files = {{fs::path(table).filename().string(), content.size_bytes,
                             content.digest, media_type_of(table)}};
  prepared.version.manifest_root = manifest_root(prepared.version.files);
  return prepared;
}

std::string version_label(const std::string& label, std::size_t number) {
  return fmt::format("{}.v{}", label, number);
}

Result<Logging> deposit_version(Context& context, const std::string& as, const std::string& label,
                                const Prepared& prepared, const RecordId& dataset,
                                const Logged& trust, const LoggedPtr& previous,
                                const Secret<32>& pepper) {
  const auto recipients = TRY(recipients_of(*TRY(context.graph()), trust));
  const Workspace& workspace = *TRY(context.workspace());
  Version version = prepared.version;
  {
    const Working working(context.world(), context.output().is_quiet(), "sealing the table");
    version.custody = TRY(workspace.vault().deposit(prepared.table, recipients,
                                                    trust.record.as<Trust>()->threshold, pepper,
                                                    context.world().chance));
  }
  std::size_t count = 1;
  for (auto at = previous; at; ++count) {
    const auto before = at->record.first(Role::previous);
    at = before ? TRY(context.graph())->find(*before) : nullptr;
  }
  version.label = fmt::format("v{}", count);
  Record record;
  record.issuer = print_did_key(TRY(workspace.public_key(as)).signing);
  record.issued_at = context.now();
  record.body = std::move(version);
  record.add(Role::of, dataset);
  if (previous) record.add(Role::previous, previous->id);
  return submit_record(context, as, label.empty() ? "" : version_label(label, count), record);
}

}  // namespace usufruct::cli
