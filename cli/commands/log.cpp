#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/log_key.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "ledger/signed.h"
#include "ledger/tlog_proof.h"

namespace usufruct::cli {
namespace {

struct Verify {
  std::string receipt;
  std::string record;
  std::string key;
};

Result<Answer> verify_file(Context& context, const Verify& options) {
  const auto log = TRY(log_key(context, options.key));
  const Bytes text = TRY(read_file(options.receipt, receipt_bytes_max));
  const auto receipt = TRY_IN(options.receipt, parse_receipt_unverified(as_text(text)));
  std::filesystem::path record = options.record;
  if (record.empty()) record = std::filesystem::path(options.receipt).replace_extension("envelope");
  const Bytes envelope = TRY(read_file(record, envelope_bytes_max));
  const auto verified = TRY_IN(record.string(), verify(envelope));
  const auto proven = TRY_IN(options.receipt, verify_envelope_receipt(receipt, envelope, log));
  const Time time = TRY_IN(options.receipt, time_of(receipt));
  const std::string kind = name_of(verified.record().kind());
  const auto& checkpoint = proven.checkpoint;
  Answer answer;
  answer.json.set("id", print_id(verified.id()))
      .set("kind", kind)
      .set("issuer", verified.record().issuer)
      .set("index", receipt.index.value)
      .set("time", print_time(time))
      .set("origin", checkpoint.origin)
      .set("size", checkpoint.size.value)
      .set("root", print_digest(checkpoint.root));
  answer.text = fmt::format(
      "holds: {} {} is entry {} of {}, logged {}\n"
      "signed by {}\n"
      "under the log's checkpoint of {}\n",
      kind, print_id(verified.id()), receipt.index.value, printable(checkpoint.origin),
      print_time(time), verified.record().issuer, count_of(checkpoint.size.value, "entry"));
  return answer;
}

Result<Answer> checkpoint(Context& context) {
  const std::string note = TRY(context.client())->checkpoint();
  Answer answer;
  answer.json.set("checkpoint", note).set("log_vkey", TRY(context.workspace())->log_vkey());
  answer.text = note;
  return answer;
}

Result<Answer> key(Context& context) {
  const std::string& vkey = TRY(context.workspace())->log_vkey();
  return Answer{.json = Json::object().set("log_vkey", vkey), .text = vkey};
}

Result<Answer> export_log(Context& context, const std::string& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error) &&
      !std::filesystem::exists(std::filesystem::path(folder) / "checkpoint", error)) {
    return conflict(fmt::format("{} is there already and holds no log", folder),
                    "name a folder that does not exist yet, or an earlier export to bring up to "
                    "date");
  }
  const LocalClient& client = *TRY(context.client());
  const Working working(context.world(), context.output().is_quiet(), "writing the log");
  CHECK_OK(client.export_to(folder));
  const std::string& vkey = TRY(context.workspace())->log_vkey();
  Answer answer;
  answer.json.set("folder", folder).set("records", client.graph().size()).set("log_vkey", vkey);
  answer.text = fmt::format("wrote {} to {}\nvkey {}\n", count_of(client.graph().size(), "record"),
                            folder, vkey);
  answer.next.push_back(fmt::format("usufruct audit {} --key {}", folder, vkey));
  return answer;
}

}  // namespace

void add_log(Commands& commands) {
  auto& noun = commands.noun("log", "the transparency log");
  commands.verb(noun, "checkpoint",
                {.line = "the newest signed checkpoint", .examples = {"usufruct log checkpoint"}},
                checkpoint);
  commands.verb(noun, "key",
                {.line = "the log's public key, as an auditor needs it",
                 .examples = {"usufruct log key > log.vkey"}},
                key);
  const auto folder = std::make_shared<std::string>();
  auto& verb =
      commands.verb(noun, "export",
                    {.line = "write the public log as tiles: all an auditor needs beside the key",
                     .examples = {"usufruct log export public"}},
                    [folder](Context& context) { return export_log(context, *folder); });
  verb.add_option("DIR", *folder, "a new folder, or an earlier export to bring up to date")
      ->required();
  const auto options = std::make_shared<Verify>();
  auto& check = commands.verb(
      noun, "verify",
      {.line = "check a receipt offline: the record is signed and in the log",
       .examples = {"usufruct log verify receipts/ID.tlog-proof",
                    "usufruct log verify r.tlog-proof --record r.envelope --key log.vkey"}},
      [options](Context& context) { return verify_file(context, *options); });
  check.add_option("RECEIPT", options->receipt, "a .tlog-proof file")->required();
  check.add_option("--record", options->record, "the record's envelope; else the file beside it")
      ->type_name("FILE");
  add_log_key(check, options->key);
  add_log_serve(commands, noun);
  add_log_keeping(commands, noun);
}

}  // namespace usufruct::cli
