#include "trustee/anonymise/table/count.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/profile/free_text.h"
#include "trustee/anonymise/table/dictionary.h"
#include "trustee/anonymise/table/histogram_maker.h"
#include "trustee/anonymise/table/population_table.h"
#include "trustee/anonymise/table/pseudonym.h"
#include "trustee/anonymise/table/reading.h"
#include "trustee/anonymise/table/strict_text.h"
#include "trustee/anonymise/table/tuple_table.h"

namespace usufruct::anonymise {

namespace {

/// Codes the cells of kept rows and counts them.
class Counting final : public RowTaker {
 public:
  Counting(std::span<const Source> files, const std::vector<ColumnSpec>& specs,
           const KeepRow& keep_row, const CountOptions& options)
      : files_(files),
        specs_(specs),
        keep_row_(keep_row),
        options_(options),
        asked_(options.k),
        rows_(std::make_unique<Pages>(options.engine)) {}

  Result<void> columns(const std::vector<std::string>& names) override {
    names_ = names;
    schema_ = TRY(match_schema(names, specs_));
    if (options_.check_schema) CHECK_OK(options_.check_schema(schema_));
    coded_ = schema_.quasi_identifiers;
    if (options_.with_values)
      coded_.insert(coded_.end(), schema_.sensitive.begin(), schema_.sensitive.end());
    for (const std::size_t column : schema_.released)
      if (std::ranges::find(coded_, column) == coded_.end()) kept_.push_back(column);
    dictionaries_ = std::vector<Dictionary>(coded_.size());
    tuples_ = std::make_unique<TupleTable>(coded_.size());
    threads_.resize(std::max<std::size_t>(options_.engine.threads, 1));
    for (Thread& thread : threads_) {
      for (Dictionary& dictionary : dictionaries_) thread.caches.emplace_back(dictionary);
      thread.texts.resize(kept_.size());
    }
    return {};
  }

  /// Drops the rows that may not be used, before anything is learnt from them.
  Result<void> in_order(Block& block) override {
    uses_.clear();
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      const std::string_view subject =
          schema_.subject ? block.cell(row, *schema_.subject) : std::string_view{};
      uses_.push_back(keep_row_(block.first_row + row, subject));
    }
    if (schema_.asked_k) CHECK_OK(add_asked_cells(block));
    drop_unused(block);
    return {};
  }

  Result<void> at_once(Block& block, std::size_t worker) override {
    const std::size_t rows = block.row_count();
    if (rows == 0) return {};
    Thread& thread = threads_[worker];
    thread.codes.resize(coded_.size() * rows);
    thread.numbers.resize(rows);
    for (std::size_t c = 0; c < coded_.size(); ++c)
      code_column(block, coded_[c], thread.caches[c], thread.codes.data() + c * rows);
    tuples_->add(thread.codes.data(), rows, thread.numbers.data(), thread.scratch,
                 block.asked.empty() ? nullptr : block.asked.data());
    thread.cells.clear();
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t k = 0; k < kept_.size(); ++k) {
        thread.texts[k].add(block.cell(row, kept_[k]));
        if (schema_.pseudonym == kept_[k])
          thread.add_pseudonym(*options_.pseudonym_key, block.cell(row, kept_[k]));
        else
          append_cell(thread.cells, block.cell(row, kept_[k]));
      }
    if (schema_.pseudonym) pseudonym_count_ += rows;
    CHECK_OK(rows_.put(block.index, thread.numbers, thread.cells));
    return check_memory();
  }

  Result<Counted> finish(std::uint64_t rows_input) {
    CHECK_OK(check_kept_texts());
    auto pseudonym_like = TRY(check_pseudonyms());
    threads_.clear();
    tuples_->close();
    const auto population = TRY(read_population());
    CHECK_OK(check_people(population));
    HistogramMaker maker(*tuples_, dictionaries_, asked_.shares(), schema_, specs_,
                         population ? &*population : nullptr);
    auto made = TRY(maker.make(options_.with_values, options_.with_people));
    for (std::size_t s = 0; s < made.histogram.sensitive.size(); ++s)
      made.histogram.sensitive[s].name = names_[schema_.sensitive[s]];
    CHECK_OK(check_sensitive_texts(made.histogram));
    rows_.name_atoms(std::move(made.atoms));
    const std::uint64_t rows_kept = rows_.row_count();
    return Counted{.columns = std::move(names_),
                   .schema = std::move(schema_),
                   .histogram = std::move(made.histogram),
                   .kept_columns = std::move(kept_),
                   .pseudonym_like = std::move(pseudonym_like),
                   .population = population_of(population),
                   .asked = asked_.shares(),
                   .asked_of_atom = std::move(made.asked_of_atom),
                   .rows_input = rows_input,
                   .rows_kept = rows_kept,
                   .rows = std::move(rows_)};
  }

