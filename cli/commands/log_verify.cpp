#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/log_trust.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "ledger/record/names.h"
#include "ledger/signed.h"
#include "ledger/tlog_proof.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

struct VerifyOptions {
  std::string receipt;
  std::string record;
  std::string entry;
  LogTrust trust;
};

/// What the receipt is about: a record of ours in its envelope, or the raw entry of any log.
struct Subject {
  fs::path path;
  bool is_entry = false;
};

Result<Subject> subject_of(const VerifyOptions& options) {
  if (!options.record.empty() && !options.entry.empty()) {
    return usage("--record and --entry are two things a receipt can be about", "give one of them");
  }
  if (!options.entry.empty()) return Subject{options.entry, true};
  if (!options.record.empty()) return Subject{options.record, false};
  std::error_code error;
  const fs::path receipt = options.receipt;
  for (const bool is_entry : {false, true}) {
    auto beside = fs::path(receipt).replace_extension(is_entry ? "entry" : "envelope");
    if (fs::exists(beside, error)) return Subject{beside, is_entry};
  }
  return not_found(
      fmt::format("what {} is about does not lie beside it", options.receipt),
      "name the record's envelope with --record, or the raw entry of another's log with --entry");
}

void say_checkpoint(const Proven& proven, const Policy& policy, Answer& answer) {
  const auto& checkpoint = proven.checkpoint;
  answer.json.set("origin", checkpoint.origin)
      .set("size", checkpoint.size.value)
      .set("root", print_digest(checkpoint.root));
  answer.text +=
      fmt::format("under the log's checkpoint of {}\n", count_of(checkpoint.size.value, "entry"));
  if (policy.witnesses().empty()) return;
  Json cosigned = Json::array();
  for (const auto& one : proven.cosignatures) {
    const auto& name = policy.witnesses()[one.witness_index].verifier.name;
    cosigned.push(std::move(Json::object().set("witness", name).set("time", print_time(one.at))));
    answer.text += fmt::format("cosigned by {}, {}\n", printable(name), print_time(one.at));
  }
  answer.json.set("cosignatures", std::move(cosigned));
}

Result<Answer> verify_entry(const Receipt& receipt, const Subject& subject,
                            const VerifyOptions& options, const Policy& policy) {
  const Bytes entry = TRY(read_file(subject.path, entry_bytes_max));
  const auto proven = TRY_IN(options.receipt, verify_receipt(receipt, entry, policy));
  Answer answer;
  answer.json.set("index", receipt.index.value).set("leaf_hash", print_digest(hash_leaf(entry)));
  answer.text = fmt::format("holds: {} is entry {} of {}\n", subject.path.string(),
                            receipt.index.value, printable(proven.checkpoint.origin));
  say_checkpoint(proven, policy, answer);
  return answer;
}

Result<Answer> verify_record(const Receipt& receipt, const Subject& subject,
                             const VerifyOptions& options, const Policy& policy) {
  const Bytes envelope = TRY(read_file(subject.path, envelope_bytes_max));
  const auto verified = TRY_IN(subject.path.string(), verify(envelope));
  const auto proven = TRY_IN(options.receipt, verify_envelope_receipt(receipt, envelope, policy));
  const Time time = TRY_IN(options.receipt, time_of(receipt));
  const std::string kind = name_of(verified.record().kind());
  Answer answer;
  answer.json.set("id", print_id(verified.id()))
      .set("kind", kind)
      .set("issuer", verified.record().issuer)
      .set("index", receipt.index.value)
      .set("time", print_time(time));
  answer.text =
      fmt::format("holds: {} {} is entry {} of {}, logged {}\nsigned by {}\n", kind,
                  print_id(verified.id()), receipt.index.value, printable(proven.checkpoint.origin),
                  print_time(time), verified.record().issuer);
  say_checkpoint(proven, policy, answer);
  return answer;
}

Result<Answer> verify_file(Context& context, const VerifyOptions& options) {
  const Policy policy = TRY(policy_for(context, options.trust));
  const Bytes text = TRY(read_file(options.receipt, receipt_bytes_max));
  const auto receipt = TRY_IN(options.receipt, parse_receipt_unverified(as_text(text)));
  const Subject subject = TRY(subject_of(options));
  return subject.is_entry ? verify_entry(receipt, subject, options, policy)
                          : verify_record(receipt, subject, options, policy);
}

}  // namespace

void add_log_verify(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<VerifyOptions>();
  auto& verb = commands.verb(
      noun, "verify",
      {.line = "check a receipt offline: the record is signed and in the log",
       .examples = {"usufruct log verify receipts/ID.tlog-proof",
                    "usufruct log verify r.tlog-proof --record r.envelope --key log.vkey",
                    "usufruct log verify r.tlog-proof --entry r.bin --key other.vkey"}},
      [options](Context& context) { return verify_file(context, *options); });
  verb.add_option("RECEIPT", options->receipt, "a .tlog-proof file")->required();
  verb.add_option("--record", options->record, "the record's envelope; else the file beside it")
      ->type_name("FILE");
  verb.add_option("--entry", options->entry, "the raw entry, of any C2SP log, instead of a record")
      ->type_name("FILE");
  add_log_trust(verb, options->trust);
}

}  // namespace usufruct::cli
