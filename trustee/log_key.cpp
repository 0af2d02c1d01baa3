#include "trustee/log_key.h"

#include <system_error>

#include "crypto/note.h"
#include "crypto/stream.h"

namespace usufruct {
namespace {

constexpr std::size_t log_key_bytes_max = 4096;

Result<SigningKey> read_key(const Workspace& workspace, const std::filesystem::path& path) {
  const Bytes text = TRY(read_file(path, log_key_bytes_max));
  NoteSigner signer = TRY_IN(path.string(), parse_skey(as_text(text)));
  if (signer.name != workspace.origin()) {
    return malformed(path.string() + " is the key of another log",
                     "put back the log.key that came with this workspace");
  }
  return std::move(signer.key);
}

Result<void> write_key(const std::filesystem::path& path, const std::string& origin,
                       const SigningKey& key) {
  const NoteSigner signer{origin, key.copy()};
  return write_file(path, print_skey(signer).view(), {.mode = 0600});
}

}  // namespace

Result<LogKey> read_log_key(const Workspace& workspace) {
  LogKey key{workspace.origin(), TRY(read_key(workspace, workspace.log_key()))};
  auto former = read_key(workspace, workspace.former_log_key());
  if (!former && former.error().code == Code::not_found) return key;
  if (!former) return std::unexpected(std::move(former).error());
  if (former->verify_key() != key.key.verify_key()) key.former = *std::move(former);
  return key;
}

Result<void> write_log_key(const Workspace& workspace, const LogKey& key) {
  if (key.former) CHECK_OK(write_key(workspace.former_log_key(), key.origin, *key.former));
  CHECK_OK(write_key(workspace.log_key(), key.origin, key.key));
  if (key.former) return {};
  std::error_code failed;
  std::filesystem::remove(workspace.former_log_key(), failed);
  if (!failed) return {};
  return unavailable("cannot remove " + workspace.former_log_key().string() + ": " +
                     failed.message());
}

}  // namespace usufruct
