#include "trustee/anonymise/table/population_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::anonymise {

/// Codes the cells of the columns asked for and counts them.
class PopulationTaker final : public RowTaker {
 public:
  PopulationTaker(PopulationTable& table, const std::vector<std::string>& wanted,
                  const EngineOptions& options)
      : table_(table), wanted_(wanted), options_(options) {}

  Result<void> columns(const std::vector<std::string>& names) override {
    for (const std::string& name : wanted_) {
      const auto at = std::ranges::find(names, name);
      if (at == names.end())
        return malformed(fmt::format("it has no column '{}'", printable(name)),
                         "give a table that has every quasi-identifier, by the same name");
      places_.push_back(static_cast<std::size_t>(at - names.begin()));
    }
    threads_.resize(std::max<std::size_t>(options_.threads, 1));
    for (Thread& thread : threads_)
      for (Dictionary& dictionary : *table_.dictionaries_) thread.caches.emplace_back(dictionary);
    return {};
  }

  Result<void> in_order(Block&) override { return {}; }

  Result<void> at_once(Block& block, std::size_t worker) override {
    const std::size_t rows = block.row_count();
    if (rows == 0) return {};
    Thread& thread = threads_[worker];
    thread.codes.resize(places_.size() * rows);
    thread.numbers.resize(rows);
    for (std::size_t c = 0; c < places_.size(); ++c)
      for (std::size_t row = 0; row < rows; ++row) {
        const std::string_view text = block.cell(row, places_[c]);
        thread.codes[c * rows + row] =
            thread.caches[c].code_of(text.data(), static_cast<std::uint32_t>(text.size()));
      }
    table_.tuples_->add(thread.codes.data(), rows, thread.numbers.data(), thread.scratch);
    return check_memory();
  }

 private:
  struct Thread {
    std::vector<DictionaryCache> caches;
    TupleTable::Scratch scratch;
    std::vector<std::uint32_t> codes;
    std::vector<std::uint32_t> numbers;
  };

  Result<void> check_memory() const {
    std::uint64_t bytes = table_.tuples_->memory_bytes();
    for (const Dictionary& dictionary : *table_.dictionaries_) bytes += dictionary.memory_bytes();
    if (bytes <= options_.memory_bytes_max / 4) return {};
    return unavailable(fmt::format("what is distinct in it needs over {} bytes of memory",
                                   options_.memory_bytes_max / 4),
                       "allow more memory, or give fewer columns the role quasi_identifier");
  }

  PopulationTable& table_;
  const std::vector<std::string>& wanted_;
  const EngineOptions& options_;
  std::vector<std::size_t> places_;  ///< [column asked for]: in the file
  std::vector<Thread> threads_;
};

Result<PopulationTable> PopulationTable::read(std::span<const Source> files,
                                              const std::vector<std::string>& columns,
                                              const EngineOptions& options) {
  PopulationTable made;
  made.dictionaries_ = std::make_unique<std::vector<Dictionary>>(columns.size());
  made.tuples_ = std::make_unique<TupleTable>(columns.size());
  PopulationTaker taker(made, columns, options);
  made.row_count_ = TRY(read_rows(files, options, taker));
  made.tuples_->close();
  return made;
}

Population PopulationTable::told() const {
  Population made;
  for (const Dictionary& dictionary : *dictionaries_) {
    auto& values = made.values.emplace_back();
    for (std::uint32_t code = 0; code < dictionary.size(); ++code)
      values.emplace_back(dictionary.text(code));
  }
  for (std::size_t part = 0; part < TupleTable::part_count; ++part)
    for (std::size_t i = 0; i < tuples_->size_of_part(part); ++i) {
      for (std::size_t c = 0; c < dictionaries_->size(); ++c)
        made.codes.push_back(tuples_->code(part, i, c));
      made.counts.push_back(tuples_->count(part, i));
    }
  return made;
}

}  // namespace usufruct::anonymise
