#include "ledger/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view no_quorum = "none";
/// How many groups a message explains before it stops.
constexpr std::size_t groups_explained_max = 4;

std::string in_quotes(std::string_view name) { return fmt::format("'{}'", printable(name, 80)); }

/// One item of a line: no white space, no control character. High bytes are opaque.
bool is_item(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '\x7f';
  });
}

Result<void> check_url(std::string_view url) {
  if (url.empty()) return {};
  if (url.size() > policy_url_bytes_max || !is_item(url)) {
    return malformed(fmt::format("{} is no url", in_quotes(url)));
  }
  return {};
}

Result<void> check_type(const NoteVerifier& verifier, NoteKeyType type, std::string_view of) {
  if (verifier.type == type) return {};
  return malformed(fmt::format("the key {} is of type 0x{:02x}", in_quotes(verifier.name),
                               static_cast<unsigned>(verifier.type)),
                   fmt::format("a {}'s key is of type 0x{:02x}", of, static_cast<unsigned>(type)));
}

template <class Row>
bool has_key(const std::vector<Row>& rows, const VerifyKey& key) {
  return std::ranges::any_of(rows, [&](const Row& row) { return row.verifier.key == key; });
}

/// The names that have seen a checkpoint: witnesses that cosigned, and groups with enough of them.
/// A group follows its members, so one pass is enough.
std::set<std::string_view> seen_by(const Policy& policy, std::span<const std::size_t> cosigned) {
  std::set<std::string_view> seen;
  for (const std::size_t index : cosigned) {
    CHECK_THAT(index < policy.witnesses().size());
    seen.insert(policy.witnesses()[index].name);
  }
  for (const auto& group : policy.groups()) {
    const auto count = std::ranges::count_if(
        group.members, [&](const std::string& member) { return seen.contains(member); });
    if (static_cast<std::size_t>(count) >= group.at_least) seen.insert(group.name);
  }
  return seen;
}

const Policy::Group* find_group(const Policy& policy, std::string_view name) {
  const auto found = std::ranges::find(policy.groups(), name, &Policy::Group::name);
  return found == policy.groups().end() ? nullptr : &*found;
}

std::string explain(const Policy::Group& group, const std::vector<std::string>& absent) {
  std::vector<std::string> names;
  for (const auto& name : absent) names.push_back(in_quotes(name));
  return fmt::format("group {} has {} of the {} it needs, without {}", in_quotes(group.name),
                     group.members.size() - absent.size(), group.at_least, join(names, ", "));
}

/// The items of a line, cut at spaces and tabs.
std::vector<std::string> items_of(std::string_view line) {
  std::vector<std::string> items;
  while (true) {
    const auto start = line.find_first_not_of(" \t");
    if (start == line.npos) return items;
    const auto end = std::min(line.find_first_of(" \t", start), line.size());
    items.emplace_back(line.substr(start, end - start));
    line.remove_prefix(end);
  }
}

Result<void> check_count(const std::vector<std::string>& items, std::size_t min, std::size_t max,
                         std::string_view form) {
  if (items.size() >= min && items.size() <= max) return {};
  return malformed(
      fmt::format("{} with {} after it", in_quotes(items[0]),
                  items.size() == 2 ? "1 item" : fmt::format("{} items", items.size() - 1)),
      fmt::format("the form is `{}`; a comment stands on a line of its own", form));
}

Result<std::size_t> parse_at_least(std::string_view word, std::size_t members) {
  if (word == "any") return 1;
  if (word == "all") return members;
  const auto number = parse_decimal(word);
  if (!number || *number < 1 || *number > members) {
    return malformed(fmt::format("{} is no threshold for {} members", in_quotes(word), members),
                     "a threshold is all, any, or a number from 1 to the count of members");
  }
  return static_cast<std::size_t>(*number);
}

/// Reads a policy line by line.
class Parser {
 public:
  Result<void> line(const std::vector<std::string>& items) {
    const std::string& word = items[0];
    if (word == "log") return log(items);
    if (word == "witness") return witness(items);
    if (word == "group") return group(items);
    if (word == "quorum") return quorum(items);
    return malformed(fmt::format("unknown word {}", in_quotes(word)),
                     "a line starts with log, witness, group, quorum or #");
  }
  Result<Policy> finish() && {
    if (has_quorum_) return std::move(policy_);
    return malformed("the policy has no quorum line",
                     "`quorum none` is that of a policy without witnesses");
  }

