#include "crypto/age_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view version_line = "age-encryption.org/v1";
constexpr std::string_view armor_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::size_t body_columns = 64;

/// Lines of a source, remembered as they are read. One byte at a time, so that the payload is left
/// untouched: give it a source that is cheap to ask often.
class LineReader {
 public:
  explicit LineReader(ByteSource& source) : source_(source) {}

  /// The next line without its line feed.
  Result<std::string_view> next() {
    const std::size_t start = read_.size();
    for (;;) {
      if (read_.size() == age_header_bytes_max) {
        return malformed(fmt::format("an age header of more than {} bytes", age_header_bytes_max));
      }
      std::uint8_t byte = 0;
      if (TRY(source_.read({&byte, 1})) == 0) return malformed("an age header that is cut off");
      read_.push_back(byte);
      if (byte == '\n') return as_text(View(read_).subspan(start, read_.size() - start - 1));
    }
  }
  const Bytes& read() const { return read_; }

 private:
  ByteSource& source_;
  Bytes read_;
};

Result<std::vector<std::string>> parse_words(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    const auto is_visible = [](char c) { return c >= '!' && c <= '~'; };
    if (word.empty() || !std::ranges::all_of(word, is_visible)) {
      return malformed("an age header with a broken recipient line");
    }
    words.emplace_back(word);
  }
  return words;
}

Result<Bytes> read_body(LineReader& lines) {
  Bytes body;
  for (;;) {
    const std::string_view line = TRY(lines.next());
    if (line.size() > body_columns) return malformed("an age header with a line of a wrong length");
    append(body, TRY_IN("age header", parse_base64_unpadded(line)));
    if (line.size() < body_columns) return body;
  }
}

}  // namespace

std::string print_age_stanza(const AgeStanza& stanza) {
  std::string out = "-> " + join(stanza.words, " ") + "\n";
  std::string body = to_base64_unpadded(stanza.body);
  // The last line is shorter than the others, if need be empty.
  std::string_view left = body;
  for (; left.size() >= body_columns; left.remove_prefix(body_columns)) {
    out.append(left.substr(0, body_columns)).append("\n");
  }
  return out.append(left).append("\n");
}

Result<AgeHeader> read_age_header(ByteSource& source) {
  LineReader lines(source);
  const std::string_view first = TRY(lines.next());
  if (first == armor_line) {
    return malformed("an age file in PEM armor", "take the armor off: age --decrypt reads both");
  }
  if (first != version_line) return malformed("not an age file of version 1");
  AgeHeader header;
  for (;;) {
    const std::string line(TRY(lines.next()));
    if (line.starts_with("--- ")) {
      const Bytes code = TRY_IN("age header", parse_base64_unpadded(line.substr(4)));
      if (code.size() != header.code.size()) return malformed("an age header with a broken code");
      std::ranges::copy(code, header.code.begin());
      const std::size_t after = line.size() - 3 + 1;
      header.covered = to_bytes(View(lines.read()).first(lines.read().size() - after));
      break;
    }
    if (!line.starts_with("-> ")) return malformed("an age header with an unknown line");
    if (header.stanzas.size() == age_recipients_max) {
      return malformed(fmt::format("an age file for more than {} recipients", age_recipients_max));
    }
    AgeStanza stanza;
    stanza.words = TRY(parse_words(line.substr(3)));
    stanza.body = TRY(read_body(lines));
    header.stanzas.push_back(std::move(stanza));
  }
  const auto is_scrypt = [](const AgeStanza& stanza) { return stanza.words[0] == "scrypt"; };
  if (header.stanzas.empty()) return malformed("an age file for no recipient");
  if (header.stanzas.size() > 1 && std::ranges::any_of(header.stanzas, is_scrypt)) {
    return malformed("an age file for a passphrase and others, which the format forbids");
  }
  return header;
}

}  // namespace usufruct
