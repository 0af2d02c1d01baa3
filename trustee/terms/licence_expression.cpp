#include "trustee/terms/licence_expression.h"

#include <algorithm>
#include <iterator>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

using Kind = LicenceExpression::Kind;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_parenthesis(char c) { return c == '(' || c == ')'; }
/// Annex D's idstring.
bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}
bool is_id(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_id_character);
}

/// A name of the user's own behind its prefix, and before that perhaps the document it is from.
bool is_reference(std::string_view word, std::string_view prefix) {
  constexpr std::string_view document = "DocumentRef-";
  if (word.starts_with(document)) {
    const auto colon = word.find(':');
    if (colon == word.npos || !is_id(word.substr(document.size(), colon - document.size()))) {
      return false;
    }
    word.remove_prefix(colon + 1);
  }
  return word.starts_with(prefix) && is_id(word.substr(prefix.size()));
}

constexpr std::string_view licence_prefix = "LicenseRef-";
constexpr std::string_view addition_prefix = "AdditionRef-";

/// The operator that a word would be in other case; none for other words.
std::string_view operator_meant(std::string_view word) {
  const std::string lower = to_lower_ascii(word);
  return lower == "and" ? "AND" : lower == "or" ? "OR" : lower == "with" ? "WITH" : "";
}
/// The operator that a word is, in upper case.
std::string_view operator_of(std::string_view word) {
  const auto meant = operator_meant(word);
  return word == meant || word == to_lower_ascii(meant) ? meant : "";
}

class Parser {
 public:
  Parser(std::string_view text, const Vocabulary& vocabulary)
      : text_(text), vocabulary_(vocabulary) {
    advance();
  }

  Result<LicenceExpression> run() {
    auto expression = TRY(joined(Kind::any, 0));
    if (!token_.empty()) return out_of_place();
    return expression;
  }

 private:
  /// The next word or parenthesis; empty at the end.
  void advance() {
    std::size_t at = at_ + token_.size();
    while (at < text_.size() && is_space(text_[at])) ++at;
    std::size_t end = at;
    while (end < text_.size() && !is_space(text_[end]) && !is_parenthesis(text_[end])) ++end;
    if (end == at && at < text_.size()) ++end;
    before_ = token_;
    at_ = at;
    token_ = text_.substr(at, end - at);
  }

  /// Parts joined by one operator; what is of the same kind itself is part of it.
  Result<LicenceExpression> joined(Kind kind, std::size_t depth) {
    LicenceExpression all{kind, {}, {}};
    while (true) {
      auto part = TRY(kind == Kind::any ? joined(Kind::all, depth) : one(depth));
      if (part.kind == kind) {
        std::ranges::move(part.of, std::back_inserter(all.of));
      } else {
        all.of.push_back(std::move(part));
      }
      if (operator_of(token_) != (kind == Kind::any ? "OR" : "AND")) break;
      advance();
    }
    if (all.of.size() > 1) return all;
    LicenceExpression only = std::move(all.of.front());
    return only;
  }

  Result<LicenceExpression> one(std::size_t depth) {
    if (token_ == "(") {
      if (depth == licence_expression_depth_max) {
        return fault(fmt::format("more than {} parentheses in one another", depth));
      }
      advance();
      auto inner = TRY(joined(Kind::any, depth + 1));
      if (token_ != ")") return token_.empty() ? fault("a ')' is missing") : out_of_place();
      advance();
      return inner;
    }
    LicenceExpression licence;
    licence.part = TRY(simple());
    if (operator_of(token_) == "WITH") {
      advance();
      licence.part.exception = TRY(addition());
    }
    return licence;
  }

  Result<LicencePart> simple() {
    CHECK_OK(expect_word());
    std::string_view id = token_;
    const bool or_later = id.ends_with('+');
    if (or_later) id.remove_suffix(1);
    if (is_reference(id, licence_prefix)) {
      if (or_later) return fault("no + follows a LicenseRef-", "name the later ones by OR");
    } else if (id.starts_with(addition_prefix) || vocabulary_.find_exception(id)) {
      return fault(quoted() + " is no licence but an exception", "it follows a licence and WITH");
    } else {
      CHECK_OK(expect_id(id));
    }
    advance();
    return named(id, or_later);
  }

  Result<std::string> addition() {
    CHECK_OK(expect_word());
    std::string exception(token_);
    if (!is_reference(token_, addition_prefix)) {
      CHECK_OK(expect_id(token_));
      if (vocabulary_.find_licence(token_)) {
        return fault(quoted() + " is a licence and no exception", "join licences by AND or OR");
      }
      if (const auto* known = vocabulary_.find_exception(token_)) exception = *known;
    }
    advance();
    return exception;
  }

