#include "ledger/audit.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/log_key.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "ledger/audit_receipts.h"
#include "ledger/reader.h"
#include "ledger/record/names.h"
#include "trustee/law.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

struct Audit {
  std::string folder;
  std::string key;
  std::string from;
  std::vector<std::string> against;
  std::string receipts;
  std::string evidence;
  bool hashes_only = false;
};

constexpr std::size_t findings_shown_max = 20;

/// A folder of the system's for temporary files, gone when the object goes.
class Scratch {
 public:
  static Result<Scratch> create() {
    std::string name = (fs::temp_directory_path() / "usufruct-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return unavailable("cannot make a temporary folder");
    return Scratch(name);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

std::string_view name_of_depth(AuditDepth depth) {
  return depth == AuditDepth::hashes ? "hashes" : "full";
}

Json json_of(const Finding& finding) {
  Json json = Json::object();
  json.set("code", row_of(finding.code).name).set("rule", finding.rule);
  if (finding.index) json.set("index", finding.index->value);
  if (finding.id) json.set("id", print_id(*finding.id));
  return std::move(json.set("message", finding.message));
}

Json json_of(const AuditReport& report) {
  Json kinds = Json::object();
  for (std::uint16_t kind = 0; kind < kind_count; ++kind) {
    if (report.entries_by_kind[kind] == 0) continue;
    kinds.set(name_of(static_cast<Kind>(kind)), report.entries_by_kind[kind]);
  }
  Json findings = Json::array();
  for (const auto& finding : report.findings) findings.push(json_of(finding));
  return Json::object()
      .set("origin", report.origin)
      .set("size", report.size.value)
      .set("root", print_digest(report.root))
      .set("entries_by_kind", std::move(kinds))
      .set("depth", name_of_depth(report.depth))
      .set("trusted", report.trusted.value)
      .set("signatures", report.signatures)
      .set("compared", static_cast<std::uint64_t>(report.compared))
      .set("clean", report.is_clean())
      .set("cut", report.is_cut)
      .set("findings", std::move(findings))
      .set("seconds", report.seconds);
}

/// The entry, the record's short id and what is wrong, each once: many messages begin with them.
std::string print_finding(const Finding& finding) {
  std::string_view message = finding.message;
  std::string text = "finding: ";
  if (finding.index) {
    const std::string entry = fmt::format("entry {}: ", finding.index->value);
    text += entry;
    while (message.starts_with(entry)) message.remove_prefix(entry.size());
  }
  if (finding.id) {
    const std::string id = print_short(*finding.id);
    if (message.find(id) == std::string_view::npos) text += fmt::format("record {}: ", id);
  }
  return text + fmt::format("{} (rule {})\n", printable(message, 400), finding.rule);
}

std::string text_of(const AuditReport& report) {
  Table kinds({"kind", "entries"});
  for (std::uint16_t kind = 0; kind < kind_count; ++kind) {
    if (report.entries_by_kind[kind] == 0) continue;
    kinds.add({name_of(static_cast<Kind>(kind)), print_count(report.entries_by_kind[kind])});
  }
  std::string text =
      fmt::format("log         {}\nsize        {}\nroot        {}\n", printable(report.origin),
                  count_of(report.size.value, "record"), print_digest(report.root));
  if (report.trusted.value > 0) {
    text += fmt::format("trusted     the first {}, hashed again\n",
                        count_of(report.trusted.value, "record"));
  }
  if (report.depth != AuditDepth::hashes) {
    text += fmt::format("signatures  {} hold\n", print_count(report.signatures));
  }
  if (report.compared > 0) {
    text += fmt::format("compared    {} seen elsewhere, on this history\n",
                        count_of(report.compared, "checkpoint"));
  }
  if (!kinds.is_empty()) text += kinds.print(2);
  std::size_t shown = 0;
  for (const auto& finding : report.findings) {
    if (shown++ == findings_shown_max) {
      text += fmt::format("and {} more: --json lists them\n",
                          report.findings.size() - findings_shown_max);
      break;
    }
    text += print_finding(finding);
  }
  if (report.is_clean()) {
    text += report.depth == AuditDepth::hashes
                ? "no findings: every hash holds; signatures and rules were not looked at\n"
                : "no findings: every proof, every signature and every rule holds\n";
  }
  return text;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A checkpoint of the log, from a note or a receipt.
Result<SignedCheckpoint> read_checkpoint(const fs::path& path, const NoteVerifier& log) {
  const Bytes bytes = TRY(read_file(path, receipt_bytes_max));
  if (as_text(bytes).starts_with("c2sp.org/tlog-proof@")) {
    const auto receipt = TRY_IN(path.string(), parse_receipt_unverified(as_text(bytes)));
    return TRY_IN(path.string(), open_checkpoint(receipt.checkpoint, log));
  }
  return TRY_IN(path.string(), open_checkpoint(as_text(bytes), log));
}

struct HeldReceipt {
  fs::path path;
  Receipt receipt;
  Checkpoint checkpoint;
};

/// The receipts in a folder, ascending by name; and their checkpoints go among those to compare.
Result<std::vector<HeldReceipt>> read_receipts(const fs::path& folder, const NoteVerifier& log,
                                               AuditOptions& how) {
  std::error_code error;
  std::vector<HeldReceipt> held;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() == ".tlog-proof") held.push_back({file.path(), {}, {}});
  }
  if (error) return not_found(fmt::format("{}: {}", folder.string(), error.message()));
  std::ranges::sort(held, {}, &HeldReceipt::path);
  for (auto& [path, receipt, checkpoint] : held) {
    const Bytes bytes = TRY(read_file(path, receipt_bytes_max));
    receipt = TRY_IN(path.string(), parse_receipt_unverified(as_text(bytes)));
    auto opened = TRY_IN(path.string(), open_checkpoint(receipt.checkpoint, log));
    checkpoint = opened.checkpoint;
    const bool is_known = std::ranges::any_of(
        how.against, [&](const auto& it) { return it.checkpoint == opened.checkpoint; });
    if (!is_known) how.against.push_back(std::move(opened));
  }
  return held;
}

/// Adds what receipts show. `report` is of the same reader.
void check_receipts(const Reader& reader, const std::vector<HeldReceipt>& held,
                    AuditReport& report) {
  for (const auto& [path, receipt, checkpoint] : held) {
    const auto checked = check_receipt_leaf(reader, report.size, receipt, checkpoint);
    if (checked) continue;
    report.findings.push_back({checked.error().code, receipt.index, std::nullopt, "receipt",
                               fmt::format("{}: {}", path.string(), checked.error().message)});
  }
}

/// One folder a finding: what it says, and the bytes that show it.
class EvidenceFolder {
 public:
  explicit EvidenceFolder(fs::path folder) : folder_(std::move(folder)) {}

  void keep(const Finding& finding, const std::vector<EvidenceFile>& files) {
    if (!kept_ || ++count_ > evidence_max) return;
    std::string name = fmt::format("{:04}-{}", count_, finding.rule);
    if (finding.index) name += fmt::format("-{}", finding.index->value);
    kept_ = write(folder_ / name, finding, files);
  }
  /// The first error of writing.
  const Result<void>& kept() const { return kept_; }

 private:
  static constexpr std::size_t evidence_max = 100;

  static Result<void> write(const fs::path& folder, const Finding& finding,
                            const std::vector<EvidenceFile>& files) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return unavailable(fmt::format("{}: {}", folder.string(), error.message()));
    CHECK_OK(write_file(folder / "finding.json", as_view(json_of(finding).print() + "\n")));
    for (const auto& file : files) CHECK_OK(write_file(folder / file.name, file.bytes));
    return {};
  }

  fs::path folder_;
  std::size_t count_ = 0;
  Result<void> kept_;
};

Result<void> check_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return not_found(fmt::format("{} is not a folder", folder.string()),
                     "name the folder that `usufruct log export` wrote");
  }
  if (!fs::exists(folder / "checkpoint", error) && !fs::exists(folder / "tile", error)) {
    return not_found(
        fmt::format("{} holds no copy of a log: no checkpoint, no tiles", folder.string()),
        "name the folder that `usufruct log export` wrote");
  }
  return {};
}

