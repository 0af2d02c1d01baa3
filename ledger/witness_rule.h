#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/note.h"
#include "ledger/checkpoint.h"
#include "ledger/witness_request.h"

namespace usufruct {

/// What a witness answers: an HTTP answer without HTTP.
struct WitnessAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};

  bool operator==(const WitnessAnswer&) const = default;
};

/// How two checkpoints of one size with different roots are answered when `old` is that size: 409
/// by tlog-witness v1.0.0, 422 by its draft (specs/decisions/, "two roots of one size").
enum class SplitStatus : int { conflict = 409, unprocessable = 422 };

/// The part of a log's checkpoint that a witness remembers and compares. Empty before the first.
struct TreeHead {
  TreeSize size{};
  Digest root = root_of_empty();

  bool operator==(const TreeHead&) const = default;
};

/// A request that is well-formed and signed by the log it speaks of.
struct Submission {
  AddCheckpoint request;
  std::string origin;
  TreeHead head;
  bool is_false_empty = false;  ///< no entries, yet another root than that of none: never cosigned
  Note note;                    ///< its text, and those of its lines that the log's keys signed
};

/// The keys a witness trusts for an origin; none when it does not know the log.
class WitnessedKeys {
 public:
  virtual ~WitnessedKeys() = default;
  virtual std::optional<std::span<const NoteVerifier>> keys_of(std::string_view origin) const = 0;
};

/// Everything about a request that does not depend on what was cosigned before, in the order of the
/// specification: 404 unknown origin, 403 no trusted signature, or one that does not hold, 400
/// malformed or old > size. Costs one signature check.
std::expected<Submission, WitnessAnswer> examine(std::string_view body, const WitnessedKeys& keys);

/// What is worth keeping of a request that was refused.
enum class Suspicion : std::uint8_t {
  split = 1,     ///< two signed checkpoints of one size with different roots: the log forked
  unproven = 2,  ///< signed, but not shown to continue what was cosigned: a fork, or a bad client
};

/// What a witness makes of a submission, given what it cosigned last.
struct Judgement {
  std::optional<WitnessAnswer> refusal{};  ///< none: to be cosigned
  std::optional<Suspicion> suspicion{};
};

/// Pure. In the order of the specification: 409 old is not the size cosigned last, 409 or 422 same
/// size and another root, 422 proof does not verify, is not empty from 0, or 0 entries with a root.
Judgement judge(const Submission& submission, const TreeHead& last, SplitStatus split);

}  // namespace usufruct
