#include "trustee/terms/import/duo.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "crypto/base/text.h"
#include "ledger/record/id.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/duo_code.h"

namespace usufruct::terms {
namespace {

constexpr std::string_view health = "DUO:0000006";
constexpr std::string_view disease_research = "DUO:0000007";
constexpr std::string_view ancestry = "DUO:0000011";
constexpr std::string_view methods = "duo:methods-development";
constexpr std::int64_t days_a_month = 31;
constexpr std::uint64_t months_max = 1'200;

std::vector<std::string> parts_of(std::string_view value) {
  std::vector<std::string> parts;
  for (const auto part : split(value, ',')) {
    if (!trim(part).empty()) parts.emplace_back(trim(part));
  }
  return parts;
}

class Importer {
 public:
  explicit Importer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Result<Imported> run(std::span<const std::string> codes) {
    for (const auto& code : codes) CHECK_OK(add(code));
    return finish();
  }

 private:
  Result<void> add(const std::string& written) {
    const auto equals = written.find('=');
    const std::string name(trim(std::string_view(written).substr(0, equals)));
    const std::string value(
        equals == written.npos ? "" : trim(std::string_view(written).substr(equals + 1)));
    if (is_duo_class(name)) {
      return malformed(fmt::format("'{}' is a class of codes, not one", name),
                       "give the code itself, as DUO:0000006 or HMB");
    }
    const DuoRow* row = find_duo_code(name);
    if (row == nullptr) {
      ask(fmt::format("does '{}' permit this?", printable(written, 100)));
      tell(written, Fidelity::refused, "ask", "no such code of DUO is known");
      return {};
    }
    if (!given_.insert(row->code).second) {
      return malformed(fmt::format("'{}' is given twice", row->name));
    }
    if (row->value == DuoRow::Value::must && value.empty()) {
      return malformed(fmt::format("'{}' does not say what", row->name),
                       fmt::format("write {}=…", row->name));
    }
    if (row->value == DuoRow::Value::none && !value.empty()) {
      return malformed(fmt::format("'{}' takes no value", row->name), "write it alone");
    }
    if (row->is_permission) {
      if (permission_) {
        return malformed(fmt::format("'{}' is a second permission", row->name),
                         "a dataset has one; modifiers narrow it");
      }
      permission_ = row->code;
    }
    return apply(*row, written, value);
  }

  Result<void> apply(const DuoRow& row, const std::string& written, const std::string& value) {
    switch (row.code) {
      case DuoCode::nres:
        tell(written, Fidelity::mapped, "permits every purpose");
        break;
      case DuoCode::gru:
        purposes_ = {"dpv:ResearchAndDevelopment"};
        tell(written, Fidelity::mapped, "purposes dpv:ResearchAndDevelopment");
        break;
      case DuoCode::hmb:
        purposes_ = {std::string(health)};
        tell(written, Fidelity::mapped, "purposes DUO:0000006");
        break;
      case DuoCode::poa:
        purposes_ = {std::string(ancestry)};
        tell(written, Fidelity::mapped, "purposes DUO:0000011");
        break;
      case DuoCode::ds:
        if (parts_of(value).empty()) return malformed("'DS' names no disease");
        disease(written, value);
        break;
      case DuoCode::rs:
        ask(fmt::format("is the research about {}?", printable(value, 100)));
        tell(written, Fidelity::refused, "ask", "topics of research are no words here");
        break;
      case DuoCode::nmds:
        forbids_methods_ = true;
        tell(written, Fidelity::mapped, "methods development is not permitted");
        break;
      case DuoCode::gso:
        add_clause(ClauseKind::flag, {"genetic-study"});
        tell(written, Fidelity::mapped, "flags genetic-study");
        break;
      case DuoCode::npuncu:
        non_profit();
        non_commercial();
        tell(written, Fidelity::mapped,
             "classes non-profit; forbids purposes dpv:CommercialPurpose");
        break;
      case DuoCode::npu:
        non_profit();
        tell(written, Fidelity::mapped, "classes non-profit");
        break;
      case DuoCode::ncu:
        non_commercial();
        tell(written, Fidelity::mapped, "forbids purposes dpv:CommercialPurpose");
        break;
      case DuoCode::pub:
        duties_.push_back({"publish-results", ""});
        tell(written, Fidelity::mapped, "duty publish-results");
        break;
      case DuoCode::mor:
        duties_.push_back({"publish-results", "not before " + printable(value, 100)});
        tell(written, Fidelity::approximated, "duty publish-results",
             "the date is a word to the recipient; nothing here measures it");
        break;
      case DuoCode::rtn:
        duties_.push_back({"share-results", "with the dataset's owner"});
        tell(written, Fidelity::mapped, "duty share-results");
        break;
      case DuoCode::col:
        add_clause(ClauseKind::attestation, {"collaboration"});
        tell(written, value.empty() ? Fidelity::mapped : Fidelity::approximated,
             "attestations collaboration",
             value.empty() ? ""
                           : fmt::format("with whom ({}) is not checked", printable(value, 80)));
        break;
      case DuoCode::irb:
        add_clause(ClauseKind::attestation, {"ethics-approval"});
        tell(written, Fidelity::mapped, "attestations ethics-approval");
        break;
      case DuoCode::gs:
        return regions(written, value);
      case DuoCode::ts:
        return months(written, value);
      case DuoCode::us:
      case DuoCode::is:
        people(row, written, value);
        break;
      case DuoCode::ps:
        ask(fmt::format("is it the project {}?", printable(value, 100)));
        tell(written, Fidelity::refused, "ask", "projects are no words here");
        break;
      case DuoCode::cc:
        permits_care_ = true;
        tell(written, Fidelity::mapped, "permits purposes DUO:0000043 too");
        break;
      case DuoCode::npoa:
        forbid("no-ancestry", ClauseKind::purpose, {std::string(ancestry)});
        tell(written, Fidelity::mapped, "forbids purposes DUO:0000011");
        break;
    }
    return {};
  }