/// What the words ask for, but for what needs the log itself.
Result<AuditOptions> options_of(const Audit& words, const NoteVerifier& log) {
  AuditOptions how;
  if (words.hashes_only) how.depth = AuditDepth::hashes;
  if (is_number(words.from) && words.from.size() <= 18) {
    how.trusted = {std::stoull(words.from)};
  } else if (!words.from.empty()) {
    how.against.push_back(TRY_IN("--from", read_checkpoint(words.from, log)));
    how.trusted = how.against.back().checkpoint.size;
  }
  for (const auto& path : words.against) {
    how.against.push_back(TRY_IN("--against", read_checkpoint(path, log)));
  }
  return how;
}

Answer answer_of(const AuditReport& report, const fs::path& folder) {
  Answer answer;
  answer.json = json_of(report);
  answer.text = text_of(report);
  if (report.is_clean()) return answer;
  const auto& first = report.findings.front();
  answer.failure =
      Error{Code::unverified,
            fmt::format("{}{} in {}", count_of(report.findings.size(), "finding"),
                        report.is_cut ? ", and the audit ended there," : "", folder.string()),
            "do not trust this copy, and keep it as evidence: compare its checkpoint with that of "
            "another copy",
            first.rule};
  return answer;
}

Result<Answer> audit_log(Context& context, const Audit& words) {
  const auto log = TRY(log_key(context, words.key));
  AuditOptions how = TRY(options_of(words, log));
  std::vector<HeldReceipt> held;
  if (!words.receipts.empty()) held = TRY_IN("--receipts", read_receipts(words.receipts, log, how));
  std::optional<Scratch> scratch;
  fs::path folder = words.folder;
  if (folder.empty()) {
    scratch.emplace(TRY(Scratch::create()));
    folder = scratch->path() / "log";
    auto* client = TRY(context.client());
    CHECK_OK(client->export_to(folder));
    how.view = &client->graph();
  }
  CHECK_OK(check_folder(folder));
  EvidenceFolder evidence(words.evidence);
  if (!words.evidence.empty()) {
    how.evidence = [&](const Finding& finding, const auto& files) {
      evidence.keep(finding, files);
    };
  }
  const FolderReader reader(folder);
  auto report = [&] {
    Working working(context.world(), context.output().is_quiet(), "auditing");
    how.progress = [&](TreeSize done, TreeSize total) { working.at(done.value, total.value); };
    return audit(reader, log, usufruct_law, how);
  }();
  if (!report.is_cut) check_receipts(reader, held, report);
  CHECK_OK_IN("--evidence", evidence.kept());
  if (how.view != nullptr) CHECK_OK(TRY(context.client())->health());
  return answer_of(report, folder);
}

}  // namespace

