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

/// The value of a Result, or leave the function with its error. `_IN` adds where we were, once.
#define TRY(expression) USUFRUCT_TRY(expression, USUFRUCT_UNIQUE(try_result_), )
#define TRY_IN(where, expression) \
  USUFRUCT_TRY(expression, USUFRUCT_UNIQUE(try_result_), .within(where))
/// The same for Result<void>: a statement.
#define CHECK_OK(expression) USUFRUCT_OK(expression, USUFRUCT_UNIQUE(ok_result_), )
#define CHECK_OK_IN(where, expression) \
  USUFRUCT_OK(expression, USUFRUCT_UNIQUE(ok_result_), .within(where))

// A name of its own for each use, so that one may stand inside another.
#define USUFRUCT_PASTE(a, b) a##b
#define USUFRUCT_PASTED(a, b) USUFRUCT_PASTE(a, b)
#define USUFRUCT_UNIQUE(name) USUFRUCT_PASTED(name, __COUNTER__)
#define USUFRUCT_TRY(expression, name, where)                                   \
  __extension__({                                                               \
    auto name = (expression);                                                   \
    if (!name) [[unlikely]]                                                     \
      return std::unexpected<::usufruct::Error>(std::move(name).error() where); \
    std::move(name).operator*();                                                \
  })
#define USUFRUCT_OK(expression, name, where)                                    \
  do {                                                                          \
    if (auto name = (expression); !name) [[unlikely]]                           \
      return std::unexpected<::usufruct::Error>(std::move(name).error() where); \
  } while (false)