  void disease(const std::string& written, const std::string& value) {
    std::vector<std::string> unknown;
    for (const auto& disease : parts_of(value)) {
      const Term* term = vocabulary_.find(Scheme::purpose, disease);
      if (term && vocabulary_.contains(Scheme::purpose, disease_research, disease)) {
        purposes_.push_back(term->id);
      } else {
        unknown.push_back(disease);
      }
    }
    if (unknown.empty()) {
      return tell(written, Fidelity::mapped, "purposes " + join(purposes_, " "));
    }
    purposes_ = {std::string(health)};
    ask(fmt::format("is the research about {}?", printable(value, 100)));
    tell(written, Fidelity::approximated, "purposes DUO:0000006, and ask",
         fmt::format("{}: no such disease in the vocabulary; whether it is meant is asked",
                     printable(join(unknown, " "), 80)));
  }

  Result<void> regions(const std::string& written, const std::string& value) {
    std::vector<std::string> known;
    for (const auto& region : parts_of(value)) {
      const Term* term = vocabulary_.find(Scheme::jurisdiction, region);
      if (!term) {
        const auto meant = vocabulary_.nearest(Scheme::jurisdiction, region);
        return malformed(fmt::format("'{}' is no known jurisdiction", printable(region, 60)),
                         meant ? fmt::format("did you mean '{}'?", *meant)
                               : "write codes of ISO 3166, or groups as EU");
      }
      known.push_back(term->id);
    }
    if (known.empty()) return malformed("'GS' names no region");
    tell(written, Fidelity::mapped, "jurisdictions " + join(known, " "));
    add_clause(ClauseKind::jurisdiction, std::move(known));
    return {};
  }

  Result<void> months(const std::string& written, const std::string& value) {
    const auto count = parse_decimal(value);
    if (!count || *count == 0 || *count > months_max) {
      return malformed(fmt::format("'TS={}' is no number of months", printable(value, 40)),
                       fmt::format("write 1 to {}", months_max));
    }
    const auto days = static_cast<std::int64_t>(*count) * days_a_month;
    clauses_.push_back({ClauseKind::duration, {}, 0, days + 1});
    tell(written, Fidelity::approximated, fmt::format("duration of at most {} days", days),
         "a month is taken as 31 days");
    return {};
  }

