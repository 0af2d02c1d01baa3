#include <array>
#include <string>

#include "crypto/base/text.h"
#include "tests/fuzz/target.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/formats.h"

namespace usufruct::fuzz {
namespace {

/// In the order of their first bytes: more may follow, but the corpus is written with it.
constexpr std::array<std::string_view, 8> signal_formats = {"aipref", "cawg",   "dta", "plus",
                                                            "robots", "tdmrep", "rsl", "labels"};

const terms::ImportFormat& format_of(std::uint8_t byte) {
  for (const auto& format : terms::import_formats()) {
    if (format.name == signal_formats[byte % signal_formats.size()]) return format;
  }
  CHECK_THAT(false);
  return terms::import_formats().front();
}

bool permits_no_more(const Terms& terms, const Terms& than) {
  terms::Budget budget{.steps = 50'000};
  return !terms::permitted_by_first_alone(terms, than, terms::Vocabulary::builtin(), budget);
}

/// What is imported accounts for something, can be written and read back to the same, and permits
/// no more when what is unstated is asked about than when it is left open.
void run_signals(View input) {
  Dice dice(input);
  const auto& format = format_of(dice.byte());
  const std::string text(as_text(dice.rest()));
  const auto imported = format.read(text, {});
  if (!imported) {
    CHECK_THAT(!imported.error().message.empty() && is_utf8(imported.error().message));
    return;
  }
  CHECK_THAT(!imported->lines.empty());
  const auto printed = terms::print_terms(imported->terms);
  CHECK_THAT(printed.has_value());
  const auto again = terms::parse_terms(*printed, "again.yaml");
  CHECK_THAT(again.has_value() && *again == imported->terms);

  const auto left = format.read(text, {.unstated = terms::Unstated::leave});
  const auto shut = format.read(text, {.unstated = terms::Unstated::forbid});
  CHECK_THAT(left.has_value() && shut.has_value());
  CHECK_THAT(permits_no_more(imported->terms, left->terms));
  CHECK_THAT(permits_no_more(shut->terms, imported->terms));
}

Bytes seed(std::uint8_t format, std::string_view text) {
  Bytes bytes{format};
  for (const char c : text) bytes.push_back(static_cast<std::uint8_t>(c));
  return bytes;
}

std::vector<Bytes> signals_seeds() {
  return {
      seed(0, "train-ai=n;exceptions=cc-cr, search=y, ai-use=?0;a=:aGk=:, x=(a \"b\");q=1.5"),
      seed(0, "HTTP/1.1 200 OK\r\nContent-Usage: train-ai=y,\r\n search=n\r\n\r\n"),
      seed(1, R"({"entries": {"cawg.ai_inference": {"use": "allowed"}, "cawg.data_mining":
          {"use": "constrained", "constraint_info": "ask"}, "x": {"use": "notAllowed"}}})"),
      seed(2, R"({"use": {"processing-included": [{"country": "DE"}], "storage-forbidden": ["US"],
          "license": "CC-BY-NC-4.0", "intended-purpose": [{"code": "ai-evaluation"}],
          "classification": [{"regulation": {"code": "phi"}, "evaluated": true}]}})"),
      seed(3,
           "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"),
      seed(4,
           "User-agent: *\nContent-Usage: / train-ai=n\nContent-Signal: search=yes\nDisallow: "
           "/a*b$\nUser-agent: GPTBot\nDisallow: /\nLicense: https://a/l\nodd: x # c\n"),
      seed(5, R"([{"location": "/a/*$", "tdm-reservation": 1, "tdm-policy": "https://a/p"},
          {"location": "/", "tdm-reservation": 0}])"),
      seed(5,
           "<html><meta name=\"tdm-reservation\" content='1'><!-- --><meta name=tdm-policy "
           "content=x>"),
      seed(6,
           "<rsl xmlns=\"https://rslstandard.org/rsl\"><content url=\"/\" server=\"s\"><license>"
           "<permits type=\"usage\">search ai-input</permits><prohibits type=\"user\">commercial"
           "</prohibits><permits type=\"geo\">EU</permits><payment type=\"crawl\"><amount "
           "currency=\"USD\">1.00</amount></payment></license></content></rsl>"),
      seed(7, "TKNC tk:cs bc:r tk:s=11-01/03-31\ntk:mc=hill,lake tk:zz"),
  };
}

}  // namespace

const Target signals_target{"signals", run_signals, signals_seeds};

}  // namespace usufruct::fuzz