  LicencePart named(std::string_view id, bool or_later) const {
    LicencePart part{std::string(id), or_later, ""};
    const LicenceTerm* licence = vocabulary_.find_licence(id);
    if (!licence) return part;
    part.id = licence->id;
    if (!or_later) return part;
    const LicenceTerm* later = vocabulary_.find_licence(std::string(id) + "-or-later");
    if (later || part.id.ends_with("-or-later")) {
      return {later ? later->id : part.id, false, ""};
    }
    return part;
  }

  Result<void> expect_word() const {
    if (token_.empty() && before_.empty()) {
      return fault("no licence is given", "as CC-BY-4.0, or MIT OR CC0-1.0");
    }
    if (token_.empty()) return fault(fmt::format("a licence is missing after '{}'", before_));
    if (token_ == "(" || token_ == ")" || !operator_of(token_).empty()) {
      return fault(fmt::format("a licence is missing before '{}'", token_));
    }
    if (token_ == "+") return alone();
    return {};
  }

  std::unexpected<Error> alone() const {
    return fault("a + stands alone", "write it right after the id: GPL-2.0+");
  }

  Result<void> expect_id(std::string_view id) const {
    const auto wrong = std::ranges::find_if_not(id, is_id_character);
    if (id.empty()) return fault(quoted() + " is no licence");
    if (wrong == id.end()) return {};
    const std::size_t column = at_ + static_cast<std::size_t>(wrong - id.begin()) + 1;
    const std::string shown = printable(id.substr(static_cast<std::size_t>(wrong - id.begin())), 4);
    return malformed(fmt::format("column {}: '{}' is in no licence's id", column, shown),
                     *wrong == '&' || *wrong == '|' || *wrong == ',' || *wrong == '/'
                         ? "join licences by AND or OR"
                         : "letters, digits, - and . are; your own is LicenseRef-NAME");
  }

  /// Something follows that nothing joins to what was read.
  std::unexpected<Error> out_of_place() const {
    if (token_ == ")") return fault("this ')' closes nothing");
    if (const auto meant = operator_meant(token_); !meant.empty()) {
      if (operator_of(token_).empty()) {
        return fault(quoted() + " is no operator", fmt::format("did you mean '{}'?", meant));
      }
      return fault(fmt::format("'{}' follows what is no single licence", token_));
    }
    if (token_ == "+") return alone();
    const auto is_like_id = expect_id(token_.substr(0, token_.find_last_not_of('+') + 1));
    if (!is_like_id && !is_parenthesis(token_[0])) return std::unexpected(is_like_id.error());
    // `CC BY 4.0`: the id with blanks for its hyphens.
    std::string whole(text_);
    std::ranges::replace_if(whole, is_space, '-');
    const LicenceTerm* licence = vocabulary_.find_licence(whole);
    return fault(
        fmt::format("{} follows '{}' without AND, OR or WITH", quoted(), printable(before_, 60)),
        licence ? fmt::format("did you mean '{}'?", licence->id) : "");
  }

  std::string quoted() const { return "'" + printable(token_, 60) + "'"; }
  std::unexpected<Error> fault(std::string_view message, std::string hint = {}) const {
    return malformed(fmt::format("column {}: {}", at_ + 1, message), std::move(hint));
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  std::size_t at_ = 0;
  std::string_view token_;
  std::string_view before_;
};

}  // namespace

std::string print(const LicencePart& part) {
  return part.id + (part.or_later ? "+" : "") +
         (part.exception.empty() ? "" : " WITH " + part.exception);
}

std::string print(const LicenceExpression& expression) {
  if (expression.kind == Kind::licence) return print(expression.part);
  std::string text;
  for (const auto& part : expression.of) {
    if (!text.empty()) text += expression.kind == Kind::all ? " AND " : " OR ";
    text += part.kind == Kind::licence ? print(part) : "(" + print(part) + ")";
  }
  return text;
}

Result<LicenceExpression> parse_licence_expression(std::string_view text,
                                                   const Vocabulary& vocabulary) {
  if (text.size() > licence_expression_bytes_max) {
    return malformed(fmt::format("the licence expression is longer than {} bytes",
                                 licence_expression_bytes_max));
  }
  return Parser(text, vocabulary).run();
}

std::optional<std::string> nearest_licence(std::string_view id, const Vocabulary& vocabulary) {
  std::vector<std::string> ids;
  for (const auto& [known, _] : vocabulary.licences()) ids.push_back(known);
  return nearest(id, ids);
}

}  // namespace usufruct::terms
