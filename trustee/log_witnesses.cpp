#include "trustee/log_witnesses.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "crypto/stream.h"

namespace usufruct {
namespace {

constexpr std::string_view group_name = "witnesses";

Result<std::size_t> count_by(const QuorumRule& rule, std::size_t members) {
  if (rule.word.empty()) return members / 2 + 1;
  if (rule.word == "any") return 1;
  if (rule.word == "all") return members;
  const auto number = parse_decimal(rule.word);
  if (!number || *number < 1 || *number > members) {
    return malformed(
        fmt::format("a quorum of '{}' of {} witnesses", printable(rule.word, 80), members),
        "a quorum is all, any, none, or a number from 1 to the count of witnesses");
  }
  return static_cast<std::size_t>(*number);
}

/// Whether the quorum is one that with_witness() makes, so that it may be made anew.
bool is_simple(const Policy& policy) {
  if (policy.groups().empty()) return policy.quorum() == "none";
  const bool is_ours = policy.groups().size() == 1 && policy.groups()[0].name == group_name;
  return is_ours && (policy.quorum() == group_name || policy.quorum() == "none");
}

}  // namespace

std::filesystem::path witness_policy_path(const Workspace& workspace) {
  return workspace.root() / "witness.policy";
}

Result<Policy> read_policy(const std::filesystem::path& path) {
  const Bytes text = TRY(read_file(path, policy_bytes_max));
  return TRY_IN(path.string(), parse_policy(as_text(text)));
}

Result<std::optional<Policy>> read_witness_policy(const Workspace& workspace) {
  std::error_code error;
  const auto path = witness_policy_path(workspace);
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  return TRY(read_policy(path));
}

Result<Extended> with_witness(const Policy& policy, Policy::Witness witness,
                              const QuorumRule& rule) {
  Extended extended{.policy = policy, .is_quorum_kept = !is_simple(policy)};
  CHECK_OK(extended.policy.add_witness(std::move(witness)));
  if (extended.is_quorum_kept) return extended;
  Policy made;
  for (const auto& log : policy.logs()) CHECK_OK(made.add_log(log));
  std::vector<std::string> members;
  for (const auto& one : extended.policy.witnesses()) {
    CHECK_OK(made.add_witness(one));
    members.push_back(one.name);
  }
  if (rule.word != "none") {
    const std::size_t at_least = TRY(count_by(rule, members.size()));
    CHECK_OK(made.add_group({std::string(group_name), at_least, members}));
    CHECK_OK(made.set_quorum(std::string(group_name)));
  }
  extended.policy = std::move(made);
  return extended;
}

WitnessMode witness_mode_of(const Workspace& workspace) {
  return workspace.witness_mode() == "prefer" ? WitnessMode::prefer : WitnessMode::require;
}

Result<std::unique_ptr<LogWitnesses>> LogWitnesses::open(const Workspace& workspace,
                                                         const Clock& clock, WitnessMode mode) {
  auto policy = TRY(read_witness_policy(workspace));
  if (!policy || policy->witnesses().empty()) return nullptr;
  auto witnesses = std::unique_ptr<LogWitnesses>(new LogWitnesses);
  witnesses->cosigner_ = TRY_IN(
      witness_policy_path(workspace).string(),
      WitnessCosigner::open(std::move(*policy), witnesses->transport_, clock, {.mode = mode}));
  return witnesses;
}

void LogWitnesses::print_to(http::PrometheusText& text) const {
  const CosignerCounts counts = cosigner_->counts();
  text.counter("usufruct_witness_quorum_met_total", "checkpoints whose quorum cosigned",
               counts.met);
  text.counter("usufruct_witness_quorum_missed_published_total",
               "checkpoints published without their quorum", counts.open);
  text.counter("usufruct_witness_quorum_missed_held_total",
               "checkpoints held back for want of their quorum", counts.refused);
  const auto standings = cosigner_->standings();
  // A name is opaque bytes; the label shows its place in the policy instead.
  text.head("usufruct_witness_cosignatures_total", "by place in the policy", "counter");
  for (std::size_t i = 0; i < standings.size(); ++i) {
    text.sample("usufruct_witness_cosignatures_total", fmt::format("{{witness=\"{}\"}}", i),
                static_cast<double>(standings[i].cosigned));
  }
  text.head("usufruct_witness_failures_total", "by place in the policy", "counter");
  for (std::size_t i = 0; i < standings.size(); ++i) {
    text.sample("usufruct_witness_failures_total", fmt::format("{{witness=\"{}\"}}", i),
                static_cast<double>(standings[i].failed));
  }
}

}  // namespace usufruct
