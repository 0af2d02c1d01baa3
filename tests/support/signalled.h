#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/specification.h"

namespace usufruct {

inline const terms::ImportFormat& format_named(std::string_view name) {
  for (const auto& format : terms::import_formats()) {
    if (format.name == name) return format;
  }
  FAIL("no format of that name");
  return terms::import_formats().front();
}

/// A signal imported by its format's name, and what it answers: the same for whoever asks, but for
/// what a test changes.
class Signalled {
 public:
  Signalled(std::string_view format, std::string_view text, terms::ImportOptions options = {}) {
    auto read = format_named(format).read(text, options);
    REQUIRE_MESSAGE(read, (read ? "" : read.error().message));
    imported_ = *std::move(read);
    REQUIRE_FALSE(imported_.lines.empty());
    // What was imported can be written and read again.
    const auto printed = terms::print_terms(imported_.terms);
    REQUIRE_MESSAGE(printed, (printed ? "" : printed.error().message));
    CHECK(*terms::parse_terms(*printed, "again") == imported_.terms);
  }

  terms::Answer answer(std::vector<std::string> actions) const {
    Request request;
    request.actions = std::move(actions);
    return answer(request);
  }
  terms::Answer answer(Request request, const Party& party = {}) const {
    if (request.purposes.empty()) request.purposes = {"dpv:AcademicResearch"};
    return terms::specified(imported_.terms, {}, {request, party, RecordId{}, {1}}).answer;
  }
  terms::Assessment assess(std::vector<std::string> actions) const {
    Request request;
    request.purposes = {"dpv:AcademicResearch"};
    request.actions = std::move(actions);
    return terms::assess(imported_.terms, {}, {request, Party{}, RecordId{}, {1}});
  }

  /// No request whatever is permitted.
  bool permits_nothing() const {
    terms::Budget budget;
    const bool is_none = !terms::permitted_by_first_alone(imported_.terms, Terms{},
                                                          terms::Vocabulary::builtin(), budget);
    return is_none && !budget.is_spent();
  }
  /// Whether these permit nothing that the others do not.
  bool is_within(const Signalled& other) const {
    terms::Budget budget;
    const bool is_none = !terms::permitted_by_first_alone(imported_.terms, other.imported_.terms,
                                                          terms::Vocabulary::builtin(), budget);
    return is_none && !budget.is_spent();
  }

  const Terms& terms() const { return imported_.terms; }
  const std::vector<terms::ImportLine>& lines() const { return imported_.lines; }
  /// What became of a word of the source: its fidelity and what it is now.
  std::string told(std::string_view source) const {
    for (const auto& line : imported_.lines) {
      if (line.source == source) return std::string(name_of(line.fidelity)) + ": " + line.into;
    }
    return "nothing is told of it";
  }
  /// Whether the trustees are asked something with these words in it.
  bool asks(std::string_view words) const {
    for (const auto& rule : imported_.terms.rules) {
      if (rule.effect == Effect::ask && rule.id.contains(words)) return true;
    }
    return false;
  }

 private:
  terms::Imported imported_;
};

/// Texts no importer may stumble over. Each either says nothing that permits, or is malformed.
inline std::vector<std::string> hostile_texts() {
  std::vector<std::string> texts = {"",
                                    " ",
                                    "\n\n\n",
                                    "\xff\xfe",
                                    std::string(3, '\0'),
                                    std::string("\0a=b", 4),
                                    "=",
                                    ";;;;",
                                    "<",
                                    "<!",
                                    "[",
                                    "{",
                                    "[[",
                                    "{\"use\":{}}",
                                    "[{}]",
                                    "\xef\xbb\xbf",
                                    ": : :",
                                    "a:",
                                    "\r\r\r"};
  texts.emplace_back(100'000, '[');
  texts.emplace_back(100'000, '(');
  texts.emplace_back(600'000, 'a');
  std::string nested;
  for (int i = 0; i < 2'000; ++i) nested += "<a>";
  texts.push_back(nested);
  texts.emplace_back("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>");
  return texts;
}

inline void check_hostile(std::string_view format) {
  for (const auto& text : hostile_texts()) {
    CAPTURE(text.substr(0, 60));
    const auto read = format_named(format).read(text, {});
    if (!read) {
      CHECK_FALSE(read.error().message.empty());
    } else {
      CHECK(Signalled(format, text).permits_nothing());
    }
  }
}

/// Every start of a good text is read or refused, and what is read can be written.
inline void check_cut(std::string_view format, std::string_view text) {
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(text.substr(0, size));
    const auto read = format_named(format).read(text.substr(0, size), {});
    if (read) CHECK(terms::print_terms(read->terms));
  }
}

}  // namespace usufruct