 private:
  Result<void> log(const std::vector<std::string>& items) {
    CHECK_OK(check_count(items, 2, 3, "log <vkey> [<url>]"));
    return policy_.add_log({TRY(parse_vkey(items[1])), items.size() > 2 ? items[2] : ""});
  }
  Result<void> witness(const std::vector<std::string>& items) {
    CHECK_OK(check_count(items, 3, 4, "witness <name> <vkey> [<url>]"));
    return policy_.add_witness(
        {items[1], TRY(parse_vkey(items[2])), items.size() > 3 ? items[3] : ""});
  }
  Result<void> group(const std::vector<std::string>& items) {
    CHECK_OK(check_count(items, 4, items.size(), "group <name> all|any|<k> <member>..."));
    std::vector<std::string> members(items.begin() + 3, items.end());
    const std::size_t at_least = TRY(parse_at_least(items[2], members.size()));
    return policy_.add_group({items[1], at_least, std::move(members)});
  }
  Result<void> quorum(const std::vector<std::string>& items) {
    CHECK_OK(check_count(items, 2, 2, "quorum <name>|none"));
    if (has_quorum_) return malformed("a second quorum line");
    has_quorum_ = true;
    return policy_.set_quorum(items[1]);
  }

  Policy policy_;
  bool has_quorum_ = false;
};

Result<void> check_bytes(std::string_view line) {
  const auto bad = std::ranges::find_if(line, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f';
  });
  if (bad == line.end()) return {};
  return malformed(fmt::format("control character 0x{:02x}", static_cast<unsigned char>(*bad)),
                   *bad == '\r' ? "lines end in a line feed alone" : "");
}

}  // namespace

bool Policy::is_defined(std::string_view name) const {
  return std::ranges::find(witnesses_, name, &Witness::name) != witnesses_.end() ||
         std::ranges::find(groups_, name, &Group::name) != groups_.end();
}

Result<void> Policy::check_new_name(const std::string& name) const {
  if (!is_item(name) || name.size() > policy_name_bytes_max) {
    return malformed(fmt::format("{} cannot be a name", in_quotes(name)),
                     "a name has no white space");
  }
  if (name == no_quorum || is_defined(name)) {
    return conflict(fmt::format("the name {} is taken", in_quotes(name)));
  }
  return {};
}

Result<void> Policy::add_log(Log log) {
  if (logs_.size() == policy_logs_max) {
    return malformed(fmt::format("more than {} logs", policy_logs_max));
  }
  CHECK_OK(check_type(log.verifier, NoteKeyType::ed25519, "log"));
  CHECK_OK(check_url(log.url));
  if (has_key(logs_, log.verifier.key)) {
    return conflict(fmt::format("the key of log {} is listed twice", in_quotes(log.verifier.name)));
  }
  logs_.push_back(std::move(log));
  return {};
}

Result<void> Policy::add_witness(Witness witness) {
  if (witnesses_.size() == policy_witnesses_max) {
    return malformed(fmt::format("more than {} witnesses", policy_witnesses_max));
  }
  CHECK_OK(check_new_name(witness.name));
  CHECK_OK(check_type(witness.verifier, NoteKeyType::cosignature, "witness"));
  CHECK_OK(check_url(witness.url));
  if (has_key(witnesses_, witness.verifier.key)) {
    return conflict(fmt::format("the key of witness {} is listed twice", in_quotes(witness.name)));
  }
  witnesses_.push_back(std::move(witness));
  return {};
}

Result<void> Policy::add_group(Group group) {
  if (groups_.size() == policy_groups_max) {
    return malformed(fmt::format("more than {} groups", policy_groups_max));
  }
  CHECK_OK(check_new_name(group.name));
  if (group.at_least < 1 || group.at_least > group.members.size()) {
    return malformed(fmt::format("group {} needs {} of its {} members", in_quotes(group.name),
                                 group.at_least, group.members.size()));
  }
  std::set<std::string_view> members;
  for (const auto& other : groups_) members.insert(other.members.begin(), other.members.end());
  for (const auto& member : group.members) {
    if (!is_defined(member)) {
      return not_found(fmt::format("{} is no witness or group defined before", in_quotes(member)));
    }
    if (!members.insert(member).second) {
      return conflict(fmt::format("{} is a member twice", in_quotes(member)),
                      "each witness and group is a member of one group at most");
    }
  }
  groups_.push_back(std::move(group));
  return {};
}