  std::uint64_t rows_kept() const { return rows_.row_count(); }

 private:
  struct Thread {
    std::vector<DictionaryCache> caches;
    TupleTable::Scratch scratch;
    std::vector<std::uint32_t> codes;  ///< [column · rows + row]
    std::vector<std::uint32_t> numbers;
    Bytes cells;
    std::vector<FreeTextWatch> texts;   ///< [kept column]
    std::vector<Pseudonym> pseudonyms;  ///< of its rows, in any order
    std::vector<std::string> pseudonym_like;

    void add_pseudonym(const Secret<32>& key, std::string_view value) {
      const Pseudonym pseudonym = pseudonym_of(key, value);
      const auto text = print_pseudonym(pseudonym);
      append_cell(cells, {text.data(), text.size()});
      pseudonyms.push_back(pseudonym);
      if (parse_pseudonym(value)) pseudonym_like.emplace_back(value);
    }
  };

  Result<void> add_asked_cells(const Block& block) {
    for (std::size_t row = 0; row < uses_.size(); ++row) {
      if (!uses_[row].may_be_used) continue;
      const auto k = parse_asked_k(block.cell(row, *schema_.asked_k));
      if (!k)
        return malformed(fmt::format("{}: {} holds no k", printable(name_of(files_[block.file])),
                                     place_of_row(block, row, *schema_.asked_k)),
                         fmt::format("leave it empty, or write a whole number up to {}",
                                     std::numeric_limits<std::uint32_t>::max()));
      uses_[row].asked_k = std::max(uses_[row].asked_k, *k);
    }
    return {};
  }

  /// As the readers say it: by line, in Parquet by row.
  std::string place_of_row(const Block& block, std::size_t row, std::size_t column) const {
    const auto format = format_of(files_[block.file]);
    if (!format || *format == Format::parquet)
      return fmt::format("row {}, column '{}'", block.first_row + row + 1,
                         printable(names_[column]));
    std::uint64_t line = block.first_line + row;
    // A line end within quotes is one of the cell; one that is escaped is none of the file.
    for (std::size_t i = 0; *format != Format::json_lines && i < row * block.columns; ++i) {
      const std::string_view text = block.cell(i / block.columns, i % block.columns);
      line += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    }
    return place_of(line, names_, column);
  }

  void drop_unused(Block& block) {
    std::size_t kept = 0;
    const std::size_t width = block.columns;
    for (std::size_t row = 0; row < uses_.size(); ++row) {
      if (!uses_[row].may_be_used) continue;
      if (kept != row)
        std::copy_n(block.cells.begin() + static_cast<std::ptrdiff_t>(row * width), width,
                    block.cells.begin() + static_cast<std::ptrdiff_t>(kept * width));
      const std::uint32_t number = asked_.add(uses_[row].asked_k);
      if (number > 0) block.asked.resize(kept, 0);
      if (number > 0 || !block.asked.empty()) block.asked.push_back(number);
      ++kept;
    }
    block.cells.resize(kept * width);
  }

  static void code_column(const Block& block, std::size_t column, DictionaryCache& cache,
                          std::uint32_t* codes) {
    const char* const text = block.text.get();
    const CellText* cell = block.cells.data() + column;
    for (std::size_t row = 0; row < block.row_count(); ++row, cell += block.columns)
      codes[row] = cache.code_of(text + cell->at, cell->size);
  }

  /// What is released as it is must not be what a person wrote: it may name anybody.
  std::unexpected<Error> free_text(std::string_view column) const {
    return denied(
        fmt::format("column '{}' looks like free text, which may name anybody", printable(column)),
        "give it the role identifier: it is dropped", "floor-free-text");
  }

