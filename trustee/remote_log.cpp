#include "trustee/remote_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/document/document.h"
#include "trustee/document/fields.h"
#include "trustee/http/record_batch.h"

namespace usufruct {
namespace {

/// Of one request: well below what a node takes (specs/log.md §3.1).
constexpr std::size_t request_envelopes_max = 4096;
constexpr std::size_t request_bytes_max = std::size_t{8} << 20;

/// How many of the first go into one request: at least one.
std::size_t count_that_fits(std::span<const Bytes> envelopes) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const auto& envelope : envelopes.first(std::min(envelopes.size(), request_envelopes_max))) {
    bytes += 2 + envelope.size();
    if (count > 0 && bytes > request_bytes_max) break;
    ++count;
  }
  return count;
}

std::optional<Code> code_named(std::string_view name) {
#define USUFRUCT_ERROR(code, exit_status, http_status, meaning, next) \
  if (name == #code) return Code::code;
#include "specs/errors.def"
#undef USUFRUCT_ERROR
  return std::nullopt;
}

/// What a node's `{"error":{…}}` says; JSON is a part of YAML.
Result<Error> parse_error(std::string_view text) {
  const auto file = TRY(document::parse(text, "the node's answer"));
  auto all = TRY(document::Fields::of(file, file.root));
  auto fields = TRY(all.mapping("error"));
  const auto code = fields ? code_named(TRY(fields->text("code"))) : std::nullopt;
  if (!code) return malformed("the node's answer is no error that there is");
  return Error{*code, printable(TRY(fields->text("message")), 500),
               printable(TRY(fields->text_or("hint", "")), 200),
               printable(TRY(fields->text_or("rule", "")), 80)};
}

Error error_of(int status, std::string_view text) {
  if (auto error = parse_error(text)) return std::move(*error).within("the node refused");
  const Code code = status == 503 || status == 429 ? Code::unavailable : Code::malformed;
  return Error{code, fmt::format("the node answered {}: '{}'", status, printable(text, 120))};
}

}  // namespace

Result<RemoteLog> RemoteLog::open(std::string_view url, NoteVerifier log,
                                  http::ClientOptions options) {
  return RemoteLog(TRY(http::Client::open(url, std::move(options))), std::move(log));
}

Result<SignedCheckpoint> RemoteLog::checkpoint() {
  const auto got = TRY(client_->get("/checkpoint"));
  if (got.status != 200) return std::unexpected(error_of(got.status, as_text(got.body)));
  return open_checkpoint(as_text(got.body), log_);
}

Result<std::vector<Result<Receipt>>> RemoteLog::submit(std::span<const Bytes> envelopes) {
  std::vector<Result<Receipt>> answers;
  answers.reserve(envelopes.size());
  while (!envelopes.empty()) {
    const std::size_t count = count_that_fits(envelopes);
    CHECK_OK(submit_some(envelopes.first(count), answers));
    envelopes = envelopes.subspan(count);
  }
  return answers;
}

Result<void> RemoteLog::submit_some(std::span<const Bytes> envelopes,
                                    std::vector<Result<Receipt>>& answers) {
  const Bytes body = http::encode_envelopes(envelopes);
  const auto got = TRY(client_->post("/v1/records", http::envelopes_type, body));
  if (got.status != 200) return std::unexpected(error_of(got.status, as_text(got.body)));
  const auto texts = TRY(http::decode_answers(got.body));
  if (texts.size() != envelopes.size()) {
    return malformed(
        fmt::format("the node gave {} answers to {} records", texts.size(), envelopes.size()));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    answers.push_back(texts[i].status == 200
                          ? verified(texts[i].text, envelopes[i])
                          : std::unexpected(error_of(texts[i].status, texts[i].text)));
  }
  return {};
}

Result<Receipt> RemoteLog::verified(std::string_view text, View envelope) const {
  auto receipt = TRY_IN("the node's receipt", parse_receipt_unverified(text));
  CHECK_OK_IN("the node's receipt", verify_envelope_receipt(receipt, envelope, log_));
  return receipt;
}

}  // namespace usufruct
