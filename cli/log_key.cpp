#include "cli/log_key.h"

#include <fmt/format.h>

#include <filesystem>

#include "crypto/base/text.h"

namespace usufruct::cli {
namespace {

constexpr std::size_t key_file_max = 4096;

}  // namespace

void add_log_key(CLI::App& verb, std::string& key) {
  verb.add_option("--key", key, "the log's vkey, or a file with it; else the workspace's")
      ->type_name("VKEY");
}

Result<NoteVerifier> log_key(Context& context, const std::string& key) {
  if (key.empty()) return parse_vkey(TRY(context.workspace())->log_vkey());
  std::error_code error;
  if (!std::filesystem::is_regular_file(key, error)) {
    if (key.find('+') == std::string::npos) {
      return malformed(fmt::format("--key: '{}' is no file and no vkey", printable(key, 80)),
                       "`usufruct log key` writes it: name+id+key");
    }
    return TRY_IN("--key", parse_vkey(key));
  }
  const Bytes text = TRY(read_file(key, key_file_max));
  return TRY_IN(key, parse_vkey(trim(as_text(text))));
}

}  // namespace usufruct::cli
