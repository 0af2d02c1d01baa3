#include "crypto/sign.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/random.h"

namespace usufruct {
namespace {

static_assert(VerifyKey::size_bytes == crypto_sign_PUBLICKEYBYTES);
static_assert(Signature::size_bytes == crypto_sign_BYTES);
static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_SEEDBYTES == 32);

constexpr std::array domains = {Domain::record, Domain::batch,       Domain::package,
                                Domain::note,   Domain::cosignature, Domain::http_message};

/// Calls `use` with tag ‖ message, copying only when there is a tag.
template <class Use>
auto with_tag(Domain domain, View message, Use use) {
  const std::string_view text = tag(domain);
  if (text.empty()) return use(message);
  Bytes whole;
  whole.reserve(text.size() + message.size());
  append(whole, text);
  append(whole, message);
  return use(View(whole));
}

template <class T>
Result<T> fixed_from(View bytes, std::string_view noun) {
  if (bytes.size() != T::size_bytes) {
    return malformed(fmt::format("{} of {} bytes, not {}", noun, bytes.size(), T::size_bytes));
  }
  T value;
  std::ranges::copy(bytes, value.bytes.begin());
  return value;
}

}  // namespace

std::string_view tag(Domain domain) {
  switch (domain) {
    case Domain::record:
      return "usufruct/record/v1\n";
    case Domain::batch:
      return "usufruct/batch/v1\n";
    case Domain::package:
      return "usufruct/package/v1\n";
    case Domain::note:
      return "";
    case Domain::cosignature:
      return "cosignature/v1\n";
    case Domain::http_message:
      return "";
  }
  std::unreachable();
}

bool starts_with_tag(View message) {
  return std::ranges::any_of(domains, [&](Domain domain) {
    return !tag(domain).empty() && as_text(message).starts_with(tag(domain));
  });
}

Result<VerifyKey> verify_key_from(View bytes) { return fixed_from<VerifyKey>(bytes, "a key"); }
Result<Signature> signature_from(View bytes) { return fixed_from<Signature>(bytes, "a signature"); }

SigningKey::SigningKey(Secret<64> key, const VerifyKey& verify_key)
    : key_(std::move(key)), verify_key_(verify_key) {}

SigningKey SigningKey::from_seed(const Secret<32>& seed) {
  init_crypto();
  Secret<64> key;
  VerifyKey verify_key;
  crypto_sign_seed_keypair(verify_key.bytes.data(), key.span().data(), seed.view().data());
  return {std::move(key), verify_key};
}

SigningKey SigningKey::generate(Chance& chance) { return from_seed(Secret<32>::random(chance)); }

Signature SigningKey::sign(Domain domain, View message) const {
  CHECK_THAT(!tag(domain).empty() || !starts_with_tag(message));
  Signature signature;
  with_tag(domain, message, [&](View whole) {
    return crypto_sign_detached(signature.bytes.data(), nullptr, whole.data(), whole.size(),
                                key_.view().data());
  });
  return signature;
}

Secret<32> SigningKey::seed() const { return Secret<32>::copy_of(key_.view().first(32)); }

SigningKey SigningKey::copy() const { return {key_.copy(), verify_key_}; }

bool verify(const VerifyKey& key, Domain domain, View message, const Signature& signature) {
  init_crypto();
  if (tag(domain).empty() && starts_with_tag(message)) return false;
  return with_tag(domain, message, [&](View whole) {
    return crypto_sign_verify_detached(signature.bytes.data(), whole.data(), whole.size(),
                                       key.bytes.data()) == 0;
  });
}

}  // namespace usufruct
