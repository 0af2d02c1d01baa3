#include "crypto/base/result.h"

#include <array>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

constexpr std::array rows = {
#define USUFRUCT_ERROR(code, exit_status, http_status, meaning, next) \
  CodeRow{Code::code, #code, exit_status, http_status, meaning, next},
#include "specs/errors.def"
#undef USUFRUCT_ERROR
};

std::unexpected<Error> fail(Code code, std::string message, std::string hint,
                            std::string rule = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(hint), std::move(rule)});
}

}  // namespace

const CodeRow& row_of(Code code) {
  const auto index = static_cast<std::size_t>(code);
  CHECK_THAT(index < rows.size());
  return rows[index];
}

Error Error::within(std::string_view where) && {
  message = std::string(where) + ": " + message;
  return std::move(*this);
}

std::unexpected<Error> malformed(std::string message, std::string hint) {
  return fail(Code::malformed, std::move(message), std::move(hint));
}
std::unexpected<Error> unverified(std::string message, std::string hint) {
  return fail(Code::unverified, std::move(message), std::move(hint));
}
std::unexpected<Error> denied(std::string message, std::string hint, std::string rule) {
  return fail(Code::denied, std::move(message), std::move(hint), std::move(rule));
}
std::unexpected<Error> not_found(std::string message, std::string hint) {
  return fail(Code::not_found, std::move(message), std::move(hint));
}
std::unexpected<Error> conflict(std::string message, std::string hint) {
  return fail(Code::conflict, std::move(message), std::move(hint));
}
std::unexpected<Error> unavailable(std::string message, std::string hint) {
  return fail(Code::unavailable, std::move(message), std::move(hint));
}

}  // namespace usufruct
