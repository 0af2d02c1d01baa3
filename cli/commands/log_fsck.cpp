#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/log_source.h"
#include "cli/log_trust.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "ledger/fsck.h"

namespace usufruct::cli {
namespace {

struct FsckWanted {
  std::string place;
  LogTrust trust;
};

constexpr std::size_t lines_shown_max = 20;

Json json_of(const FsckReport& report) {
  Json findings = Json::array();
  for (const auto& finding : report.findings) {
    Json each = Json::object();
    each.set("code", row_of(finding.code).name).set("rule", finding.rule);
    each.set("path", finding.path);
    if (finding.index) each.set("index", finding.index->value);
    findings.push(std::move(each.set("message", finding.message)));
  }
  return Json::object()
      .set("origin", report.origin)
      .set("size", report.size.value)
      .set("root", print_digest(report.root))
      .set("signed", report.is_signed)
      .set("bundles", report.bundles)
      .set("tiles", report.tiles)
      .set("entry_bytes", report.entry_bytes)
      .set("clean", report.is_clean())
      .set("cut", report.is_cut)
      .set("findings", std::move(findings))
      .set("strays", Json::array_of(report.strays))
      .set("seconds", report.seconds);
}

std::string print_finding(const FsckFinding& finding) {
  const std::string entry =
      finding.index ? fmt::format("entry {}: ", finding.index->value) : std::string();
  return fmt::format("finding: {}: {}{} (rule {})\n", finding.path, entry,
                     printable(finding.message, 400), finding.rule);
}

template <class Items, class Print>
std::string first_lines(const Items& items, const Print& print) {
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), lines_shown_max); ++i) text += print(items[i]);
  if (items.size() > lines_shown_max) {
    text += fmt::format("and {} more: --json lists them\n", items.size() - lines_shown_max);
  }
  return text;
}

std::string text_of(const FsckReport& report) {
  std::string text;
  if (!report.origin.empty()) {
    const double rate = static_cast<double>(report.size.value) / std::max(report.seconds, 1e-9);
    text = fmt::format(
        "log      {}\nsize     {}, {} bytes\nroot     {}\nchecked  {} and {} in {:.3g} s, {} "
        "entries a second\n",
        printable(report.origin), count_of(report.size.value, "entry"),
        print_count(report.entry_bytes), print_digest(report.root),
        count_of(report.bundles, "bundle"), count_of(report.tiles, "tile"), report.seconds,
        print_count(static_cast<std::uint64_t>(rate)));
  }
  text += first_lines(report.findings, print_finding);
  text += first_lines(report.strays, [](const std::string& path) {
    return fmt::format("stray: {} is no part of the log\n", printable(path, 400));
  });
  if (report.is_clean()) {
    text += "no findings: every entry, every tile and the root fit\n";
  }
  return text;
}

Result<Answer> check(Context& context, const FsckWanted& options) {
  const LogSource source = TRY(LogSource::open(context, options.place));
  FsckOptions how;
  how.threads = source.threads();
  if (source.is_own() || !options.trust.key.empty() || !options.trust.policy.empty()) {
    how.policy = TRY(policy_for(context, options.trust));
  }
  const FsckReport report = [&] {
    Working working(context.world(), context.output().is_quiet(), "checking");
    how.progress = [&](TreeSize done, TreeSize total) { working.at(done.value, total.value); };
    return source.folder() ? fsck_folder(*source.folder(), how) : fsck(source.reader(), how);
  }();
  Answer answer{.json = json_of(report), .text = text_of(report)};
  if (!report.is_signed && report.is_clean()) {
    answer.notes.push_back(
        "whose log it is was not checked: give its vkey with --key, or a tlog-policy file with "
        "--policy");
  }
  if (report.is_clean()) return answer;
  const auto& first = report.findings.front();
  // With nothing there that could be judged, the reason is its own: absent, or not reachable.
  const bool is_unread = first.rule == "checkpoint";
  answer.failure =
      Error{is_unread ? first.code : Code::unverified,
            fmt::format("{}{} in {}", count_of(report.findings.size(), "finding"),
                        report.is_cut ? ", and the check ended there," : "", source.name()),
            "do not trust this copy, and keep it as evidence: fetch another with `usufruct log "
            "mirror`",
            first.rule};
  return answer;
}

}  // namespace

void add_log_fsck(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<FsckWanted>();
  auto& verb = commands.verb(
      noun, "fsck",
      {.line = "check that a log's files are whole: every entry hashed, every tile compared",
       .examples = {"usufruct log fsck public --key log.vkey", "usufruct log fsck"},
       .details = "Works for any C2SP tlog-tiles log. Leaves with 4 when anything does not fit. "
                  "What the entries say is not asked: that is `usufruct audit`."},
      [options](Context& context) { return check(context, *options); });
  verb.add_option("PLACE", options->place,
                  "a folder of `log export` or `log mirror`, or a log's URL; else the workspace's "
                  "own log");
  add_log_trust(verb, options->trust);
}

}  // namespace usufruct::cli
