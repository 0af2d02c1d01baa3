#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/words.h"
#include "ledger/record/codec.h"
#include "ledger/record/names.h"
#include "ledger/signed.h"

namespace usufruct::cli {
namespace {

constexpr std::size_t list_count_default = 50;

struct List {
  std::string kind;
  std::uint64_t last = list_count_default;
};

struct New {
  Recording recording;
  std::string file;
  std::vector<std::string> also;
};

struct Export {
  std::string record;
  std::string output;
};

Result<Answer> show_record(Context& context, const std::string& text) {
  const auto logged = TRY(context.find(text));
  Answer answer;
  answer.json.set("id", print_id(logged->id))
      .set("kind", name_of(logged->record.kind()))
      .set("index", logged->index)
      .set("time", print_time(logged->time))
      .set("record", Json::raw(to_json(logged->record)));
  answer.text = to_json(logged->record);
  answer.notes.push_back(fmt::format("{} {}, index {}, logged {}", name_of(logged->record.kind()),
                                     print_id(logged->id), logged->index,
                                     print_time(logged->time)));
  return answer;
}

Result<Answer> list_records(Context& context, const List& options) {
  const Graph& graph = *TRY(context.graph());
  std::vector<LoggedPtr> found;
  for (std::uint16_t kind = 0; kind < kind_count; ++kind) {
    if (!options.kind.empty() &&
        static_cast<Kind>(kind) != TRY(known_name<Kind>(options.kind, "--kind"))) {
      continue;
    }
    std::uint64_t count = 0;
    graph.visit_kind(static_cast<Kind>(kind), Order::newest_first,
                     [&](std::uint64_t, const RecordId& id) {
                       if (count++ == options.last) return false;
                       found.push_back(graph.find(id));
                       return true;
                     });
  }
  std::ranges::sort(found, {}, [](const LoggedPtr& logged) { return logged->index; });
  const std::size_t shown = std::min<std::size_t>(found.size(), options.last);
  found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(shown));
  Table table({"index", "kind", "record", "by", "logged"});
  Json records = Json::array();
  for (const auto& logged : found) {
    const std::string kind = name_of(logged->record.kind());
    const std::string by = context.name_of_issuer(logged->record.issuer);
    table.add({std::to_string(logged->index), kind, context.name_of(logged->id), by,
               print_time(logged->time)});
    records.push(Json::object()
                     .set("id", print_id(logged->id))
                     .set("kind", kind)
                     .set("index", logged->index)
                     .set("by", by)
                     .set("time", print_time(logged->time)));
  }
  Answer answer;
  answer.json.set("records", std::move(records)).set("size", graph.size());
  if (!table.is_empty()) answer.text = table.print();
  answer.notes.push_back(
      fmt::format("{} of {} in the log", shown, count_of(graph.size(), "record")));
  return answer;
}

Result<Answer> make(Context& context, const New& options) {
  Record record = TRY_IN(options.file, from_json(TRY(read_text(context, options.file))));
  CHECK_OK(
      complete_record(record, TRY(begin_record(context, options.recording)), options.recording.as));
  return log_record(context, options.recording, record, options.also);
}

Result<Answer> export_record(Context& context, const Export& options) {
  const auto logged = TRY(context.find(options.record));
  const auto path = TRY(context.workspace())->receipts() / (print_id(logged->id) + ".envelope");
  const Bytes envelope = TRY_IN("only records made here one by one have their envelope beside them",
                                read_file(path, envelope_bytes_max));
  if (options.output == "-") {
    if (context.world().terminals.out) {
      return usage("an envelope is binary and stdout is a terminal",
                   "write it to a file with -o FILE, or pipe it");
    }
    context.world().out << as_text(envelope);
    return Answer{};
  }
  CHECK_OK(check_new_file(options.output));
  CHECK_OK(write_file(options.output, envelope, {.existing = Existing::refuse}));
  Answer answer;
  answer.json.set("id", print_id(logged->id)).set("file", options.output);
  answer.text = fmt::format("wrote {}\n", options.output);
  return answer;
}

}  // namespace

void add_record(Commands& commands) {
  auto& noun = commands.noun("record", "the signed statements themselves, any kind");
  {
    const auto text = std::make_shared<std::string>();
    auto& verb = commands.verb(
        noun, "show",
        {.line = "a record as JSON, without loss", .examples = {"usufruct record show ask"}},
        [text](Context& context) { return show_record(context, *text); });
    verb.add_option("RECORD", *text, "label or id")->required();
  }
  {
    const auto options = std::make_shared<List>();
    auto& verb = commands.verb(
        noun, "list",
        {.line = "the newest records in the log",
         .examples = {"usufruct record list", "usufruct record list --kind decision"}},
        [options](Context& context) { return list_records(context, *options); });
    verb.add_option("--kind", options->kind, "only this kind")->type_name("KIND");
    verb.add_option("--last", options->last, "how many; 50 when not said")->type_name("N");
  }
  {
    const auto options = std::make_shared<New>();
    auto& verb =
        commands.verb(noun, "new",
                      {.line = "sign and log a record of any kind from its JSON",
                       .examples = {"usufruct record new incident.json --as ada",
                                    "usufruct record new agreement.json --as ada --also mia"}},
                      [options](Context& context) { return make(context, *options); });
    verb.add_option("FILE", options->file, "JSON as `record show` prints it; - is stdin")
        ->required();
    verb.add_option("--also", options->also, "further keys that sign")->type_name("NAME…");
    add_recording(verb, options->recording);
  }
  const auto options = std::make_shared<Export>();
  auto& verb = commands.verb(
      noun, "export",
      {.line = "a record's bytes with their signatures, as they were logged",
       .examples = {"usufruct record export ask -o ask.envelope",
                    "usufruct log verify receipts/ID.tlog-proof --record ask.envelope"}},
      [options](Context& context) { return export_record(context, *options); });
  verb.add_option("RECORD", options->record, "label or id")->required();
  verb.add_option("-o,--output", options->output, "file to write; - is stdout")
      ->type_name("FILE")
      ->required();
  add_record_envelopes(commands, noun);
}

}  // namespace usufruct::cli