Result<void> Policy::set_quorum(std::string name) {
  if (name != no_quorum && !is_defined(name)) {
    return not_found(fmt::format("{} is no witness or group defined before", in_quotes(name)));
  }
  quorum_ = std::move(name);
  return {};
}

std::string Policy::missing(std::span<const std::size_t> cosigned) const {
  const auto seen = seen_by(*this, cosigned);
  if (quorum_ == no_quorum || seen.contains(quorum_)) return {};
  std::vector<std::string> lines;
  std::deque<std::string_view> unmet = {quorum_};
  for (; !unmet.empty() && lines.size() < groups_explained_max; unmet.pop_front()) {
    const Group* group = find_group(*this, unmet.front());
    if (!group) {
      lines.push_back(fmt::format("witness {} has not cosigned", in_quotes(unmet.front())));
      continue;
    }
    std::vector<std::string> absent;
    for (const auto& member : group->members) {
      if (seen.contains(member)) continue;
      absent.push_back(member);
      if (find_group(*this, member)) unmet.push_back(member);
    }
    lines.push_back(explain(*group, absent));
  }
  if (!unmet.empty()) lines.push_back("and more");
  return join(lines, "; ");
}

Result<Policy> parse_policy(std::string_view text) {
  if (text.size() > policy_bytes_max) {
    return malformed(
        fmt::format("a policy of {} bytes; at most {} are read", text.size(), policy_bytes_max));
  }
  Parser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto where = fmt::format("line {}", number);
    const auto end = text.find('\n');
    if (end == text.npos) {
      return malformed(where + ": the file ends in the middle of a line",
                       "every line ends in a line feed, the last one too");
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    CHECK_OK_IN(where, check_bytes(line));
    const auto items = items_of(line);
    if (items.empty() || items[0].starts_with('#')) continue;
    CHECK_OK_IN(where, parser.line(items));
  }
  return std::move(parser).finish();
}

std::string print_policy(const Policy& policy) {
  const auto tail = [](const std::string& url) { return url.empty() ? "\n" : " " + url + "\n"; };
  std::string text;
  for (const auto& log : policy.logs()) {
    text += fmt::format("log {}{}", print_vkey(log.verifier), tail(log.url));
  }
  for (const auto& witness : policy.witnesses()) {
    text += fmt::format("witness {} {}{}", witness.name, print_vkey(witness.verifier),
                        tail(witness.url));
  }
  for (const auto& group : policy.groups()) {
    text += fmt::format("group {} {} {}\n", group.name,
                        group.at_least == group.members.size() ? "all"
                        : group.at_least == 1                  ? "any"
                                                               : fmt::format("{}", group.at_least),
                        join(group.members, " "));
  }
  return text + fmt::format("quorum {}\n", policy.quorum());
}

Policy policy_of(const NoteVerifier& log) {
  Policy policy;
  // A verifier of another type leaves the policy without a log: it then verifies nothing.
  if (!policy.add_log({log})) policy = {};
  return policy;
}

Result<Cosigned> open_cosigned(std::string_view bytes, const Policy& policy) {
  const Note note = TRY_IN("checkpoint", parse_note_unverified(bytes));
  std::vector<NoteVerifier> known;
  for (const auto& log : policy.logs()) known.push_back(log.verifier);
  for (const auto& witness : policy.witnesses()) known.push_back(witness.verifier);
  const auto signatures = TRY_IN("checkpoint", verify_note(note, known));
  Cosigned opened{.checkpoint = TRY(parse_checkpoint_unverified(note.text)), .cosignatures = {}};
  bool is_signed = false;
  std::vector<std::size_t> cosigned;
  for (const auto& signature : signatures) {
    const std::size_t index = signature.verifier_index;
    if (index >= policy.logs().size()) {
      cosigned.push_back(index - policy.logs().size());
      opened.cosignatures.push_back({cosigned.back(), *signature.cosigned_at});
    } else if (!is_signed && known[index].name == opened.checkpoint.origin) {
      is_signed = true;
      opened.log_index = index;
    }
  }
  if (!is_signed) {
    return unverified(fmt::format("no log of the policy signed the checkpoint of {}",
                                  in_quotes(opened.checkpoint.origin)));
  }
  opened.missing = policy.missing(cosigned);
  return opened;
}

Result<void> check_quorum(const Cosigned& opened) {
  if (opened.missing.empty()) return {};
  return denied(fmt::format("the quorum is not met: {}", opened.missing),
                "ask the log for a newer checkpoint; it may have been cosigned since");
}

}  // namespace usufruct
