#include "trustee/terms/author_limits.h"

#include <fmt/format.h>

#include <vector>

#include "crypto/base/text.h"
#include "ledger/record/codec.h"

namespace usufruct::terms {
namespace {

constexpr std::string_view hint =
    "say it in fewer words or rules, or in a document beside the ledger";

std::string name_of(const document::Node& node) {
  return node.key.empty() ? "this" : fmt::format("'{}'", printable(node.key, 60));
}

Result<void> check_node(const document::File& file, const document::Node& node) {
  if (node.text.size() > record_text_bytes_max) {
    return file.fault(node.place,
                      fmt::format("{} has {} bytes, more than {}", name_of(node), node.text.size(),
                                  record_text_bytes_max),
                      std::string(hint));
  }
  if (node.items.size() > record_list_count_max) {
    return file.fault(node.place,
                      fmt::format("{} has {} items, more than {}", name_of(node), node.items.size(),
                                  record_list_count_max),
                      std::string(hint));
  }
  return {};
}

/// A record as large as one with this body is: who signs it, and what it refers to.
Record filled(Body body) {
  constexpr std::size_t did_bytes = 56;
  Record record;
  record.issuer = std::string(did_bytes, 'z');
  record.issued_at = record.valid_from = record.valid_to = Time{1};
  for (const auto role : {Role::governs, Role::under, Role::supersedes}) record.add(role, {});
  record.body = std::move(body);
  return record;
}

}  // namespace

Result<void> check_sizes(const document::File& file) {
  std::vector<const document::Node*> open{&file.root};
  while (!open.empty()) {
    const document::Node& node = *open.back();
    open.pop_back();
    CHECK_OK(check_node(file, node));
    // Backwards, so that the first in the text is the first looked at.
    for (auto item = node.items.rbegin(); item != node.items.rend(); ++item) open.push_back(&*item);
  }
  return {};
}

Result<void> check_fits(const document::File& file, Body body) {
  const auto bytes = encode(filled(std::move(body)));
  if (bytes) return {};
  return malformed(fmt::format("{}: too large for one {}", file.name, bytes.error().message),
                   std::string(hint));
}

}  // namespace usufruct::terms
