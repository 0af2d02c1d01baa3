#include "trustee/terms/import/odrl.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/import/odrl/own_terms.h"
#include "trustee/terms/import/odrl/policy_document.h"
#include "trustee/terms/import/odrl/reference.h"
#include "trustee/terms/import/odrl/rule_builder.h"
#include "trustee/terms/import/odrl/strategy.h"
#include "trustee/terms/import/odrl/targets.h"

namespace usufruct::terms {
namespace {

using document::Node;

/// Obligations of a policy, each counted for each of its rules.
constexpr std::size_t shared_max = 100'000;

/// One policy becomes terms: what it says for all its rules first, then each rule.
class PolicyImporter {
 public:
  PolicyImporter(const odrl::PolicyDocument& policy, const ImportOptions& options, Account& account)
      : policy_(policy), source_(policy.source), options_(options), account_(account) {}

  Result<Terms> run() {
    terms_.floor = imported_floor;
    terms_.vocabulary_sha256 = options_.vocabulary.digest();
    for (const auto& item : policy_.node->items) CHECK_OK(read_member(item));
    for (const auto& item : policy_.node->items) read_rules(item);
    if (source_.is_spent()) {
      return malformed(
          fmt::format("the policy says more than {} things of its rules", odrl::Source::values_max),
          "split it, or say of each rule what is about it");
    }
    name_terms();
    CHECK_OK(odrl::keep_rules_of(dataset(), drafts_, account_));
    return build();
  }

 private:
  std::string property(const Node& item) const { return source_.names().property(item.key); }
  std::string text_of(const Node& item, odrl::As as) const {
    const auto values = source_.values(item, as);
    return values.empty() ? "" : values.front().text;
  }

  Result<void> read_member(const Node& item) {
    const std::string key = property(item);
    if (key == "@id") {
      uid_ = source_.names().iri(item.text);
      account_.mapped("uid " + printable(uid_, 100), "the policy's name");
    } else if (key == "odrl:conflict") {
      conflict_ = text_of(item, odrl::As::word);
    } else if (key == "odrl:profile") {
      read_profiles(item);
    } else if (key == "odrl:inheritFrom") {
      const std::string from = printable(text_of(item, odrl::As::iri), 100);
      ask("inheritFrom " + from, fmt::format("what does the policy {} say of this?", from),
          "nothing is fetched: what it inherits is not known");
    } else if (odrl::is_shared(key)) {
      shared_.emplace(key, &item);
    } else if (key == "odrl:obligation") {
      auto reading = odrl::read_duties(item, "obligation", source_, options_.vocabulary, account_);
      std::ranges::move(reading.duties, std::back_inserter(duties_));
      std::ranges::move(reading.conditions, std::back_inserter(conditions_));
    } else if (odrl::is_remark(key)) {
      read_remark(item, key);
    } else if (key == "usufruct:vocabulary") {
      read_vocabulary(item);
    } else if (!is_read_elsewhere(key)) {
      if (!TRY(odrl::read_own_term(item, key, source_, options_.vocabulary, terms_)))
        read_unknown(item, key);
    }
    return {};
  }

  static bool is_read_elsewhere(std::string_view key) {
    return key == "@context" || key == "@type" || key == "odrl:permission" ||
           key == "odrl:prohibition" || key == "usufruct:ask";
  }

  /// A processor that does not know a profile must stop; trustees may know it.
  void read_profiles(const Node& item) {
    const auto values = source_.values(item, odrl::As::iri);
    for (const auto& value : values) {
      const std::string profile = odrl::Source::text_of(value);
      if (value.text == odrl::profile_iri) is_own_ = true;
      if (value.text == odrl::profile_iri || value.text == "odrl:core") {
        account_.mapped("profile " + profile, "known");
      } else {
        ask("profile " + profile,
            fmt::format("what do the policy's words mean by its profile {}?", profile),
            "it is not known here, and may change what every rule means");
      }
    }
  }

  void read_vocabulary(const Node& item) {
    if (item.text == to_hex(options_.vocabulary.digest())) {
      return account_.mapped("vocabulary", "the same");
    }
    ask("vocabulary " + printable(item.text, 70),
        "do the words mean what they meant in the vocabulary the policy was written with?",
        "it is another");
  }

  void read_remark(const Node& item, const std::string& key) {
    const bool is_title =
        key == "dct:title" || key == "dc:title" || key == "rdfs:label" || key == "schema:name";
    if (is_title && !has_title_) {
      const std::string title = text_of(item, odrl::As::literal);
      terms_.title = title;
      has_title_ = true;
      return account_.mapped(key, "title");
    }
    account_.approximated(key, "nothing", "a remark, which decides nothing");
  }

  /// A word of ODRL that is not read, something with parts under a word that means nothing, or
  /// anything under one that a context may define that was not read, may be a rule.
  void read_unknown(const Node& item, const std::string& key) {
    const std::string written = printable(item.key, 60);
    const bool has_parts =
        item.kind == document::Kind::mapping || item.kind == document::Kind::sequence;
    if (key.starts_with("odrl:") || key.starts_with("usufruct:") || (key.empty() && has_parts) ||
        source_.names().is_guess(item.key)) {
      return ask(fmt::format("'{}'", written),
                 fmt::format("what does the policy's '{}' say of this?", written),
                 "it is not read here");
    }
    account_.refused(fmt::format("'{}'", written), "nothing", "it is no word of ODRL");
  }

