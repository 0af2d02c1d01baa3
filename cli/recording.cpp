#include "cli/recording.h"

#include <fmt/format.h>

#include <memory>

#include "cli/envelopes.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/codec.h"
#include "ledger/record/names.h"

namespace usufruct::cli {

Result<void> keep_receipt(const Workspace& workspace, const Submitted& submitted,
                          const Bytes& envelope) {
  const auto path = workspace.receipts() / print_id(submitted.id);
  CHECK_OK(write_file(path.string() + ".envelope", envelope));
  return write_file(path.string() + ".tlog-proof", as_view(submitted.tlog_proof));
}

Result<std::vector<const SigningKey*>> signing_keys(Context& context, const std::string& as,
                                                    const std::vector<std::string>& also) {
  std::vector<const SigningKey*> keys{&TRY(context.key(as))->signing};
  for (const auto& name : also) {
    const SigningKey* key = &TRY(context.key(name))->signing;
    bool is_known = false;
    for (const auto* known : keys) is_known |= known->verify_key() == key->verify_key();
    if (!is_known) keys.push_back(key);
  }
  return keys;
}

void add_recording(CLI::App& verb, Recording& recording) {
  verb.add_option("--as", recording.as, "the key that signs: a name from `usufruct key list`")
      ->type_name("NAME")
      ->required();
  verb.add_option("--label", recording.label, "a name for the record in this workspace")
      ->type_name("NAME");
  verb.add_flag("--dry-run", recording.dry_run, "show what would be signed, record nothing");
}

Result<Record> begin_record(Context& context, const Recording& recording) {
  const auto keys = TRY(TRY(context.workspace())->public_key(recording.as));
  CHECK_OK(check_label(context, recording.label));
  Record record;
  record.issuer = print_did_key(keys.signing);
  record.issued_at = context.now();
  return record;
}

Result<void> complete_record(Record& record, const Record& begun, const std::string& as) {
  if (record.issuer.empty()) record.issuer = begun.issuer;
  if (record.issued_at.ms == 0) record.issued_at = begun.issued_at;
  if (record.issuer == begun.issuer) return {};
  return usage(
      fmt::format("the record's issuer is {}, the key '{}' is {}", record.issuer, as, begun.issuer),
      "sign with the issuer's key, or leave the issuer empty");
}

Result<void> check_label(Context& context, const std::string& label) {
  if (label.empty()) return {};
  const Workspace& workspace = *TRY(context.workspace());
  CHECK_OK(workspace.check_label(label));
  const auto taken = workspace.label(label);
  if (!taken) return {};
  return conflict(fmt::format("the label '{}' is taken by {}", label, print_short(*taken)),
                  "choose another: a label names one record");
}

Error keep_to_submit_again(const Workspace& workspace, std::span<const Verified> records,
                           Error error) {
  if (error.code != Code::unavailable) return error;
  const auto path = (workspace.receipts() / print_id(records.front().id())).string() +
                    (records.size() == 1 ? ".envelope" : ".envelopes");
  if (!write_file(path, print_envelopes(records))) return error;
  error.hint = fmt::format("once that is mended: usufruct record submit {}", path);
  return error;
}

Result<Logging> submit_record(Context& context, const std::string& as, const std::string& label,
                              const Record& record, const std::vector<std::string>& also) {
  const Verified verified = TRY(sign(record, TRY(signing_keys(context, as, also))));
  const Bytes envelope = verified.envelope();
  const Workspace& workspace = *TRY(context.workspace());
  auto answer = TRY(context.client())->submit(verified);
  if (!answer)
    return std::unexpected(keep_to_submit_again(workspace, {&verified, 1}, answer.error()));
  const Submitted& submitted = *answer;
  CHECK_OK(keep_receipt(workspace, submitted, envelope));
  if (!label.empty()) CHECK_OK(workspace.set_label(label, submitted.id));
  return Logging{submitted.id, submitted.index, submitted.time};
}

void describe(Json& json, const Logging& logged, const std::string& label) {
  json.set("id", print_id(logged.id))
      .set("index", logged.index)
      .set("time", print_time(logged.time));
  if (!label.empty()) json.set("label", label);
}

std::string sentence(Context& context, Kind kind, const Logging& logged) {
  const std::string name = context.name_of(logged.id);
  const std::string id = print_short(logged.id);
  return fmt::format("{} {} recorded at index {}\n", name_of(kind),
                     name == id ? id : fmt::format("{} ({})", name, id), logged.index);
}

Result<Answer> dry_run_answer(const Record& record) {
  TRY(encode(record));  // what cannot be recorded is refused, as without --dry-run
  Answer answer;
  answer.json = Json::object().set("would_sign", Json::raw(to_json(record)));
  answer.text = to_json(record);
  answer.notes.emplace_back("dry run: nothing was signed or recorded");
  return answer;
}

Result<Answer> log_record(Context& context, const Recording& recording, const Record& record,
                          const std::vector<std::string>& also) {
  if (recording.dry_run) return dry_run_answer(record);
  const auto logged = TRY(submit_record(context, recording.as, recording.label, record, also));
  Answer answer;
  describe(answer.json, logged, recording.label);
  answer.text = sentence(context, record.kind(), logged);
  return answer;
}

}  // namespace usufruct::cli