  void people(const DuoRow& row, const std::string& written, const std::string& value) {
    std::vector<std::string> ids = parts_of(value);
    const bool are_parties =
        std::ranges::all_of(ids, [](const auto& id) { return parse_id(id).has_value(); });
    if (are_parties && !ids.empty()) {
      tell(written, Fidelity::mapped, "actors");
      return add_clause(ClauseKind::actor, std::move(ids));
    }
    ask(fmt::format("does {} ask?", printable(value, 100)));
    tell(written, Fidelity::refused, "ask",
         fmt::format("'{}' names no parties of a ledger by their ids", row.name));
  }

  void non_profit() { add_clause(ClauseKind::actor_class, {"non-profit"}); }
  void non_commercial() { forbid("no-commerce", ClauseKind::purpose, {"dpv:CommercialPurpose"}); }

  void add_clause(ClauseKind kind, std::vector<std::string> values) {
    const auto there = std::ranges::find(clauses_, kind, &Clause::kind);
    const bool gathers = kind == ClauseKind::attestation;
    if (there == clauses_.end()) {
      clauses_.push_back({kind, std::move(values), 0, 0});
    } else if (gathers) {
      there->values.insert(there->values.end(), values.begin(), values.end());
    } else if (there->values != values) {
      clauses_.push_back({kind, std::move(values), 0, 0});
    }
  }
  void forbid(const char* id, ClauseKind kind, std::vector<std::string> values) {
    Rule rule{id, Effect::forbid, {{kind, std::move(values), 0, 0}}, {}};
    if (std::ranges::find(refusals_, rule) == refusals_.end()) refusals_.push_back(std::move(rule));
  }
  void ask(std::string question) {
    if (std::ranges::find(asks_, question, &Rule::id) != asks_.end()) return;
    asks_.push_back({std::move(question), Effect::ask, {}, {}});
  }
  void tell(std::string source, Fidelity fidelity, std::string into, std::string loss = "") {
    imported_.lines.push_back({std::move(source), fidelity, std::move(into), std::move(loss)});
  }

  Result<Imported> finish() {
    Terms& terms = imported_.terms;
    terms.title = "Imported from the Data Use Ontology";
    terms.floor = imported_floor;
    terms.vocabulary_sha256 = vocabulary_.digest();
    if (permission_) {
      // Every permission lets methods be developed on the data, but where a modifier says not.
      if (!purposes_.empty() && !forbids_methods_) purposes_.emplace_back(methods);
      if (!purposes_.empty() && permits_care_) purposes_.emplace_back("DUO:0000043");
      Rule permit{"duo", Effect::permit, clauses_, duties_};
      if (!purposes_.empty()) permit.clauses.push_back({ClauseKind::purpose, purposes_, 0, 0});
      permit.clauses = in_writing_order(permit.clauses);
      terms.rules.push_back(std::move(permit));
      if (forbids_methods_) forbid("no-methods", ClauseKind::purpose, {std::string(methods)});
    } else {
      tell("(no permission)", Fidelity::mapped, "nothing is permitted", "");
    }
    for (auto* rules : {&refusals_, &asks_}) {
      std::ranges::move(*rules, std::back_inserter(terms.rules));
    }
    // What DUO's committees look at by hand, and so do trustees.
    terms.rules.push_back(
        {"the study is about people who need special care: may it use these data?",
         Effect::ask,
         {{ClauseKind::flag, {"children", "vulnerable-people"}, 0, 0}},
         {}});
    return std::move(imported_);
  }

  const Vocabulary& vocabulary_;
  Imported imported_;
  std::set<DuoCode> given_;
  std::optional<DuoCode> permission_;
  std::vector<std::string> purposes_;
  std::vector<Clause> clauses_;
  std::vector<Duty> duties_;
  std::vector<Rule> refusals_;
  std::vector<Rule> asks_;
  bool forbids_methods_ = false;
  bool permits_care_ = false;
};

}  // namespace

Result<Imported> import_duo(std::span<const std::string> codes, const Vocabulary& vocabulary) {
  return Importer(vocabulary).run(codes);
}

Result<Imported> read_duo(std::string_view text, const ImportOptions& options) {
  std::vector<std::string> codes;
  std::string code;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space) code += c;
    if (is_space && !code.empty()) codes.push_back(std::exchange(code, ""));
  }
  if (!code.empty()) codes.push_back(code);
  if (codes.empty()) return malformed("no code of DUO is given", "as HMB or DUO:0000006");
  return import_duo(codes, options.vocabulary);
}

}  // namespace usufruct::terms
