#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ledger/signed.h"

namespace usufruct::cli {

/// The options of every command that makes a record.
struct Recording {
  std::string as;     ///< name of the key that signs
  std::string label;  ///< name to give the record here
  bool dry_run = false;
};
void add_recording(CLI::App& verb, Recording& recording);

/// A record begun by the party of a key: issuer and claimed time are set.
Result<Record> begin_record(Context& context, const Recording& recording);

/// Gives a record that was read from a file what it leaves out of a begun one; a usage error when
/// its issuer is another than that of the key `as`.
Result<void> complete_record(Record& record, const Record& begun, const std::string& as);

/// Signs a record with the named keys, logs it, keeps its receipt and label, and says so:
///
///     request r1 (7f3a25c0d1e2) recorded at index 4812
///
/// With --dry-run only says, as JSON, what would be signed. `also` are further keys that sign.
Result<Answer> log_record(Context& context, const Recording& recording, const Record& record,
                          const std::vector<std::string>& also = {});

/// The same in parts, for commands that log several records.
struct Logging {
  RecordId id;
  std::uint64_t index = 0;
  Time time;
};
Result<Logging> submit_record(Context& context, const std::string& as, const std::string& label,
                              const Record& record, const std::vector<std::string>& also = {});
/// Adds `id`, `index`, `time` and, where there is one, `label`.
void describe(Json& json, const Logging& logged, const std::string& label);
std::string sentence(Context& context, Kind kind, const Logging& logged);
Result<Answer> dry_run_answer(const Record& record);

/// The keys that sign, opened: of `as` first, each once.
Result<std::vector<const SigningKey*>> signing_keys(Context& context, const std::string& as,
                                                    const std::vector<std::string>& also);
/// Keeps what an auditor needs of one record: the receipt and the envelope it is about.
Result<void> keep_receipt(const Workspace& workspace, const Submitted& submitted,
                          const Bytes& envelope);

/// What to do about records that were signed and not surely logged. With `unavailable` they may be
/// logged, or have no receipt yet, and can be submitted again, and only the same ones: they are
/// kept in a file beside the receipts, and the hint says so. Other errors stay as they are.
Error keep_to_submit_again(const Workspace& workspace, std::span<const Verified> records,
                           Error error);

/// Refuses early what set_label() would refuse after the record is logged.
Result<void> check_label(Context& context, const std::string& label);

}  // namespace usufruct::cli
