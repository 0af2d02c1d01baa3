#include "trustee/witness_folder.h"

#include <fmt/format.h>

#include <system_error>

#include "crypto/base/text.h"
#include "crypto/folder.h"
#include "crypto/stream.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t witness_file_max = 4096;
constexpr std::string_view key_name = "witness.key";
constexpr std::string_view vkey_name = "witness.vkey";

}  // namespace

WitnessFolder::WitnessFolder(fs::path root, NoteVerifier verifier)
    : root_(std::move(root)), verifier_(std::move(verifier)) {}

Result<WitnessFolder> WitnessFolder::create(const fs::path& root, const std::string& name,
                                            Chance& chance) {
  std::error_code error;
  if (fs::exists(root, error) && !(fs::is_directory(root, error) && fs::is_empty(root, error))) {
    return conflict(fmt::format("{} is there already and is not an empty folder", root.string()),
                    "name a folder that does not exist yet");
  }
  const NoteSigner signer{name, SigningKey::generate(chance)};
  WitnessFolder folder(root,
                       TRY(note_verifier(name, NoteKeyType::cosignature, signer.key.verify_key())));
  CHECK_OK(make_folder(root));
  CHECK_OK(write_file(root / key_name, print_skey(signer).view(), {.mode = 0600}));
  CHECK_OK(folder.write_logs({}));
  // Last: a folder with it is whole.
  CHECK_OK(write_file(root / vkey_name, as_view(print_vkey(folder.verifier_) + "\n")));
  return folder;
}

Result<WitnessFolder> WitnessFolder::open(const fs::path& root) {
  std::error_code error;
  if (!fs::exists(root / vkey_name, error)) {
    return not_found(fmt::format("{} holds no witness", root.string()),
                     "make one with `usufruct witness new DIR --name NAME`");
  }
  const Bytes text = TRY(read_file(root / vkey_name, witness_file_max));
  auto verifier = TRY_IN((root / vkey_name).string(), parse_vkey(trim(as_text(text))));
  if (verifier.type != NoteKeyType::cosignature) {
    return malformed(fmt::format("{} is no witness's key", (root / vkey_name).string()));
  }
  return WitnessFolder(root, std::move(verifier));
}

Result<NoteSigner> WitnessFolder::signer() const {
  Bytes text = TRY(read_file(root_ / key_name, witness_file_max));
  auto signer = parse_skey(trim(as_text(text)));
  wipe(text);
  if (!signer)
    return std::unexpected(std::move(signer).error().within((root_ / key_name).string()));
  if (signer->name != verifier_.name || signer->key.verify_key() != verifier_.key) {
    return malformed(
        fmt::format("{} is not the key of {}", (root_ / key_name).string(), verifier_.name));
  }
  return signer;
}

Result<std::vector<ListedLog>> WitnessFolder::logs() const {
  const Bytes text = TRY(read_file(logs_path(), log_list_bytes_max));
  return TRY_IN(logs_path().string(), parse_log_list(as_text(text)));
}

Result<void> WitnessFolder::write_logs(const std::vector<ListedLog>& logs) const {
  return write_file(logs_path(), as_view(print_log_list(logs)));
}

Result<OpenedWitness> OpenedWitness::open(const WitnessFolder& folder, const Clock& clock,
                                          WitnessOptions options) {
  OpenedWitness opened;
  auto logs = TRY(folder.logs());
  opened.store_ = TRY(RocksdbStore::open(folder.store_path()));
  opened.guard_ = TRY(FileHeadGuard::open(folder.guard_path()));
  opened.witness_ =
      TRY(Witness::open(*opened.store_, TRY(folder.signer()), clock, opened.guard_.get(), options));
  opened.witness_->set_logs(logs);
  return opened;
}

}  // namespace usufruct
