#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/log_source.h"
#include "crypto/note.h"
#include "ledger/entry.h"
#include "ledger/tile_hashes.h"
#include "ledger/tlog_proof.h"

namespace usufruct::cli {

/// A log whose checkpoint is opened: signed by the key, where one was given.
struct OpenLog {
  LogSource source;
  SignedCheckpoint head;
  bool is_signed = false;
  std::unique_ptr<TileHashes> hashes;
};
Result<SignedCheckpoint> open_note(std::string_view note, const std::optional<NoteVerifier>& log);
Result<OpenLog> open_log(LogSource source, const std::optional<NoteVerifier>& log);

/// An entry of a log with the proof that it is there, which was checked.
struct Inclusion {
  Receipt receipt;
  Bytes entry;
  std::optional<Entry> ours;  ///< when it is a time and a signed record
};
Result<Inclusion> inclusion_of(const OpenLog& log, LeafIndex index);

}  // namespace usufruct::cli