  void ask(std::string source, std::string question, std::string loss) {
    account_.refused(std::move(source), "ask", std::move(loss));
    questions_.push_back(std::move(question));
  }

  void read_rules(const Node& item) {
    const std::string key = property(item);
    Effect effect = Effect::permit;
    std::string_view name = "permission";
    if (key == "odrl:prohibition") {
      effect = Effect::forbid;
      name = "prohibition";
    } else if (key == "usufruct:ask") {
      effect = Effect::ask;
      name = "question";
    } else if (key != "odrl:permission") {
      return;
    }
    const auto values = source_.values(item, odrl::As::iri);
    for (std::size_t i = 0; i < values.size(); ++i) {
      drafts_.push_back(odrl::read_rule(values[i], effect, fmt::format("{} {}", name, i + 1),
                                        shared_, source_, options_, account_));
    }
  }

  /// What the rules must name; a relative IRI is from where the text's own are.
  std::string dataset() const {
    const auto& wanted = options_.target;
    if (wanted.empty()) return "";
    const bool is_relative = odrl::is_relative_reference(wanted);
    return is_relative ? source_.names().iri(wanted) : odrl::shortened(wanted);
  }

  void name_terms() {
    if (!has_title_) terms_.title = "Imported from ODRL" + (uid_.empty() ? "" : ": " + uid_);
    if (!is_own_) terms_.title = printable(terms_.title);
    for (auto& draft : drafts_) {
      if (draft.id.empty()) draft.id = draft.where;
    }
  }

  /// What must be paid for anything is the price; other duties and conditions of the whole policy
  /// are those of each permission.
  Result<void> share_obligations() {
    std::vector<odrl::Formula> rest;
    sort_once(duties_);
    for (auto& condition : conditions_) {
      const bool is_price = terms_.currency.empty() && take_price(condition);
      if (!is_price) rest.push_back(std::move(condition));
    }
    const bool has_permit =
        std::ranges::find(drafts_, Effect::permit, &odrl::RuleDraft::effect) != drafts_.end();
    const std::size_t shared = duties_.size() + rest.size();
    if (shared > shared_max / std::max<std::size_t>(drafts_.size(), 1)) {
      return malformed(
          fmt::format("{} obligations for {} rules are too many", shared, drafts_.size()),
          "split the policy");
    }
    for (auto& draft : drafts_) {
      if (draft.effect != Effect::permit) continue;
      draft.duties.insert(draft.duties.end(), duties_.begin(), duties_.end());
      draft.when.parts.insert(draft.when.parts.end(), rest.begin(), rest.end());
    }
    if (has_permit) return {};
    for (const auto& condition : rest) {
      const std::string what = odrl::text_of(condition);
      ask("obligation: " + what, what + "?", "there is no word for it here");
    }
    return {};
  }

  bool take_price(const odrl::Formula& condition) {
    const odrl::Formula* one = &condition;
    while (one->kind == odrl::Formula::Kind::all && one->parts.size() == 1) one = &one->parts[0];
    if (one->kind != odrl::Formula::Kind::atom || one->atom.says != odrl::Atom::Says::offer) {
      return false;
    }
    terms_.price = one->atom.range.first + (one->atom.op == odrl::Operator::gt ? 1 : 0);
    terms_.currency = one->atom.values[0];
    return true;
  }

  Result<Terms> build() {
    CHECK_OK(share_obligations());
    odrl::RuleBuilder builder(options_.vocabulary, is_own_, account_);
    for (const auto& draft : drafts_) CHECK_OK(builder.add(draft));
    for (auto& question : questions_) CHECK_OK(builder.ask(std::move(question)));
    terms_.rules = builder.take();
    CHECK_OK(odrl::settle_conflicts(conflict_, terms_, options_.vocabulary, account_));
    return std::move(terms_);
  }

  const odrl::PolicyDocument& policy_;
  const odrl::Source& source_;
  const ImportOptions& options_;
  Account& account_;
  Terms terms_;
  std::string uid_;
  std::string conflict_;
  bool is_own_ = false;
  bool has_title_ = false;
  odrl::Shared shared_;
  std::vector<odrl::RuleDraft> drafts_;
  std::vector<Duty> duties_;
  std::vector<odrl::Formula> conditions_;
  std::vector<std::string> questions_;
};

}  // namespace

Result<Imported> read_odrl(std::string_view text, const ImportOptions& options) {
  const auto file = TRY(document::parse_json(text, options.file));
  Account account;
  const auto policy = TRY(odrl::find_policy(file, account));
  if (policy.type == "odrl:Request") {
    return file.fault(policy.node->place, "this is a request, not terms",
                      "usufruct request import odrl FILE");
  }
  auto terms = TRY(PolicyImporter(policy, options, account).run());
  Imported imported;
  imported.terms = std::move(terms);
  imported.lines = account.take();
  return imported;
}

}  // namespace usufruct::terms
