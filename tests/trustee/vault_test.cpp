#include "trustee/vault.h"

#include <doctest/doctest.h>

#include <fstream>

#include "crypto/base/chance.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

struct Deposit {
  Scratch scratch;
  SeededChance chance{11};
  Vault vault{scratch.path() / "vault"};
  std::vector<AgeIdentity> trustees;
  AgeIdentity custodian = AgeIdentity::generate(chance);
  Secret<32> pepper = Secret<32>::random(chance);
  Digest root;
  RecordId request{sha256(as_view("request"))};
  std::string table = "name,age\nAda,36\nBen,41\n";
  Custody custody;

  Deposit() {
    std::vector<AgeRecipient> recipients;
    for (int i = 0; i < 3; ++i) {
      trustees.push_back(AgeIdentity::generate(chance));
      recipients.push_back(trustees.back().recipient());
    }
    std::ofstream(scratch.path() / "table.csv") << table;
    custody = *vault.deposit(scratch.path() / "table.csv", recipients, 2, pepper, chance);
    root = *custody.sealed_sha256;
  }

  std::vector<Commitment> commitments() const { return *commitments_of(custody); }
  Share share(std::size_t seat) const {
    return *vault.share(root, seat, trustees[seat], commitments());
  }
  std::vector<Share> shares(std::initializer_list<std::size_t> seats) const {
    std::vector<Share> out;
    for (const auto seat : seats) out.push_back(share(seat));
    return out;
  }
  std::filesystem::path folder() const { return scratch.path() / "vault" / to_hex(root); }
};

void flip_byte(const std::filesystem::path& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(at);
  file.put(byte);
}

TEST_CASE("vault: any two of three trustees open the table and the pepper") {
  const Deposit deposit;
  for (const auto& seats : {std::initializer_list<std::size_t>{0, 1}, {0, 2}, {2, 1}, {0, 1, 2}}) {
    MemorySink table;
    REQUIRE(deposit.vault.open(deposit.custody, deposit.shares(seats), table));
    CHECK(as_text(table.bytes()) == deposit.table);
    const auto pepper = deposit.vault.open_pepper(deposit.custody, deposit.shares(seats));
    REQUIRE(pepper);
    CHECK(std::ranges::equal(pepper->view(), deposit.pepper.view()));
  }
}

TEST_CASE("vault: one share opens nothing, by rule and by force") {
  const Deposit deposit;
  MemorySink table;
  const auto by_rule = deposit.vault.open(deposit.custody, deposit.shares({1}), table);
  REQUIRE_FALSE(by_rule);
  CHECK(by_rule.error().code == Code::denied);
  CHECK(table.bytes().empty());
  const auto by_force = deposit.vault.force(deposit.root, deposit.shares({1}));
  REQUIRE_FALSE(by_force);
  CHECK(by_force.error().code == Code::unverified);
  CHECK(deposit.vault.force(deposit.root, deposit.shares({1, 2})));
}

TEST_CASE("vault: nothing readable lies in it") {
  const Deposit deposit;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(deposit.scratch.path())) {
    if (!entry.is_regular_file() || entry.path().filename() == "table.csv") continue;
    const auto bytes = *read_file(entry.path(), 1 << 20);
    CAPTURE(entry.path().string());
    CHECK(as_text(bytes).find("Ada") == std::string_view::npos);
    CHECK((entry.status().permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
  }
}

TEST_CASE("vault: a trustee opens only its own share") {
  const Deposit deposit;
  const auto other =
      deposit.vault.share(deposit.root, 0, deposit.trustees[1], deposit.commitments());
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::denied);
}

TEST_CASE("vault: a share that the dealer made up is found by its trustee") {
  const Deposit deposit;
  auto commitments = deposit.commitments();
  std::swap(commitments[0], commitments[1]);
  const auto share = deposit.vault.share(deposit.root, 1, deposit.trustees[1], commitments);
  REQUIRE_FALSE(share);
  CHECK(share.error().code == Code::unverified);
}

TEST_CASE("vault: shares given for a request reach the custodian, for that request only") {
  Deposit deposit;
  for (const std::size_t seat : {0U, 2U}) {
    REQUIRE(deposit.vault.give(deposit.root, deposit.request, deposit.share(seat),
                               deposit.custodian.recipient(), deposit.chance));
  }
  const auto given = deposit.vault.given(deposit.root, deposit.request, deposit.custodian);
  REQUIRE(given);
  CHECK(given->size() == 2);
  CHECK_FALSE(deposit.vault.given(deposit.root, deposit.request, deposit.trustees[0]));
  const RecordId other{sha256(as_view("other request"))};
  std::filesystem::rename(deposit.folder() / "given" / print_id(deposit.request),
                          deposit.folder() / "given" / print_id(other));
  const auto moved = deposit.vault.given(deposit.root, other, deposit.custodian);
  REQUIRE_FALSE(moved);
  CHECK(moved.error().code == Code::unverified);
  CHECK(deposit.vault.given(deposit.root, deposit.request, deposit.custodian)->empty());
}

