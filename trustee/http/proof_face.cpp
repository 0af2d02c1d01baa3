#include "trustee/http/proof_face.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/base/json.h"
#include "crypto/base/text.h"
#include "trustee/http/content.h"
#include "trustee/http/published_log.h"

namespace usufruct::http {
namespace {

Result<std::optional<std::uint64_t>> number(const Request& request, std::string_view name) {
  const auto text = TRY(query_value(request.query, name));
  if (!text) return std::nullopt;
  return TRY_IN(name, parse_decimal(*text));
}

Result<std::uint64_t> needed(const Request& request, std::string_view name) {
  const auto value = TRY(number(request, name));
  if (value) return *value;
  return malformed(fmt::format("'{}' is missing from the query", name),
                   fmt::format("add {}=NUMBER", name));
}

/// A size the published log has been at.
Result<TreeSize> size_of(const PublishedLog& log, std::optional<std::uint64_t> asked) {
  const TreeSize size = log.checkpoint().size;
  if (!asked) return size;
  if (*asked <= size.value) return TreeSize{*asked};
  return not_found(fmt::format("the log has {} entries, not {}", size.value, *asked));
}

Json print_proof(const Proof& proof) {
  Json hashes = Json::array();
  for (const auto& hash : proof) hashes.push(to_base64(hash.view()));
  return hashes;
}

Response json_response(Json json) {
  Response response;
  response.headers.add("content-type", "application/json");
  response.headers.add("cache-control", "no-cache");
  response.body = Body(json.print() + '\n');
  return response;
}

}  // namespace

void ProofFace::add(Router& router, std::string pattern, Make make) {
  router.add("GET", std::move(pattern),
             [this, make](Request request, const PathValues& values, Reply reply) {
               std::string value(values.empty() ? std::string_view{} : values.front());
               workers_.answer(std::move(request), std::move(reply),
                               [this, make, given = std::move(value)](const Request& asked) {
                                 auto made = (this->*make)(asked, given);
                                 Response response = made ? *std::move(made)
                                                          : error_response(made.error(), asked.id);
                                 allow_everyone(response);
                                 return response;
                               });
             });
}

void ProofFace::add_to(Router& router) {
  add(router, "/v1/proof/inclusion", &ProofFace::inclusion);
  add(router, "/v1/proof/consistency", &ProofFace::consistency);
  add(router, "/v1/records/{id}", &ProofFace::record);
  add(router, "/v1/records/{id}/receipt", &ProofFace::receipt);
}

Result<Response> ProofFace::inclusion(const Request& request, const std::string&) const {
  const auto log = TRY(PublishedLog::open(published_()));
  const LeafIndex index{TRY(needed(request, "index"))};
  const TreeSize size = TRY(size_of(log, TRY(number(request, "size"))));
  const auto proof = TRY(prove_inclusion(log, index, size));
  const auto leaf = TRY(log.subtree(0, index.value));
  return json_response(Json::object()
                           .set("index", index.value)
                           .set("size", size.value)
                           .set("leaf_hash", to_base64(leaf.view()))
                           .set("proof", print_proof(proof))
                           .set("checkpoint", log.note()));
}

Result<Response> ProofFace::consistency(const Request& request, const std::string&) const {
  const auto log = TRY(PublishedLog::open(published_()));
  const TreeSize from{TRY(needed(request, "from"))};
  const TreeSize to = TRY(size_of(log, TRY(number(request, "to"))));
  const auto proof = TRY(prove_consistency(log, {from, to}));
  return json_response(Json::object()
                           .set("from", from.value)
                           .set("to", to.value)
                           .set("proof", print_proof(proof))
                           .set("checkpoint", log.note()));
}

Result<Response> ProofFace::record(const Request&, const std::string& id) const {
  const LeafIndex index = TRY(locate_(TRY(parse_id(id))));
  const auto log = TRY(PublishedLog::open(published_()));
  Response response;
  response.headers.add("content-type", "application/octet-stream");
  response.headers.add("cache-control", "public, max-age=31536000, immutable");
  response.body = Body(TRY(log.entry(index)).envelope);
  return response;
}

Result<Response> ProofFace::receipt(const Request&, const std::string& id) const {
  const LeafIndex index = TRY(locate_(TRY(parse_id(id))));
  const auto log = TRY(PublishedLog::open(published_()));
  Response response = text_response(200, print_receipt(TRY(log.receipt(index))));
  response.headers.add("cache-control", "no-cache");
  return response;
}

}  // namespace usufruct::http
