#include "crypto/spill.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/random.h"

namespace usufruct {
namespace {

constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;

/// The offset: no two writes share one, and the key lives no longer than the file.
Nonce nonce_of(std::uint64_t offset) {
  Nonce nonce{};
  for (std::size_t i = 0; i < sizeof offset; ++i)
    nonce[i] = static_cast<std::uint8_t>(offset >> (8 * i));
  return nonce;
}

Descriptor open_unnamed(const std::filesystem::path& folder) {
  Descriptor unnamed(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (unnamed.get() >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return unnamed;
  // File systems without such files: it has a name until the next line.
  std::string name = (folder / "spill-XXXXXX").string();
  Descriptor named(::mkostemp(name.data(), O_CLOEXEC));
  if (named.get() >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

SpillFile::SpillFile(Descriptor descriptor, Secret<32> key)
    : descriptor_(std::move(descriptor)), key_(std::move(key)) {}
SpillFile::SpillFile(SpillFile&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      key_(std::move(other.key_)),
      end_(other.end_.load()) {}

Result<SpillFile> SpillFile::create(const std::filesystem::path& folder) {
  Descriptor descriptor = open_unnamed(folder);
  if (descriptor.get() < 0)
    return unavailable(
        fmt::format("no file can be made in '{}': {}", folder.string(), std::strerror(errno)),
        "name a folder that can be written to, with room for what does not fit in "
        "memory");
  SystemChance chance;
  return SpillFile(std::move(descriptor), Secret<32>::random(chance));
}

Result<SpillFile::Place> SpillFile::write(View plain) {
  Bytes sealed(plain.size() + tag_bytes);
  const Place place{end_.fetch_add(sealed.size()), plain.size()};
  const Nonce nonce = nonce_of(place.offset);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                             nullptr, 0, nullptr, nonce.data(), key_.view().data());
  for (std::size_t at = 0; at < sealed.size();) {
    const ssize_t count = ::pwrite(descriptor_.get(), sealed.data() + at, sealed.size() - at,
                                   static_cast<off_t>(place.offset + at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return unavailable(fmt::format("cannot put rows aside: {}", std::strerror(errno)),
                         "make room on the disk of the temporary folder, or allow more memory");
    at += static_cast<std::size_t>(count);
  }
  return place;
}

Result<Bytes> SpillFile::read(const Place& place) const {
  Bytes sealed(place.size + tag_bytes);
  for (std::size_t at = 0; at < sealed.size();) {
    const ssize_t count = ::pread(descriptor_.get(), sealed.data() + at, sealed.size() - at,
                                  static_cast<off_t>(place.offset + at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return unavailable(fmt::format("cannot read rows that were put aside: {}",
                                     count == 0 ? "they are gone" : std::strerror(errno)),
                         "look after the disk of the temporary folder");
    at += static_cast<std::size_t>(count);
  }
  Bytes plain(place.size);
  const Nonce nonce = nonce_of(place.offset);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                 sealed.size(), nullptr, 0, nonce.data(),
                                                 key_.view().data()) != 0)
    return unavailable("rows that were put aside have changed on the disk",
                       "look after the disk of the temporary folder");
  return plain;
}

}  // namespace usufruct
