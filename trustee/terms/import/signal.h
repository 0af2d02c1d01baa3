#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

/// A use that a signal allows, and under what.
struct Allowance {
  std::vector<std::string> actions;
  std::vector<Clause> clauses{};
  std::vector<Duty> duties{};

  bool is_plain() const { return clauses.empty() && duties.empty(); }
};

/// What a site, a file or an asset signals about its use, gathered statement by statement and then
/// made into terms: what is allowed is a permit, what is reserved a forbid, and what is not spoken
/// of is asked about (ImportOptions::unstated), so that silence never permits. Of two statements
/// the stricter counts. Everything told here is bounded; what is above the bounds is counted.
class Signal {
 public:
  Signal(std::string title, const ImportOptions& options);

  const Vocabulary& vocabulary() const { return options_.vocabulary; }
  const ImportOptions& options() const { return options_; }

  void allow(Allowance allowance);
  /// Forbids, under conditions if there are any.
  void reserve(std::vector<std::string> actions, std::vector<Clause> clauses = {});
  /// The trustees judge it; without actions: whatever is asked for.
  void ask(std::string question, std::vector<std::string> actions = {});
  /// The source leaves it open by itself, though it speaks of something broader.
  void leave_open(std::vector<std::string> actions);
  /// A name that the source uses and nobody here knows: said in the question about what is open.
  void tell_unknown(std::string_view name);

  /// One line of the account; texts of the source are made printable and short.
  void tell(std::string_view source, Fidelity fidelity, std::string into, std::string loss = "");

  Imported finish() &&;

 private:
  std::vector<std::string> spoken() const;
  std::vector<std::string> open() const;
  void add_permits();
  void add_reserved();
  void add_open();
  void add(Rule rule);

  ImportOptions options_;
  Imported imported_;
  std::vector<Allowance> allowed_;
  std::vector<Allowance> reserved_;  // their clauses; no duties
  std::vector<Rule> asks_;
  std::vector<std::string> open_;
  std::vector<std::string> unknown_;
  std::set<std::string> ids_;
  std::size_t lines_left_out_ = 0;
  std::size_t asks_left_out_ = 0;
  std::size_t unknown_left_out_ = 0;
};

/// "forbids actions gen-ai search", for an ImportLine.
std::string in_words(std::string_view what, const std::vector<std::string>& actions);
/// mapped or approximated.
inline Fidelity fidelity_of(bool is_exact) {
  return is_exact ? Fidelity::mapped : Fidelity::approximated;
}

}  // namespace usufruct::terms
