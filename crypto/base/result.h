#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace usufruct {

/// What the reader of an error can do about it; one row of specs/errors.def each.
enum class Code {
#define USUFRUCT_ERROR(code, exit_status, http_status, meaning, next) code,
#include "specs/errors.def"
#undef USUFRUCT_ERROR
};

/// One row of the table. Statuses: specs/errors.md.
struct CodeRow {
  Code code;
  std::string_view name;
  int exit_status;
  int http_status;
  std::string_view meaning;
  std::string_view next;
};
const CodeRow& row_of(Code code);

/// Why something the caller asked for did not happen.
///   message: what happened, quoting the value; lower case, no full stop.
///   hint:    what to do next; may be empty.
///   rule:    the stable name of the rule that refused, e.g. "decision-second-vote"; may be empty.
struct Error {
  Code code;
  std::string message;
  std::string hint{};
  std::string rule{};

  /// The same error with where it happened put before the message.
  Error within(std::string_view where) &&;
};

template <class T>
using Result = std::expected<T, Error>;

std::unexpected<Error> malformed(std::string message, std::string hint = {});
std::unexpected<Error> unverified(std::string message, std::string hint = {});
std::unexpected<Error> denied(std::string message, std::string hint = {}, std::string rule = {});
std::unexpected<Error> not_found(std::string message, std::string hint = {});
std::unexpected<Error> conflict(std::string message, std::string hint = {});
std::unexpected<Error> unavailable(std::string message, std::string hint = {});

}  // namespace usufruct

/// The value of a Result, or leave the function with its error. `TRY_IN` adds where we were, once.
#define TRY(expression)                                                         \
  __extension__({                                                               \
    auto try_result = (expression);                                             \
    if (!try_result) [[unlikely]]                                               \
      return std::unexpected<::usufruct::Error>(std::move(try_result).error()); \
    std::move(try_result).operator*();                                          \
  })
#define TRY_IN(where, expression)                                                                \
  __extension__({                                                                                \
    auto try_in_result = (expression);                                                           \
    if (!try_in_result) [[unlikely]]                                                             \
      return std::unexpected<::usufruct::Error>(std::move(try_in_result).error().within(where)); \
    std::move(try_in_result).operator*();                                                        \
  })
/// The same for Result<void>: a statement.
#define CHECK_OK(expression)                                                   \
  do {                                                                         \
    if (auto ok_result = (expression); !ok_result) [[unlikely]]                \
      return std::unexpected<::usufruct::Error>(std::move(ok_result).error()); \
  } while (false)
#define CHECK_OK_IN(where, expression)                                                          \
  do {                                                                                          \
    if (auto ok_in_result = (expression); !ok_in_result) [[unlikely]]                           \
      return std::unexpected<::usufruct::Error>(std::move(ok_in_result).error().within(where)); \
  } while (false)
