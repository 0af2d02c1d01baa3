#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/words.h"
#include "crypto/hash.h"
#include "ledger/record/names.h"

namespace usufruct::cli {
namespace {

struct RecordRun {
  Recording recording;
  std::vector<std::string> used;
  std::string type = "train";
  std::string purpose;
  std::string code;
  std::string parameters;
  std::string environment;
  std::string started;
  std::string ended;
  std::string description;
};

Result<std::optional<Digest>> digest_of(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return std::optional(TRY(sha256_file(path)).digest);
}

Result<Answer> record_run(Context& context, const RecordRun& options) {
  Record record = TRY(begin_record(context, options.recording));
  Run run;
  run.type = TRY(known_name<RunType>(options.type, "--type"));
  if (!options.purpose.empty()) {
    run.purpose = TRY(known_word(terms::Scheme::purpose, options.purpose, "--purpose"));
  }
  run.code_sha256 = TRY(digest_of(options.code));
  run.parameters_sha256 = TRY(digest_of(options.parameters));
  run.environment = options.environment;
  run.started_at =
      options.started.empty() ? record.issued_at : TRY_IN("--started", parse_time(options.started));
  run.ended_at =
      options.ended.empty() ? record.issued_at : TRY_IN("--ended", parse_time(options.ended));
  if (run.ended_at < run.started_at) return usage("the run ended before it started");
  run.description = options.description;
  record.body = std::move(run);
  for (const auto& name : options.used) record.add(Role::used, TRY(context.find(name))->id);
  Answer answer = TRY(log_record(context, options.recording, record));
  if (options.recording.dry_run) return answer;
  answer.next.push_back(fmt::format(
      "usufruct model record --from {} --name NAME --as {}",
      options.recording.label.empty() ? "RUN" : options.recording.label, options.recording.as));
  return answer;
}

}  // namespace

void add_run(Commands& commands) {
  auto& noun = commands.noun("run", "uses of releases and models");
  const auto options = std::make_shared<RecordRun>();
  auto& verb = commands.verb(
      noun, "record",
      {.line = "record a use: training, evaluation and so on",
       .examples = {"usufruct run record --used release --type train --as mia --label run",
                    "usufruct run record --used release --type train --code train.py --as mia"}},
      [options](Context& context) { return record_run(context, *options); });
  verb.add_option("--used", options->used, "releases and models it used")
      ->type_name("RECORD…")
      ->required();
  verb.add_option("--type", options->type,
                  "train, finetune, evaluate, index, transform, merge, quantise or generate")
      ->type_name("TYPE");
  verb.add_option("--purpose", options->purpose, "what for")->type_name("WORD");
  verb.add_option("--code", options->code, "the program; its digest is recorded")
      ->type_name("FILE");
  verb.add_option("--parameters", options->parameters, "its settings; their digest is recorded")
      ->type_name("FILE");
  verb.add_option("--environment", options->environment, "where it ran")->type_name("TEXT");
  verb.add_option("--started", options->started, "RFC 3339; else now")->type_name("TIME");
  verb.add_option("--ended", options->ended, "RFC 3339; else now")->type_name("TIME");
  verb.add_option("--description", options->description, "for people")->type_name("TEXT");
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