  Result<void> check_kept_texts() const {
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      FreeTextWatch all;
      for (const Thread& thread : threads_) all.merge(thread.texts[k]);
      if (all.is_free_text()) return free_text(names_[kept_[k]]);
    }
    return {};
  }

  Result<void> check_sensitive_texts(const Histogram& histogram) const {
    for (const Histogram::Sensitive& sensitive : histogram.sensitive) {
      std::vector<ValueCount> values;
      for (std::size_t v = 0; v < sensitive.values.size(); ++v)
        values.push_back({sensitive.values[v], sensitive.counts[v]});
      if (looks_like_free_text(values)) return free_text(sensitive.name);
    }
    return {};
  }

  Result<std::optional<PopulationTable>> read_population() const {
    if (!options_.population || options_.population->files.empty())
      return std::optional<PopulationTable>{};
    std::vector<std::string> columns;
    for (const std::size_t c : schema_.quasi_identifiers) columns.push_back(names_[c]);
    return TRY_IN("population",
                  PopulationTable::read(options_.population->files, columns, options_.engine));
  }

  Result<void> check_people(const std::optional<PopulationTable>& table) const {
    if (!options_.population) return {};
    const std::uint64_t rows = table ? table->row_count() : 0;
    const std::uint64_t people = options_.population->people;
    if (people > 0 && people < rows)
      return malformed(
          fmt::format("a population of {} people whose table has {} rows", people, rows),
          "a row is a person: say how many people there are in all, or leave it out");
    if (std::max(people, rows) == 0)
      return malformed("a population of no people",
                       "give a table of them, or say how many there are");
    if (std::max(people, rows) < rows_.row_count())
      return malformed(
          fmt::format("a population of {} people, of whom {} rows may be used",
                      std::max(people, rows), rows_.row_count()),
          "give the population that the rows are of: all whom they may be thought to be");
    return {};
  }

  std::optional<Population> population_of(const std::optional<PopulationTable>& table) const {
    if (!options_.population) return std::nullopt;
    Population made = table ? table->told() : Population{};
    made.people = std::max(options_.population->people, table ? table->row_count() : 0);
    return made;
  }

  /// One row a value: by two the rows of a person would be put together.
  Result<std::vector<std::string>> check_pseudonyms() {
    std::vector<Pseudonym> all;
    std::vector<std::string> like;
    for (Thread& thread : threads_) {
      all.insert(all.end(), thread.pseudonyms.begin(), thread.pseudonyms.end());
      std::ranges::move(thread.pseudonym_like, std::back_inserter(like));
      thread.pseudonyms = {};
    }
    std::ranges::sort(all);
    if (std::ranges::adjacent_find(all) == all.end()) return like;
    return denied(fmt::format("a value of column '{}' is in more than one row, and its pseudonym "
                              "would put these rows together",
                              printable(names_[*schema_.pseudonym])),
                  "use one row a person, or give the column the role identifier",
                  "floor-pseudonym");
  }

  Result<void> check_memory() const {
    std::uint64_t bytes = tuples_->memory_bytes();
    if (schema_.pseudonym) bytes += 2 * sizeof(Pseudonym) * pseudonym_count_;
    for (const Dictionary& dictionary : dictionaries_) bytes += dictionary.memory_bytes();
    if (bytes <= options_.engine.memory_bytes_max / 2) return {};
    return unavailable(fmt::format("what is distinct in the table needs over {} bytes of memory",
                                   options_.engine.memory_bytes_max / 2),
                       "allow more memory, or give fewer columns the role quasi_identifier");
  }

  std::span<const Source> files_;
  const std::vector<ColumnSpec>& specs_;
  const KeepRow& keep_row_;
  const CountOptions& options_;
  std::vector<std::string> names_;
  Schema schema_;
  AskedK asked_;                    ///< of whose turn it is, until all was read
  std::vector<RowUse> uses_;        ///< [row] of the block whose turn it is
  std::vector<std::size_t> coded_;  ///< columns that are counted
  std::vector<std::size_t> kept_;   ///< columns whose cells are kept
  std::vector<Dictionary> dictionaries_;
  std::unique_ptr<TupleTable> tuples_;
  std::vector<Thread> threads_;
  std::atomic<std::uint64_t> pseudonym_count_ = 0;
  KeptRows rows_;
};

}  // namespace

Result<Counted> count_tuples(std::span<const Source> files, const std::vector<ColumnSpec>& specs,
                             const KeepRow& keep_row, const CountOptions& options) {
  CHECK_OK(check_weights(specs));
  Counting counting(files, specs, keep_row, options);
  const std::uint64_t rows = TRY(read_rows(files, options.engine, counting));
  if (counting.rows_kept() == 0)
    return denied(fmt::format("0 of {} rows may be used", rows),
                  "no row is covered by a consent for this use", "floor-k");
  return counting.finish(rows);
}

}  // namespace usufruct::anonymise
