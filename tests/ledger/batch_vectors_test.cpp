// Batch signatures as a program that shares nothing with ours makes them: tests/vectors/README.md.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "ledger/batch.h"
#include "ledger/batch_signatures.h"
#include "tests/support/json.h"

namespace usufruct {
namespace {

RecordId id_at(std::uint64_t i) { return RecordId{sha256(as_view(fmt::format("record {}", i)))}; }

template <std::size_t size>
std::array<std::uint8_t, size> fixed(const JsonValue& hex) {
  const auto bytes = parse_hex(hex.text);
  REQUIRE(bytes);
  REQUIRE(bytes->size() == size);
  std::array<std::uint8_t, size> out;
  std::ranges::copy(*bytes, out.begin());
  return out;
}

TEST_CASE("batch vectors: root, statement, paths and signature") {
  const auto vectors = JsonReader::read_file(USUFRUCT_SOURCE_DIR "/tests/vectors/batch.json");
  const VerifyKey signer{fixed<32>(vectors["signer"])};
  const auto& batches = vectors["batches"].items;
  REQUIRE(batches.size() == 13);
  for (const auto& vector : batches) {
    const std::uint64_t size = vector["size"].number();
    CAPTURE(size);
    std::vector<RecordId> ids;
    for (std::uint64_t i = 0; i < size; ++i) ids.push_back(id_at(i));
    const BatchTree tree(ids);
    CHECK(to_hex(tree.root().root) == vector["root"].text);
    CHECK("75737566727563742f62617463682f76310a" + to_hex(tree.root().statement()) ==
          vector["statement"].text);
    const Signature signature{fixed<64>(vector["signature"])};
    BatchSignatures known;
    BatchClimb climb;
    REQUIRE_FALSE(vector["paths"].items.empty());
    for (const auto& place : vector["paths"].items) {
      const auto index = static_cast<std::uint32_t>(place["index"].number());
      CAPTURE(index);
      const auto path = parse_hex(place["path"].text);
      REQUIRE(path);
      CHECK(tree.place(index).path == *path);
      const BatchPlace given{static_cast<std::uint32_t>(size), index, *path};
      CHECK(climb.root(given, ids[index]) == tree.root());
      CHECK(known.verify(signer, climb.root(given, ids[index]), signature));
      // The same place of another record leads elsewhere.
      CHECK(climb.root(given, id_at(size)) != tree.root());
      CHECK_FALSE(known.verify(signer, climb.root(given, id_at(size)), signature));
    }
  }
}

}  // namespace
}  // namespace usufruct
