#include "crypto/share.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

#include "crypto/seal.h"

namespace usufruct {
namespace {

std::vector<Share> some_of(const Deal& deal, const std::vector<std::size_t>& which) {
  std::vector<Share> some;
  for (const auto i : which) {
    some.push_back({.index = deal.shares[i].index, .value = deal.shares[i].value.copy()});
  }
  return some;
}

bool same(const Secret<32>& a, const Secret<32>& b) {
  return equal_constant_time(a.view(), b.view());
}

TEST_CASE("share: any k of n combine, any k-1 do not") {
  CHECK(rc::check([](std::uint64_t seed) {
    SeededChance chance(seed);
    const auto count = *rc::gen::inRange<std::size_t>(1, 8);
    const auto threshold = *rc::gen::inRange<std::size_t>(1, count + 1);
    const auto secret = random_share_secret(chance);
    const auto deal = usufruct::deal(secret, {.threshold = threshold, .count = count}, chance);
    RC_ASSERT(deal.has_value());
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[chance.next() % i]);
    order.resize(threshold);
    const auto enough = some_of(*deal, order);
    RC_ASSERT(same(combine(enough, deal->commitments).value(), secret));
    RC_ASSERT(same(interpolate(enough).value(), secret));
    if (threshold == 1) return;
    order.pop_back();
    const auto few = some_of(*deal, order);
    RC_ASSERT(combine(few, deal->commitments).error().code == Code::denied);
    RC_ASSERT(!same(interpolate(few).value(), secret));
  }));
}

TEST_CASE("share: more than k combine too, and the largest deal works") {
  SeededChance chance(1);
  const auto secret = random_share_secret(chance);
  const auto deal = usufruct::deal(secret, {.threshold = 3, .count = 255}, chance).value();
  CHECK(deal.shares.back().index == 255);
  CHECK(same(combine(some_of(deal, {254, 0, 100, 7, 8}), deal.commitments).value(), secret));
}

TEST_CASE("share: k-1 shares give a key that opens nothing") {
  SeededChance chance(2);
  const auto secret = random_share_secret(chance);
  const auto deal = usufruct::deal(secret, {.threshold = 2, .count = 3}, chance).value();
  MemorySource rows(as_view("rows"));
  MemorySink sealed;
  REQUIRE(seal_content(rows, sealed, content_key(secret), chance));
  MemorySource with_one(sealed.bytes());
  MemorySink out;
  const auto guess = interpolate(some_of(deal, {0})).value();
  CHECK(open_content(with_one, out, content_key(guess)).error().code == Code::unverified);
  CHECK(out.bytes().empty());
  MemorySource with_two(sealed.bytes());
  const auto again = combine(some_of(deal, {0, 2}), deal.commitments).value();
  REQUIRE(open_content(with_two, out, content_key(again)));
  CHECK(out.bytes() == to_bytes("rows"));
}

TEST_CASE("share: a changed share is named, a repeated or foreign one refused") {
  SeededChance chance(3);
  const auto secret = random_share_secret(chance);
  const auto deal = usufruct::deal(secret, {.threshold = 2, .count = 3}, chance).value();
  const auto other = usufruct::deal(secret, {.threshold = 2, .count = 3}, chance).value();
  auto shares = some_of(deal, {0, 1});
  CHECK(verify_share(shares[1], deal.commitments));
  CHECK_FALSE(verify_share(shares[1], other.commitments));
  CHECK_FALSE(verify_share(shares[1], {}));
  CHECK(combine(shares, other.commitments).error().code == Code::unverified);
  shares[1].value.span()[0] ^= 1;
  const auto changed = combine(shares, deal.commitments);
  REQUIRE_FALSE(changed);
  CHECK(changed.error().code == Code::unverified);
  CHECK(changed.error().message == "the share with index 2 is not the one dealt");
  CHECK(combine(some_of(deal, {0, 0}), deal.commitments).error().code == Code::malformed);
  auto zero = some_of(deal, {0, 1});
  zero[0].index = 0;
  CHECK(combine(zero, deal.commitments).error().code == Code::malformed);
  auto renamed = some_of(deal, {0, 1});
  renamed[0].index = 3;
  CHECK(combine(renamed, deal.commitments).error().code == Code::unverified);
  CHECK(combine({}, deal.commitments).error().code == Code::malformed);
  CHECK(combine(some_of(deal, {0}), {}).error().code == Code::malformed);
}

TEST_CASE("share: an impossible split or secret is malformed") {
  SeededChance chance(4);
  const auto secret = random_share_secret(chance);
  for (const Split split : {Split{0, 3}, Split{4, 3}, Split{1, 0}, Split{2, 256}}) {
    CHECK(deal(secret, split, chance).error().code == Code::malformed);
  }
  Secret<32> high;
  std::ranges::fill(high.span(), 0xff);
  CHECK(deal(high, {1, 1}, chance).error().code == Code::malformed);
  CHECK(deal(Secret<32>(), {1, 1}, chance).error().code == Code::malformed);
}

TEST_CASE("share: bytes of shares and commitments come back, others are malformed") {
  SeededChance chance(5);
  const auto deal =
      usufruct::deal(random_share_secret(chance), {.threshold = 2, .count = 2}, chance).value();
  const auto printed = print_share(deal.shares[1]);
  REQUIRE(printed.size() == share_bytes);
  const auto parsed = parse_share(printed.view()).value();
  CHECK(parsed.index == 2);
  CHECK(same(parsed.value, deal.shares[1].value));
  Bytes bytes = to_bytes(printed.view());
  CHECK(parse_share(View(bytes).first(50)).error().code == Code::malformed);
  bytes.push_back(0);
  CHECK(parse_share(bytes).error().code == Code::malformed);
  bytes.pop_back();
  bytes[18] = 0;
  CHECK(parse_share(bytes).error().code == Code::malformed);
  bytes[18] = 1;
  std::fill(bytes.begin() + 19, bytes.end(), std::uint8_t{0xff});
  CHECK(parse_share(bytes).error().code == Code::malformed);

  Bytes points = print_commitments(deal.commitments);
  CHECK(parse_commitments(points).value() == deal.commitments);
  CHECK(parse_commitments({}).error().code == Code::malformed);
  CHECK(parse_commitments(View(points).first(63)).error().code == Code::malformed);
  CHECK(parse_commitments(Bytes(32, 0)).error().code == Code::malformed);     // the identity
  CHECK(parse_commitments(Bytes(32, 0xff)).error().code == Code::malformed);  // no point
  CHECK(parse_commitments(Bytes(32 * 256, 0)).error().code == Code::malformed);
}

TEST_CASE("share: a dealer cannot hide a lower threshold behind an empty coefficient") {
  SeededChance chance(6);
  auto deal =
      usufruct::deal(random_share_secret(chance), {.threshold = 1, .count = 2}, chance).value();
  deal.commitments.push_back(Commitment{});
  CHECK_FALSE(verify_share(deal.shares[0], deal.commitments));
}

}  // namespace
}  // namespace usufruct