void add_audit(Commands& commands) {
  const auto options = std::make_shared<Audit>();
  auto& verb = commands.verb(
      commands.root(), "audit",
      {.line = "check a whole log offline: every proof, signature and rule, by replay",
       .examples = {"usufruct audit public --key log.vkey", "usufruct audit",
                    "usufruct audit public --key log.vkey --from seen/checkpoint",
                    "usufruct audit public --key log.vkey --against witness.checkpoint "
                    "--evidence found"},
       .details =
           "Needs nothing but the copy and the log's public key; leaves with 4 when anything "
           "is found. With no folder it audits the workspace's own log, and compares the views "
           "kept beside it with a replay."},
      [options](Context& context) { return audit_log(context, *options); });
  verb.add_option("DIR", options->folder, "a folder of `log export`; else the workspace's own log");
  add_log_key(verb, options->key);
  verb.add_option(
          "--from", options->from,
          "a checkpoint this log was audited up to (or its size): what it covers is hashed, "
          "but not judged again")
      ->type_name("CHECKPOINT|SIZE");
  verb.add_option("--against", options->against,
                  "checkpoints or receipts of the log seen elsewhere: each must be on this history")
      ->type_name("FILE");
  verb.add_option("--receipts", options->receipts,
                  "a folder of receipts: what each is for must be in the log")
      ->type_name("DIR");
  verb.add_flag("--hashes-only", options->hashes_only,
                "hash entries and tiles alone; look at no signature and no rule");
  verb.add_option("--evidence", options->evidence,
                  "keep the bytes that show each finding (the first 100) in this folder")
      ->type_name("DIR");
}

}  // namespace usufruct::cli
