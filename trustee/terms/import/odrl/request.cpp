#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/import/odrl/duty.h"
#include "trustee/terms/import/odrl/policy_document.h"

namespace usufruct::terms {
namespace {

using document::Node;
using odrl::Atom;
using odrl::Formula;
using odrl::Operator;

constexpr std::int64_t day_seconds = 86'400;

/// What the permissions of a Request ask for, gathered into one request.
class RequestImporter {
 public:
  RequestImporter(const odrl::PolicyDocument& policy, const ImportOptions& options,
                  Account& account)
      : policy_(policy),
        source_(policy.source),
        options_(options),
        account_(account),
        constraints_(source_, options.vocabulary) {}

  Request run() {
    for (const auto& item : policy_.node->items) {
      const std::string key = source_.names().property(item.key);
      if (key == "odrl:permission") {
        const auto values = source_.values(item, odrl::As::iri);
        for (const auto& value : values) read_permission(value);
      } else if (key != "@context" && key != "@type" && key != "@id") {
        read_member(item, key);
      }
    }
    request_.justification = printable(join(unsaid_, "; "), 1'000);
    return std::move(request_);
  }

 private:
  void read_permission(const odrl::Value& value) {
    if (value.kind != odrl::Value::Kind::node || !value.node) {
      return refuse(odrl::Source::text_of(value));
    }
    for (const auto& item : value.node->items) {
      const std::string key = source_.names().property(item.key);
      if (key != "@id" && key != "@type") read_member(item, key);
    }
  }

  /// The same may stand in a permission and, for all of them, in the request.
  void read_member(const Node& item, const std::string& key) {
    if (key == "odrl:action") {
      auto actions = odrl::read_actions(item, source_, constraints_);
      for (auto& action : actions) {
        add_word(Scheme::action, action.word, request_.actions);
        add(action.refinement);
      }
    } else if (key == "odrl:constraint") {
      add(constraints_.read_all(item));
    } else if (key == "odrl:target" || key == "odrl:assignee" || key == "odrl:assigner") {
      const auto values = source_.values(item, odrl::As::iri);
      for (const auto& value : values) {
        account_.approximated(key.substr(5) + " " + odrl::Source::text_of(value), "nothing",
                              "which dataset is asked for, and by whom, is said when it is logged");
      }
    } else if (odrl::is_remark(key)) {
      account_.approximated(key, "nothing", "a remark, which decides nothing");
    } else {
      refuse(fmt::format("'{}'", printable(item.key, 60)));
    }
  }

  void refuse(const std::string& what) {
    account_.refused(what, "justification", "there is no word for it in a request");
    unsaid_.push_back(what);
  }

  /// A word nobody knows stays: a request with it is asked about.
  void add_word(Scheme scheme, const std::string& word, std::vector<std::string>& into) {
    const Term* term = odrl::find_word(options_.vocabulary, scheme, word);
    std::string id = term ? term->id : printable(word, 100);
    if (term) {
      account_.mapped(fmt::format("{} {}", name_of(scheme), word), id);
    } else {
      account_.refused(fmt::format("{} {}", name_of(scheme), id), id, "no such word is known");
    }
    if (std::ranges::find(into, id) == into.end()) into.push_back(std::move(id));
  }

  void add(const Formula& formula) {
    if (formula.kind == Formula::Kind::all) {
      for (const auto& part : formula.parts) add(part);
      return;
    }
    if (formula.kind != Formula::Kind::atom || !take(formula.atom)) {
      refuse(odrl::text_of(formula));
    }
  }

  bool take(const Atom& atom) {
    const bool is_at_most = atom.op == Operator::eq || atom.op == Operator::lteq;
    std::string into;
    if (atom.says == Atom::Says::words) {
      const bool is_these = atom.op == Operator::eq || atom.op == Operator::is_a ||
                            atom.op == Operator::is_any_of || atom.op == Operator::is_all_of ||
                            atom.op == Operator::is_part_of;
      auto* list = list_of(atom.kind);
      if (!is_these || !list) return false;
      list->insert(list->end(), atom.values.begin(), atom.values.end());
      into = join(atom.values, " ");
    } else if (atom.says == Atom::Says::offer && atom.op == Operator::gteq &&
               request_.currency.empty()) {
      request_.price_offered = atom.range.first;
      request_.currency = atom.values[0];
      into = "price";
    } else if (atom.kind == ClauseKind::duration && is_at_most && request_.duration_days == 0) {
      const std::int64_t days = (atom.range.last + day_seconds - 1) / day_seconds;
      if (days > UINT32_MAX) return false;
      request_.duration_days = static_cast<std::uint32_t>(days);
      into = "duration";
    } else if (atom.kind == ClauseKind::count && is_at_most && request_.count == 0) {
      if (atom.range.last > UINT32_MAX) return false;
      request_.count = static_cast<std::uint32_t>(atom.range.last);
      into = "count";
    } else {
      return false;
    }
    account_.mapped(atom.text, std::move(into));
    return true;
  }

  std::vector<std::string>* list_of(ClauseKind kind) {
    if (kind == ClauseKind::purpose) return &request_.purposes;
    if (kind == ClauseKind::recipient) return &request_.recipients;
    if (kind == ClauseKind::jurisdiction) return &request_.jurisdictions;
    return nullptr;
  }

  const odrl::PolicyDocument& policy_;
  const odrl::Source& source_;
  const ImportOptions& options_;
  Account& account_;
  odrl::ConstraintReader constraints_;
  Request request_;
  std::vector<std::string> unsaid_;
};

}  // namespace

Result<ImportedRequest> read_odrl_request(std::string_view text, const ImportOptions& options) {
  const auto file = TRY(document::parse_json(text, options.file));
  Account account;
  const auto policy = TRY(odrl::find_policy(file, account));
  if (policy.type != "odrl:Request") {
    return file.fault(policy.node->place, "this is no request",
                      "terms are imported with: usufruct terms import odrl FILE");
  }
  ImportedRequest imported;
  imported.request = RequestImporter(policy, options, account).run();
  imported.lines = account.take();
  return imported;
}

}  // namespace usufruct::terms
