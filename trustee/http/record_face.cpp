#include "trustee/http/record_face.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "crypto/base/text.h"
#include "ledger/record/envelope_json.h"
#include "ledger/signed.h"
#include "trustee/http/content.h"
#include "trustee/http/record_batch.h"

namespace usufruct::http {
namespace {

/// JSON writes bytes as base64 and names every field; nothing canonical needs more.
constexpr std::size_t json_bytes_max = 8 * envelope_bytes_max;

Response refused(const Error& error, const std::string& id) {
  Response response = error_response(error, id);
  allow_everyone(response);
  return response;
}

Response refused(int status, const Error& error, const std::string& id) {
  Response response = error_response(status, error, id);
  allow_everyone(response);
  return response;
}

Response answer_to(const Result<Receipt>& receipt, const std::string& id) {
  if (!receipt) return refused(receipt.error(), id);
  Response response = text_response(200, print_receipt(*receipt));
  response.headers.add("cache-control", "no-store");
  allow_everyone(response);
  return response;
}

Response answers_to(const std::vector<Result<Receipt>>& receipts, const std::string& id) {
  Bytes answers;
  for (const auto& receipt : receipts) {
    if (receipt) {
      append_answer(answers, {200, print_receipt(*receipt)});
      continue;
    }
    const Response error = error_response(receipt.error(), id);
    append_answer(answers, {error.status, std::string(as_text(error.body.view()))});
  }
  Response response;
  response.headers.add("content-type", answers_type);
  response.headers.add("cache-control", "no-store");
  allow_everyone(response);
  response.body = Body(std::move(answers));
  return response;
}

/// The media type without its parameters.
std::string_view type_of(const Request& request) {
  const auto type = request.headers.find("content-type").value_or("application/octet-stream");
  return trim(type.substr(0, type.find(';')));
}

Error too_large(std::size_t size, std::size_t size_max) {
  return Error{
      Code::malformed, fmt::format("the envelope has {} bytes", size),
      fmt::format("at most {} bytes go into the log: refer to what is larger by its digest",
                  size_max)};
}

}  // namespace

void RecordFace::add_to(Router& router) {
  router.add("POST", "/v1/records", [this](Request request, const PathValues&, Reply reply) {
    post(std::move(request), std::move(reply));
  });
}

void RecordFace::post(Request request, Reply reply) {
  const auto type = type_of(request);
  if (equal_without_case(type, envelopes_type)) return post_many(request, std::move(reply));
  const bool is_json = equal_without_case(type, "application/json");
  if (!is_json && !equal_without_case(type, "application/octet-stream")) {
    const Error error{
        Code::malformed, fmt::format("'{}' is no type a record can have", printable(type, 80)),
        "send application/octet-stream, application/json or " + std::string(envelopes_type)};
    return reply.send(refused(415, error, request.id));
  }
  const std::size_t size_max = is_json ? json_bytes_max : envelope_bytes_max;
  if (request.body.size() > size_max) {
    return reply.send(refused(413, too_large(request.body.size(), size_max), request.id));
  }
  if (is_json) return post_json(std::move(request), std::move(reply));
  post_one(std::move(request.body), request.id, std::move(reply));
}

void RecordFace::post_json(Request request, Reply reply) {
  auto kept = std::make_shared<Reply>(std::move(reply));
  std::move_only_function<void()> work = [this, asked = std::move(request), kept]() {
    auto envelope = envelope_from_json(as_text(asked.body));
    if (!envelope) return kept->send(refused(envelope.error(), asked.id));
    post_one(*std::move(envelope), asked.id, std::move(*kept));
  };
  if (workers_.post(work)) return;
  kept->send(refused(unavailable("too many requests wait already").error(), ""));
}

void RecordFace::post_one(Bytes envelope, const std::string& id, Reply reply) {
  // Shared: a std::function is copied, a reply is not.
  const auto kept = std::make_shared<Reply>(std::move(reply));
  std::vector<Bytes> one;
  one.push_back(std::move(envelope));
  const auto taken = submit_(std::move(one), [kept, id](std::vector<Result<Receipt>> receipts) {
    kept->send(answer_to(receipts.front(), id));
  });
  if (!taken) kept->send(refused(taken.error(), id));
}

void RecordFace::post_many(const Request& request, Reply reply) {
  auto envelopes = decode_envelopes(request.body);
  if (!envelopes) return reply.send(refused(envelopes.error(), request.id));
  const auto kept = std::make_shared<Reply>(std::move(reply));
  const std::string id = request.id;
  // Printing many receipts takes milliseconds, which the log's threads have not.
  auto done = [&workers = workers_, kept, id](std::vector<Result<Receipt>> receipts) {
    const auto all = std::make_shared<std::vector<Result<Receipt>>>(std::move(receipts));
    std::move_only_function<void()> work = [kept, id, all] { kept->send(answers_to(*all, id)); };
    if (!workers.post(work)) work();
  };
  const auto taken = submit_(*std::move(envelopes), std::move(done));
  if (!taken) kept->send(refused(taken.error(), id));
}

}  // namespace usufruct::http
