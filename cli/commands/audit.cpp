#include "ledger/audit.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/log_key.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "ledger/reader.h"
#include "ledger/record/names.h"
#include "trustee/law.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

struct Audit {
  std::string folder;
  std::string key;
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

Json json_of(const AuditReport& report) {
  Json kinds = Json::object();
  for (std::uint16_t kind = 0; kind < kind_count; ++kind) {
    if (report.entries_by_kind[kind] == 0) continue;
    kinds.set(name_of(static_cast<Kind>(kind)), report.entries_by_kind[kind]);
  }
  Json findings = Json::array();
  for (const auto& finding : report.findings) {
    Json each = Json::object();
    each.set("code", row_of(finding.code).name).set("rule", finding.rule);
    if (finding.index) each.set("index", finding.index->value);
    if (finding.id) each.set("id", print_id(*finding.id));
    findings.push(std::move(each.set("message", finding.message)));
  }
  return Json::object()
      .set("origin", report.origin)
      .set("size", report.size.value)
      .set("root", print_digest(report.root))
      .set("entries_by_kind", std::move(kinds))
      .set("signatures", report.signatures)
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
  std::string text = fmt::format(
      "log         {}\nsize        {}\nroot        {}\nsignatures  {} "
      "hold\n",
      printable(report.origin), count_of(report.size.value, "record"), print_digest(report.root),
      print_count(report.signatures));
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
    text += "no findings: every proof, every signature and every rule holds\n";
  }
  return text;
}

Result<Answer> audit_log(Context& context, const Audit& options) {
  const auto log = TRY(log_key(context, options.key));
  std::optional<Scratch> scratch;
  fs::path folder = options.folder;
  if (folder.empty()) {
    scratch.emplace(TRY(Scratch::create()));
    folder = scratch->path() / "log";
    CHECK_OK(TRY(context.client())->export_to(folder));
  }
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
  const auto report = [&] {
    Working working(context.world(), context.output().is_quiet(), "auditing");
    AuditOptions how;
    how.progress = [&](TreeSize done, TreeSize total) { working.at(done.value, total.value); };
    return audit(FolderReader(folder), log, usufruct_law, how);
  }();
  Answer answer;
  answer.json = json_of(report);
  answer.text = text_of(report);
  if (!report.is_clean()) {
    const auto& first = report.findings.front();
    answer.failure = Error{
        Code::unverified,
        fmt::format("{}{} in {}", count_of(report.findings.size(), "finding"),
                    report.is_cut ? ", and the audit ended there," : "", folder.string()),
        "do not trust this copy, and keep it as evidence: compare its checkpoint with that of "
        "another copy",
        first.rule};
  }
  return answer;
}

}  // namespace

void add_audit(Commands& commands) {
  const auto options = std::make_shared<Audit>();
  auto& verb = commands.verb(
      commands.root(), "audit",
      {.line = "check a whole log offline: every proof, signature and rule, by replay",
       .examples = {"usufruct audit public --key log.vkey", "usufruct audit"},
       .details =
           "Needs nothing but the copy and the log's public key; leaves with 4 when anything "
           "is found."},
      [options](Context& context) { return audit_log(context, *options); });
  verb.add_option("DIR", options->folder, "a folder of `log export`; else the workspace's own log");
  add_log_key(verb, options->key);
}

}  // namespace usufruct::cli
