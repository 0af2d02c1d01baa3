#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise::test {

/// A file that exists in memory only, with a path to read it by.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(::memfd_create("table", MFD_CLOEXEC)) {
    for (std::size_t at = 0; at < text.size();)
      at += static_cast<std::size_t>(::write(descriptor_, text.data() + at, text.size() - at));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

inline std::string read_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// `a:q b:s c:i d:x e:u f:p g:k`: quasi-identifier, sensitive, insensitive, identifier, subject,
/// pseudonym, asked k.
inline std::vector<ColumnSpec> columns(std::string_view text) {
  std::vector<ColumnSpec> made;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const char letter = word.back();
    word.resize(word.size() - 2);
    const ColumnRole role = letter == 'q'   ? ColumnRole::quasi_identifier
                            : letter == 's' ? ColumnRole::sensitive
                            : letter == 'i' ? ColumnRole::insensitive
                            : letter == 'u' ? ColumnRole::subject
                            : letter == 'p' ? ColumnRole::pseudonym
                            : letter == 'k' ? ColumnRole::asked_k
                                            : ColumnRole::identifier;
    made.push_back({.name = word, .role = role});
  }
  return made;
}

}  // namespace usufruct::anonymise::test
