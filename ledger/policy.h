#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "crypto/note.h"
#include "ledger/checkpoint.h"

namespace usufruct {

/// Limits of what is read. C2SP tlog-policy asks that 32 of each be accepted.
inline constexpr std::size_t policy_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t policy_logs_max = 256;
inline constexpr std::size_t policy_witnesses_max = 120;
inline constexpr std::size_t policy_groups_max = 256;
inline constexpr std::size_t policy_name_bytes_max = 255;
inline constexpr std::size_t policy_url_bytes_max = 2048;
static_assert(policy_logs_max >= 32 && policy_witnesses_max >= 32 && policy_groups_max >= 32);
static_assert(policy_witnesses_max < note_signatures_max, "a note holds a line of each");

/// Which logs are believed, and who else must have seen a checkpoint of theirs (C2SP tlog-policy):
///
///     log trust.example/log+34cdfbc9+AQOhB7/zzhC+… https://trust.example/log
///     witness north witness.example/w1+f1ed8c47+BCFS… https://witness.example/w1
///     witness south other.example/w+2b6eb0ec+BJhu…
///     group both all north south
///     quorum both
///
/// A group counts as one that has seen the checkpoint when `at_least` of its members have. Names
/// are opaque bytes, known only inside one policy. What a policy names is defined before it, and
/// each name is a member at most once, so groups form a forest and every witness counts in one way.
///
/// A value, valid at all times: what would break it is refused as it is added. Empty it lists no
/// log and asks for no witness.
class Policy {
 public:
  struct Log {
    NoteVerifier verifier;  ///< of type ed25519; its name is the log's origin
    std::string url{};      ///< may be empty, as below
    bool operator==(const Log&) const = default;
  };
  struct Witness {
    std::string name;
    NoteVerifier verifier;  ///< of type cosignature
    std::string url{};      ///< submission prefix: what `/add-checkpoint` is appended to
    bool operator==(const Witness&) const = default;
  };
  struct Group {
    std::string name;
    std::size_t at_least = 1;  ///< in [1, members.size()]
    std::vector<std::string> members;
    bool operator==(const Group&) const = default;
  };

  /// `malformed` when the key is of the wrong type or a limit is reached; `conflict` when key, name
  /// or member is taken; `not_found` when a name is not defined. Nothing is changed then.
  Result<void> add_log(Log log);
  Result<void> add_witness(Witness witness);
  Result<void> add_group(Group group);
  /// A witness, a group, or `none`.
  Result<void> set_quorum(std::string name);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::string& quorum() const { return quorum_; }

  /// What the quorum still lacks, in words, when these witnesses have cosigned (indices into
  /// witnesses()); empty when it is met.
  std::string missing(std::span<const std::size_t> cosigned) const;
  bool is_met(std::span<const std::size_t> cosigned) const { return missing(cosigned).empty(); }

  bool operator==(const Policy&) const = default;

 private:
  Result<void> check_new_name(const std::string& name) const;
  bool is_defined(std::string_view name) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Group> groups_;
  std::string quorum_ = "none";
};

/// Strict: an unknown word, a line too many, or a file that was cut short is `malformed`, and the
/// message names the line. Comment lines and white space are not kept by print_policy().
Result<Policy> parse_policy(std::string_view text);
std::string print_policy(const Policy& policy);

/// The policy of one who knows one log and no witness.
Policy policy_of(const NoteVerifier& log);

/// One witness of a policy, and when it says it saw the checkpoint.
struct Cosignature {
  std::size_t witness_index = 0;  ///< into the policy's witnesses
  Time at;                        ///< whole seconds, as the witness claims

  bool operator==(const Cosignature&) const = default;
};

/// A checkpoint that a log of the policy signed, with what the policy's witnesses say of it.
struct Cosigned {
  Checkpoint checkpoint;
  std::size_t log_index = 0;  ///< into the policy's logs
  std::vector<Cosignature> cosignatures;
  std::string missing{};  ///< what the quorum lacks, in words; empty when it is met
};

/// `unverified` unless a log of the policy signed the checkpoint under its own name, or when a line
/// of any known key does not hold. A quorum that is not met is no error here: see `missing`.
Result<Cosigned> open_cosigned(std::string_view note, const Policy& policy);
/// `denied` when the quorum is not met.
Result<void> check_quorum(const Cosigned& opened);

}  // namespace usufruct
