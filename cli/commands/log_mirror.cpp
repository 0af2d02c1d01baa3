#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/log_source.h"
#include "cli/log_trust.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "ledger/mirror.h"

namespace usufruct::cli {
namespace {

struct Options {
  std::string source;
  std::string folder;
  LogTrust trust;
  std::size_t jobs = 0;
};

Result<Answer> make(Context& context, const Options& options) {
  const Policy policy = TRY(policy_for(context, options.trust));
  const LogSource source = TRY(LogSource::open(context, options.source));
  const auto open = [&](std::string_view note) { return open_by(policy, note); };
  MirrorOptions how;
  how.threads = options.jobs == 0 ? source.threads() : options.jobs;
  const MirrorReport report = TRY([&] {
    Working working(context.world(), context.output().is_quiet(), "mirroring");
    how.progress = [&](TreeSize done, TreeSize total) { working.at(done.value, total.value); };
    return mirror(source.reader(), options.folder, open, how);
  }());
  const auto& checkpoint = report.checkpoint;
  Answer answer;
  answer.json.set("folder", options.folder)
      .set("origin", checkpoint.origin)
      .set("from", report.from.value)
      .set("size", checkpoint.size.value)
      .set("root", print_digest(checkpoint.root))
      .set("fetched_entries", report.fetched_entries)
      .set("fetched_bytes", report.fetched_bytes)
      .set("kept_entries", report.kept_entries);
  answer.text =
      report.from == checkpoint.size && report.from.value > 0
          ? fmt::format("{} is up to date: {} of {}\n", options.folder,
                        count_of(checkpoint.size.value, "entry"), printable(checkpoint.origin))
          : fmt::format("{} holds {} of {}; it held {}\n", options.folder,
                        count_of(checkpoint.size.value, "entry"), printable(checkpoint.origin),
                        print_count(report.from.value));
  if (report.kept_entries > 0) {
    answer.notes.push_back(fmt::format("{} of them were left by a run that did not end",
                                       print_count(report.kept_entries)));
  }
  return answer;
}

}  // namespace

void add_log_mirror(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Options>();
  auto& verb = commands.verb(
      noun, "mirror",
      {.line = "copy a log, verifying everything, or bring a copy up to date",
       .examples = {"usufruct log mirror https://log.example.org mirror --key log.vkey",
                    "usufruct log mirror public mirror --policy trust.policy"},
       .details =
           "Works for any C2SP tlog-tiles log. Nothing is believed but the log's signature. May be "
           "stopped at any point and run again. Leaves with 4 when the source serves anything "
           "false; of a log that shrank or forked, both signed checkpoints and the proof are kept "
           "in DIR/evidence."},
      [options](Context& context) { return make(context, *options); });
  verb.add_option("SOURCE", options->source, "a log's URL, or a folder with a copy")->required();
  verb.add_option("DIR", options->folder, "a new folder, or a mirror to bring up to date")
      ->required();
  add_log_trust(verb, options->trust);
  verb.add_option("--jobs", options->jobs, "files fetched at once; else as the source suits")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

}  // namespace usufruct::cli
