#include "ledger/record/wire.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::wire {

void refuse_size(std::size_t size, std::size_t size_max) {
  throw Refused{fmt::format("{} bytes, more than {}", size, size_max),
                "put long texts in a document beside the ledger and refer to it by digest"};
}

void refuse_length(const char* field, std::size_t size, std::size_t due) {
  throw Refused{fmt::format("{} has {} bytes, not {}", field, size, due)};
}

void refuse_count(const char* field, std::size_t count, std::size_t count_max) {
  throw Refused{fmt::format("{} has {} items, more than {}", field, count, count_max)};
}

void refuse_enumerant(const char* field, std::uint64_t value) {
  throw Refused{fmt::format("{} has the unknown value {}", field, value)};
}

void refuse_form(std::size_t word, std::string_view why) {
  throw Refused{fmt::format("the bytes are not the canonical encoding: {} at byte {}", why,
                            word * word_bytes),
                "encode it as specs/records.md says: canonical Cap'n Proto, known fields only"};
}

void check_text(const char* field, std::string_view text) {
  if (text.size() > text_bytes_max) {
    throw Refused{fmt::format("{} has {} bytes, more than {}", field, text.size(), text_bytes_max)};
  }
  if (!is_utf8(text)) throw Refused{fmt::format("{} is not UTF-8", field)};
  if (has_control(text)) throw Refused{fmt::format("{} has a control character", field)};
}

}  // namespace usufruct::wire
