#include "tests/sim/pool.h"

#include <fmt/format.h>

#include <array>

#include "tests/support/records.h"

namespace usufruct::sim {

const NoteVerifier& log_verifier() {
  static const NoteVerifier verifier = test_verifier();
  return verifier;
}

Pool::Pool(std::size_t count) {
  const std::array keys = {key_from(11), key_from(12), key_from(13)};
  for (std::size_t n = 0; n < count; ++n) {
    Record record;
    const SigningKey& key = keys[n % keys.size()];
    record.issuer = print_did_key(key.verify_key());
    if (n > 0) record.add(Role::about, records_[n - 1].id());
    if (n > 0) record.add(Role::of, records_[n / 2].id());
    if (n % 2 == 0) {
      record.body = Party{.name = fmt::format("party {}", n), .contact = std::string(n % 97, 'x')};
    } else {
      record.body = Dataset{.title = fmt::format("dataset {}", n)};
    }
    records_.push_back(*sign(record, key));
  }
  for (std::size_t n = 0; n < count; ++n) by_envelope_.emplace(as_text(records_[n].envelope()), n);
}

const Verified* Pool::find(View envelope) const {
  const auto found = by_envelope_.find(as_text(envelope));
  return found == by_envelope_.end() ? nullptr : &records_[found->second];
}

}  // namespace usufruct::sim
