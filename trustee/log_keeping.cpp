#include "trustee/log_keeping.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "crypto/stream.h"
#include "ledger/store/rocksdb_store.h"
#include "ledger/writer.h"
#include "trustee/law.h"
#include "trustee/log_key.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

/// The log opened for writing, with no thread of its own.
struct Opened {
  std::unique_ptr<RocksdbStore> store;
  std::unique_ptr<FileHeadGuard> guard;
  std::optional<Writer> writer;
};

Result<Opened> open(const Workspace& workspace, LogKey key, const Clock& clock) {
  Opened opened;
  opened.store = TRY(RocksdbStore::open(workspace.ledger()));
  opened.guard = TRY(FileHeadGuard::open(workspace.log_guard()));
  opened.writer.emplace(
      TRY(Writer::open(*opened.store, std::move(key), usufruct_law, clock, opened.guard.get())));
  return opened;
}

std::vector<fs::path> statement_files(const Workspace& workspace) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& file : fs::directory_iterator(workspace.statements(), none)) {
    if (file.path().extension() == ".note") files.push_back(file.path());
  }
  std::ranges::sort(files);
  return files;
}

Result<void> keep_statement(const Workspace& workspace, std::string_view what,
                            std::string_view note) {
  std::error_code failed;
  fs::create_directories(workspace.statements(), failed);
  if (failed) {
    return unavailable(fmt::format("cannot make the folder {}: {}", workspace.statements().string(),
                                   failed.message()));
  }
  const auto name = fmt::format("{:04}-{}.note", statement_files(workspace).size() + 1, what);
  return write_file(workspace.statements() / name, as_view(note), {.existing = Existing::refuse});
}

}  // namespace

Result<std::string> change_log_key(const Workspace& workspace, const Clock& clock, Chance& chance) {
  LogKey key = TRY(read_log_key(workspace));
  if (key.former) {
    return conflict("a former key of the log still signs",
                    "retire it first: usufruct log retire-key");
  }
  // Whatever fails before the new key is in its place leaves the old one signing alone.
  const SigningKey next = SigningKey::generate(chance);
  const std::string change = TRY(sign_key_change(key.origin, key.key, next));
  TRY(open(workspace, {key.origin, key.key.copy()}, clock));
  CHECK_OK(keep_statement(workspace, "key", change));
  CHECK_OK(write_log_key(workspace, {key.origin, next.copy(), key.key.copy()}));
  const auto vkey = TRY(note_verifier(key.origin, NoteKeyType::ed25519, next.verify_key()));
  CHECK_OK(workspace.set_log_vkey(print_vkey(vkey)));
  // Signs the head under both.
  TRY(open(workspace, {key.origin, next.copy(), std::move(key.key)}, clock));
  return print_vkey(vkey);
}

Result<void> retire_log_key(const Workspace& workspace, const Clock& clock) {
  LogKey key = TRY(read_log_key(workspace));
  if (!key.former) return not_found("the log has no former key to retire");
  // Once with both, so that the head in the store is signed by the newest whatever happened before.
  TRY(open(workspace, {key.origin, key.key.copy(), key.former->copy()}, clock));
  key.former.reset();
  CHECK_OK(write_log_key(workspace, key));
  TRY(open(workspace, std::move(key), clock));
  return {};
}

Result<std::string> close_log(const Workspace& workspace, const Clock& clock,
                              const std::optional<NoteVerifier>& successor) {
  auto opened = TRY(open(workspace, TRY(read_log_key(workspace)), clock));
  const std::string note = TRY(opened.writer->close(successor));
  CHECK_OK(keep_statement(workspace, "closed", note));
  return note;
}

Result<std::uint64_t> rebuild_log(const Workspace& workspace, const RebuildProgress& progress) {
  const auto store = TRY(RocksdbStore::open(workspace.ledger()));
  return rebuild_views(*store, progress);
}

Result<std::vector<std::string>> log_statements(const Workspace& workspace) {
  std::vector<std::string> notes;
  for (const auto& file : statement_files(workspace)) {
    notes.emplace_back(as_text(TRY(read_file(file, note_bytes_max))));
  }
  return notes;
}

}  // namespace usufruct
