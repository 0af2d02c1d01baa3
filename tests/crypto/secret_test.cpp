#include "crypto/secret.h"

#include <doctest/doctest.h>

#include <concepts>
#include <ostream>
#include <type_traits>

#include "crypto/random.h"

namespace usufruct {
namespace {

static_assert(!std::copy_constructible<Secret<32>> && std::movable<Secret<32>>);
static_assert(!std::copy_constructible<SecretBytes> && std::movable<SecretBytes>);
static_assert(!std::equality_comparable<Secret<32>> && !std::equality_comparable<SecretBytes>);
template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret<32>> && !Printable<SecretBytes>);

TEST_CASE("secret: starts at zero, holds a copy, moves without one") {
  Secret<4> secret;
  CHECK(to_bytes(secret.view()) == Bytes(4, 0));
  secret.span()[2] = 7;
  const auto* where = secret.view().data();
  const Secret<4> moved = std::move(secret);
  CHECK(moved.view().data() == where);
  CHECK(to_bytes(moved.copy().view()) == Bytes{0, 0, 7, 0});
  CHECK(SecretBytes().empty());
  CHECK(SecretBytes::copy_of({}).empty());
}

TEST_CASE("secret: equal in constant time is equal") {
  CHECK(equal_constant_time({}, {}));
  CHECK(equal_constant_time(as_view("abc"), as_view("abc")));
  CHECK_FALSE(equal_constant_time(as_view("abc"), as_view("abd")));
  CHECK_FALSE(equal_constant_time(as_view("abc"), as_view("ab")));
}

TEST_CASE("secret: wiped bytes are zero") {
  Bytes bytes = {1, 2, 3};
  wipe(bytes);
  CHECK(bytes == Bytes(3, 0));
  wipe({});
}

TEST_CASE("random: two keys differ") {
  SystemChance chance;
  CHECK_FALSE(
      equal_constant_time(Secret<32>::random(chance).view(), Secret<32>::random(chance).view()));
}

}  // namespace
}  // namespace usufruct
