#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/working.h"
#include "crypto/hash.h"
#include "ledger/manifest.h"

namespace usufruct::cli {
namespace {

struct RecordModel {
  Recording recording;
  std::vector<std::string> from;
  std::vector<std::string> files;
  std::vector<std::string> base;
  std::string name;
  std::string architecture;
  std::string intended_use;
};

Result<std::vector<File>> manifest_of(Context& context, const std::vector<std::string>& paths) {
  const Working working(context.world(), context.output().is_quiet(), "reading the model's files");
  std::vector<File> files;
  for (const auto& path : paths) {
    const auto found = TRY(sha256_file(path));
    files.push_back({std::filesystem::path(path).filename().string(), found.size_bytes,
                     found.digest, "application/octet-stream"});
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

Result<Answer> record_model(Context& context, const RecordModel& options) {
  Record record = TRY(begin_record(context, options.recording));
  Model model;
  model.name = options.name;
  model.architecture = options.architecture;
  model.intended_use = options.intended_use;
  if (!options.files.empty()) {
    model.files = TRY(manifest_of(context, options.files));
    model.manifest_root = manifest_root(model.files);
  }
  record.body = std::move(model);
  for (const auto& run : options.from) {
    record.add(Role::from, TRY(context.find(run, Kind::run))->id);
  }
  for (const auto& base : options.base) {
    record.add(Role::base_model, TRY(context.find(base, Kind::model))->id);
  }
  Answer answer = TRY(log_record(context, options.recording, record));
  if (options.recording.dry_run) return answer;
  answer.next.push_back(fmt::format("usufruct provenance trace {}", options.recording.label.empty()
                                                                        ? "MODEL"
                                                                        : options.recording.label));
  return answer;
}

}  // namespace

void add_model(Commands& commands) {
  auto& noun = commands.noun("model", "what runs made");
  const auto options = std::make_shared<RecordModel>();
  auto& verb = commands.verb(
      noun, "record",
      {.line = "record a model with the runs it came from",
       .examples = {"usufruct model record --from run --name 'Marriage model' --as mia --label "
                    "model",
                    "usufruct model record --from run --file weights.bin --name m --as mia"}},
      [options](Context& context) { return record_model(context, *options); });
  verb.add_option("--from", options->from, "the runs that made it")->type_name("RUN…")->required();
  verb.add_option("--name", options->name, "what people call it")->type_name("TEXT")->required();
  verb.add_option("--file", options->files, "its files; their digests are recorded")
      ->type_name("FILE…");
  verb.add_option("--base", options->base, "models it was made from")->type_name("MODEL…");
  verb.add_option("--architecture", options->architecture, "what kind of model")->type_name("TEXT");
  verb.add_option("--intended-use", options->intended_use, "what it is for")->type_name("TEXT");
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
