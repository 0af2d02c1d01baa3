// What trustees sign: specs/terms.md §6.
#include <algorithm>
#include <tuple>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/terms/clause.h"

namespace usufruct::terms {
namespace {

/// Writes fields with a TAB between them.
class Lines {
 public:
  Lines() { text_.reserve(1'024); }
  void begin(std::string_view word) { text_ += word; }
  /// Of our own words, which have nothing to escape.
  void word(std::string_view word) {
    text_ += '\t';
    text_ += word;
  }
  /// What could be taken for the layout is written \xNN.
  void field(std::string_view field) {
    constexpr std::string_view digits = "0123456789abcdef";
    text_ += '\t';
    for (const char c : field) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte != 0x7f && c != '\\') {
        text_ += c;
        continue;
      }
      text_ += "\\x";
      text_ += digits[byte >> 4];
      text_ += digits[byte & 0xf];
    }
  }
  void end() { text_ += '\n'; }
  void line(std::string_view first, std::string_view second) {
    begin(first);
    word(second);
    end();
  }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_ = "usufruct/assessment/v1\n";
};

/// Of each reason what is signed, each once: what was wanted and got is in the terms and the
/// request.
std::vector<const Reason*> signed_reasons(const Layer& layer) {
  const auto signed_of = [](const Reason* reason) {
    return std::tie(reason->rule, reason->kind, reason->code, reason->truth);
  };
  std::vector<const Reason*> reasons;
  reasons.reserve(layer.reasons.size());
  for (const auto& reason : layer.reasons) reasons.push_back(&reason);
  std::ranges::sort(reasons, {}, signed_of);
  const auto repeats = std::ranges::unique(reasons, {}, signed_of);
  reasons.erase(repeats.begin(), repeats.end());
  return reasons;
}

void add_layer(const Layer& layer, Lines& lines) {
  lines.begin("layer");
  lines.field(layer.name);
  lines.word(name_of(layer.answer));
  lines.end();
  for (const Reason* reason : signed_reasons(layer)) {
    lines.begin("reason");
    lines.field(reason->rule);
    lines.word(reason->kind ? name_of(*reason->kind) : "-");
    lines.field(reason->code);
    lines.word(name_of(reason->truth));
    lines.end();
  }
}

}  // namespace

std::string canonical_text(const Assessment& assessment, const RecordId& request,
                           const RecordId& terms, std::span<const RecordId> further) {
  Lines lines;
  lines.line("request", to_hex(request.digest));
  lines.line("terms", to_hex(terms.digest));
  for (const auto& id : further) lines.line("further", to_hex(id.digest));
  lines.line("vocabulary", to_hex(assessment.vocabulary));
  lines.line("answer", name_of(assessment.answer));
  for (const auto& layer : assessment.layers) add_layer(layer, lines);
  for (const auto& duty : assessment.duties) {
    lines.begin("duty");
    lines.field(duty.action);
    lines.field(duty.detail);
    lines.end();
  }
  return std::move(lines).take();
}

Digest digest_of(const Assessment& assessment, const RecordId& request, const RecordId& terms,
                 std::span<const RecordId> further) {
  return sha256(as_view(canonical_text(assessment, request, terms, further)));
}

}  // namespace usufruct::terms
