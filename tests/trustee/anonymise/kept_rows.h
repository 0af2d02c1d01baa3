#pragma once

#include <string>
#include <vector>

#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::anonymise::test {

/// All that a reader of the input finds in a file: it knows nothing of the writer.
class KeptRows final : public RowTaker {
 public:
  Result<void> columns(const std::vector<std::string>& columns) override {
    names = columns;
    return {};
  }
  Result<void> in_order(Block& block) override {
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      auto& kept = rows.emplace_back();
      for (std::size_t c = 0; c < block.columns; ++c) kept.emplace_back(block.cell(row, c));
    }
    return {};
  }
  Result<void> at_once(Block&, std::size_t) override { return {}; }

  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};

inline Result<KeptRows> read_back(const std::string& bytes, Format format) {
  const MemoryFile file(bytes);
  const Source source{.path = file.path(), .format = format};
  KeptRows kept;
  CHECK_OK(read_rows({&source, 1}, {.threads = 1}, kept));
  return kept;
}

}  // namespace usufruct::anonymise::test
