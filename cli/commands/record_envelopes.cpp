#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "cli/command.h"
#include "cli/envelopes.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/working.h"
#include "ledger/record/codec.h"
#include "ledger/record/envelope_stream.h"
#include "ledger/record/names.h"
#include "ledger/signed.h"

namespace usufruct::cli {
namespace {

/// How many records one answer is waited for.
constexpr std::size_t submitted_at_once = 8'192;
/// More than these are counted and not listed.
constexpr std::size_t listed_max = 20;

struct Sign {
  Recording recording;
  std::vector<std::string> files;
  std::vector<std::string> also;
  std::string output;
  bool batch = false;
};

// ----- From JSON -----

/// One object, or one on each line: then the first line is one from its first to its last sign.
bool has_object_a_line(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{') return false;
  const auto end = text.find('\n', first);
  if (end == std::string::npos || text.find_first_not_of(" \t\r\n", end) == std::string::npos) {
    return false;
  }
  const auto last = text.find_last_not_of(" \t\r", end - 1);
  return text[last] == '}';
}

Result<void> add_records(Context& context, const std::string& path, std::vector<Record>& records) {
  const std::string text = TRY(read_text(context, path));
  const std::string file = path == "-" ? "standard input" : path;
  if (!has_object_a_line(text)) {
    records.push_back(TRY_IN(file, from_json(text)));
    return {};
  }
  std::istringstream in(text);
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (records.size() == envelopes_max) {
      return malformed(fmt::format("{}: there are more than {} records", file, envelopes_max),
                       "sign them in several files");
    }
    records.push_back(TRY_IN(fmt::format("{}, line {}", file, number), from_json(line)));
  }
  return {};
}

Result<std::vector<Record>> records_to_sign(Context& context, const Sign& options) {
  const Record blank = TRY(begin_record(context, options.recording));
  std::vector<Record> records;
  for (const auto& file : options.files) CHECK_OK(add_records(context, file, records));
  for (auto& record : records) CHECK_OK(complete_record(record, blank, options.recording.as));
  return records;
}

// ----- Signing -----

struct Signatures {
  std::vector<Verified> records;
  std::size_t made = 0;
};

Result<Signatures> sign_all(const std::vector<Record>& records,
                            const std::vector<const SigningKey*>& keys, bool batch) {
  Signatures all;
  std::span<const Record> left(records);
  while (!left.empty()) {
    const std::size_t count = batch ? std::min<std::size_t>(left.size(), batch_records_max) : 1;
    if (batch) {
      auto some = TRY(sign_batch(left.first(count), keys));
      std::ranges::move(some, std::back_inserter(all.records));
    } else {
      all.records.push_back(
          TRY_IN(fmt::format("record {}", all.records.size()), sign(left.front(), keys)));
    }
    all.made += keys.size();
    left = left.subspan(count);
  }
  return all;
}

Result<Answer> sign_records(Context& context, const Sign& options) {
  const auto records = TRY(records_to_sign(context, options));
  const bool to_stdout = options.output == "-";
  if (to_stdout && context.world().terminals.out) {
    return usage("envelopes are binary and stdout is a terminal",
                 "write them to a file with -o FILE, or pipe them");
  }
  if (!to_stdout) CHECK_OK(check_new_file(options.output));
  const auto keys = TRY(signing_keys(context, options.recording.as, options.also));
  const auto signatures = TRY(sign_all(records, keys, options.batch));
  const Bytes bytes = print_envelopes(signatures.records);
  if (to_stdout) {
    context.world().out << as_text(bytes);
    return Answer{};
  }
  CHECK_OK(write_file(options.output, bytes, {.existing = Existing::refuse}));
  Answer answer;
  answer.json.set("file", options.output)
      .set("records", signatures.records.size())
      .set("signatures", signatures.made)
      .set("bytes", bytes.size());
  answer.text = fmt::format("{} under {} in {}\n", count_of(signatures.records.size(), "record"),
                            count_of(signatures.made, "signature"), options.output);
  answer.next.push_back("usufruct record submit " + options.output);
  return answer;
}

// ----- Verifying -----

std::string print_place(const RecordSignature& signature) {
  if (!signature.is_batch()) return "alone";
  return fmt::format("{} of {}", signature.batch.index + 1, signature.batch.size);
}

Result<Answer> verify_records(Context& context, const std::vector<std::string>& files) {
  BatchSignatures known;
  Table table({"kind", "record", "by", "signed"});
  Json records = Json::array();
  std::map<Kind, std::uint64_t> kinds;
  std::uint64_t count = 0;
  std::uint64_t alone = 0;
  for (const auto& file : files) {
    const auto envelopes = TRY(read_envelopes(context, file));
    const auto checked = verify_all(envelopes, known);
    for (std::size_t i = 0; i < envelopes.size(); ++i) {
      if (!checked[i]) {
        const auto name = envelopes.size() == 1 ? file : fmt::format("{}: envelope {}", file, i);
        return std::unexpected(Error(checked[i].error()).within(name));
      }
      const Record& record = checked[i]->record();
      const auto signatures = TRY(view_envelope(envelopes[i])).signatures;
      alone += static_cast<std::uint64_t>(
          std::ranges::count(signatures, false, &RecordSignature::is_batch));
      ++kinds[record.kind()];
      const std::string kind = name_of(record.kind());
      records.push(Json::object()
                       .set("file", file)
                       .set("id", print_id(checked[i]->id()))
                       .set("kind", kind)
                       .set("issuer", record.issuer)
                       .set("signatures", signatures.size())
                       .set("batch_size", signatures.front().batch.size));
      if (++count <= listed_max) {
        table.add(
            {kind, print_short(checked[i]->id()), record.issuer, print_place(signatures.front())});
      }
    }
  }
  const std::uint64_t batches = known.verifications();
  Answer answer;
  answer.json.set("count", count)
      .set("signatures", alone + batches)
      .set("records", std::move(records));
  if (count <= listed_max) {
    answer.text = table.print();
  } else {
    for (const auto& [kind, number] : kinds) {
      answer.text += count_of(number, name_of(kind)) + "\n";
    }
  }
  answer.text += fmt::format("{} under {}: all hold\n", count_of(count, "record"),
                             count_of(alone + batches, "signature"));
  answer.notes.emplace_back("whether a log has them, its receipts say: usufruct log verify");
  return answer;
}

// ----- Submitting -----

Result<Answer> submit_records(Context& context, const std::vector<std::string>& files) {
  std::vector<Verified> records;
  std::vector<std::string> names;
  for (const auto& file : files) {
    const auto envelopes = TRY(read_envelopes(context, file));
    auto checked = verify_all(envelopes);
    for (std::size_t i = 0; i < checked.size(); ++i) {
      names.push_back(envelopes.size() == 1 ? file : fmt::format("{}: envelope {}", file, i));
      if (!checked[i]) return std::unexpected(std::move(checked[i]).error().within(names.back()));
      records.push_back(*std::move(checked[i]));
    }
  }
  LocalClient& client = *TRY(context.client());
  const Workspace& workspace = *TRY(context.workspace());
  Working working(context.world(), context.output().is_quiet(), "recording");
  Answer answer;
  Json logged = Json::array();
  Refusals refusals;
  std::uint64_t count = 0;
  for (std::size_t begin = 0; begin < records.size(); begin += submitted_at_once) {
    const std::size_t end = std::min(records.size(), begin + submitted_at_once);
    std::vector<Verified> some;
    std::vector<Bytes> envelopes;
    for (std::size_t i = begin; i < end; ++i) {
      envelopes.push_back(records[i].envelope());
      some.push_back(std::move(records[i]));
    }
    auto submitted = client.submit(std::move(some));
    for (std::size_t i = begin; i < end; ++i) {
      auto& one = submitted[i - begin];
      if (!one) {
        refusals.add(std::move(one).error().within(names[i]));
        continue;
      }
      CHECK_OK(keep_receipt(workspace, *one, envelopes[i - begin]));
      ++count;
      logged.push(Json::object().set("id", print_id(one->id)).set("index", one->index));
      if (records.size() <= listed_max) {
        answer.text += fmt::format("{}  entry {}  {}\n", names[i], one->index, print_id(one->id));
      }
    }
    working.at(end, records.size());
  }
  answer.json.set("count", count).set("logged", std::move(logged));
  answer.text += fmt::format("{} recorded\n", count_of(count, "record"));
  std::move(refusals).tell(answer);
  return answer;
}

}  // namespace

void add_record_envelopes(Commands& commands, CLI::App& noun) {
  {
    const auto options = std::make_shared<Sign>();
    auto& verb = commands.verb(
        noun, "sign",
        {.line = "sign records from their JSON and log nothing yet",
         .examples = {"usufruct record sign incident.json --as ada -o incident.envelope",
                      "usufruct record sign consents.jsonl --as ada --batch -o consents.envelopes"},
         .details =
             "A file holds one record as `usufruct record show` prints it, or one a line.\n"
             "With --batch one signature stands for up to 65,536 records, and each envelope\n"
             "proves that it is among them: faster for everybody who checks them, and some\n"
             "hundred bytes more a record."},
        [options](Context& context) { return sign_records(context, *options); });
    verb.add_option("FILE", options->files, "JSON; - is stdin")->required();
    verb.add_option("--as", options->recording.as, "the issuer's key")
        ->type_name("NAME")
        ->required();
    verb.add_option("--also", options->also, "further keys that sign")->type_name("NAME…");
    verb.add_flag("--batch", options->batch, "one signature for all");
    verb.add_option("-o,--output", options->output, "file to write; - is stdout")
        ->type_name("FILE")
        ->required();
  }
  {
    const auto files = std::make_shared<std::vector<std::string>>();
    auto& verb =
        commands.verb(noun, "verify",
                      {.line = "check the signatures on envelopes, offline",
                       .examples = {"usufruct record verify consents.envelopes"}},
                      [files](Context& context) { return verify_records(context, *files); });
    verb.add_option("FILE", *files, "envelopes; - is stdin")->required();
  }
  const auto files = std::make_shared<std::vector<std::string>>();
  auto& verb = commands.verb(
      noun, "submit",
      {.line = "log signed records in the workspace's own log and keep their receipts",
       .examples = {"usufruct record submit consents.envelopes"},
       .details = "To a node elsewhere: usufruct log submit. A record that is logged already gets\n"
                  "its receipt again."},
      [files](Context& context) { return submit_records(context, *files); });
  verb.add_option("FILE", *files, "envelopes; - is stdin")->required();
}

}  // namespace usufruct::cli