TEST_CASE("vault: a given share that is truncated, grown, flipped, empty or made up is refused") {
  Deposit deposit;
  for (const std::size_t seat : {0U, 2U}) {
    REQUIRE(deposit.vault.give(deposit.root, deposit.request, deposit.share(seat),
                               deposit.custodian.recipient(), deposit.chance));
  }
  const auto folder = deposit.folder() / "given" / print_id(deposit.request);
  const auto path = folder / "1.age";
  const Bytes good = *read_file(path, 1 << 16);
  const auto code = [&] {
    const auto given = deposit.vault.given(deposit.root, deposit.request, deposit.custodian);
    return given ? std::optional<Code>() : given.error().code;
  };
  const auto code_of = [&](View bytes) {
    REQUIRE(write_file(path, bytes, {.mode = 0600}));
    return code();
  };
  CHECK(code_of({}).has_value());
  for (std::size_t size = 1; size < good.size(); size += 17) {
    CHECK(code_of(View(good).first(size)).has_value());
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(code_of(longer).has_value());
  CHECK(code_of(Bytes(70'000, 'a')).has_value());
  for (std::size_t at = 0; at < good.size(); at += 5) {
    Bytes flipped = good;
    flipped[at] ^= 1;
    CHECK(code_of(flipped).has_value());
  }
  const auto sealed = [&](std::string_view plain) {
    const AgeRecipient to[] = {deposit.custodian.recipient()};
    return *age_encrypt(as_view(plain), to, deposit.chance);
  };
  CHECK(code_of(sealed("")) == Code::unverified);
  CHECK(code_of(sealed("usufruct/given-share/v1\n")) == Code::unverified);
  CHECK(code_of(sealed(std::string(200, 'x'))).has_value());
  CHECK_FALSE(code_of(good).has_value());
  CHECK(std::filesystem::status(folder / "2.age").type() == std::filesystem::file_type::not_found);
  CHECK(std::filesystem::status(folder / "3.age").permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("vault: one share given twice opens nothing") {
  Deposit deposit;
  REQUIRE(deposit.vault.give(deposit.root, deposit.request, deposit.share(1),
                             deposit.custodian.recipient(), deposit.chance));
  const auto folder = deposit.folder() / "given" / print_id(deposit.request);
  std::filesystem::copy_file(folder / "2.age", folder / "1.age");
  const auto given = deposit.vault.given(deposit.root, deposit.request, deposit.custodian);
  MemorySink table;
  const bool opened = given && deposit.vault.open(deposit.custody, *given, table).has_value();
  CHECK_FALSE(opened);
  CHECK(table.bytes().empty());
}

TEST_CASE("vault: a deposit that fails half-way can be made again") {
  Deposit deposit;
  std::vector<AgeRecipient> recipients;
  for (const auto& trustee : deposit.trustees) recipients.push_back(trustee.recipient());
  const auto table = deposit.scratch.path() / "table.csv";
  CHECK_FALSE(deposit.vault.deposit(deposit.scratch.path() / "missing.csv", recipients, 2,
                                    deposit.pepper, deposit.chance));
  CHECK_FALSE(deposit.vault.deposit(table, recipients, 4, deposit.pepper, deposit.chance));
  CHECK_FALSE(deposit.vault.deposit(table, recipients, 0, deposit.pepper, deposit.chance));
  const auto custody = deposit.vault.deposit(table, recipients, 2, deposit.pepper, deposit.chance);
  REQUIRE(custody);
  REQUIRE(custody->sealed_sha256 != deposit.root);
  const auto commitments = *commitments_of(*custody);
  std::vector<Share> shares;
  for (const std::size_t seat : {0U, 1U}) {
    shares.push_back(
        *deposit.vault.share(*custody->sealed_sha256, seat, deposit.trustees[seat], commitments));
  }
  MemorySink opened;
  REQUIRE(deposit.vault.open(*custody, shares, opened));
  CHECK(as_text(opened.bytes()) == deposit.table);
  // The same table again is a deposit of its own: the first still opens with its own shares.
  MemorySink first;
  REQUIRE(deposit.vault.open(deposit.custody, deposit.shares({0, 1}), first));
  CHECK(as_text(first.bytes()) == deposit.table);
}

TEST_CASE("vault: a changed byte, wherever, is found") {
  for (const auto* name : {"data.sealed", "pepper.sealed", "share-1.age"}) {
    CAPTURE(name);
    Deposit deposit;
    const auto shares = deposit.shares({1, 2});
    const auto path = deposit.folder() / name;
    flip_byte(path, static_cast<std::streamoff>(std::filesystem::file_size(path)) - 3);
    MemorySink table;
    const bool ok = deposit.vault.open(deposit.custody, shares, table).has_value() &&
                    deposit.vault.open_pepper(deposit.custody, shares).has_value() &&
                    deposit.vault.share(deposit.root, 0, deposit.trustees[0], deposit.commitments())
                        .has_value();
    CHECK_FALSE(ok);
  }
}

TEST_CASE("vault: a dataset's pepper is made once and is its owner's") {
  Deposit deposit;
  const RecordId dataset{sha256(as_view("dataset"))};
  const auto made =
      deposit.vault.create_pepper(dataset, deposit.trustees[0].recipient(), deposit.chance);
  REQUIRE(made);
  const auto again = deposit.vault.pepper(dataset, deposit.trustees[0]);
  REQUIRE(again);
  CHECK(std::ranges::equal(again->view(), made->view()));
  CHECK_FALSE(deposit.vault.pepper(dataset, deposit.trustees[1]));
  const auto twice =
      deposit.vault.create_pepper(dataset, deposit.trustees[0].recipient(), deposit.chance);
  CHECK(twice.error().code == Code::conflict);
}

}  // namespace
}  // namespace usufruct
