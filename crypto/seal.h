#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "crypto/stream.h"

namespace usufruct {

/// Content of any size, hidden and authenticated under one key (specs/sharing.md §5):
///
///     usufruct/sealed/v1\n | header (24) | chunk | chunk | … | final chunk
///
/// A chunk is 64 KiB of content and 17 bytes more, by libsodium's secretstream
/// (XChaCha20-Poly1305). The last chunk is marked; it may be short, and empty only when there is no
/// content. One key may seal many contents: the header is random.
inline constexpr std::size_t seal_chunk_bytes = 65'536;

/// Seals everything the source has and says how many bytes. Constant memory.
Result<std::uint64_t> seal_content(ByteSource& plain, ByteSink& sealed, const Secret<32>& key,
                                   Chance& chance);

/// Opens it and says how many bytes. As with age_decrypt(), what the sink holds is complete, and
/// may be used, only when this succeeds. `malformed`: not such a content. `unverified`: wrong key,
/// or a chunk was changed, cut off, moved, repeated or added.
Result<std::uint64_t> open_content(ByteSource& sealed, ByteSink& plain, const Secret<32>& key);

}  // namespace usufruct
