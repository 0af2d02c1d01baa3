#include "ledger/fork.h"

#include <fmt/format.h>

#include "crypto/hash.h"
#include "crypto/stream.h"
#include "ledger/witness_request.h"

namespace usufruct {

Result<std::filesystem::path> keep_evidence(const std::filesystem::path& folder, const Fork& fork) {
  const std::string both = fork.older.note + fork.newer.note;
  const std::string digest = to_hex(sha256(as_view(both))).substr(0, 8);
  const auto place = folder / "evidence" /
                     fmt::format("{}-{}-{}", fork.older.checkpoint.size.value,
                                 fork.newer.checkpoint.size.value, digest);
  std::error_code error;
  std::filesystem::create_directories(place, error);
  if (error) {
    return unavailable(fmt::format("cannot make folder '{}': {}", place.native(), error.message()));
  }
  CHECK_OK(write_file(place / "older", as_view(fork.older.note)));
  CHECK_OK(write_file(place / "newer", as_view(fork.newer.note)));
  // Any witness that cosigned the older one refuses this.
  const std::string request =
      print_add_checkpoint({fork.older.checkpoint.size, fork.proof, fork.newer.note});
  CHECK_OK(write_file(place / "add-checkpoint", as_view(request)));
  return place;
}

}  // namespace usufruct
