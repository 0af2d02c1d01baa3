#include "trustee/anonymise/table/engine.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/keyed_hash.h"
#include "trustee/anonymise/table/input_file.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::anonymise {

struct Engine::State {
  EngineOptions options;
  Source source;
  InputFile file;
  std::vector<std::string> columns{};
  std::uint64_t row_count = 0;
};

namespace {

class Columns final : public RowTaker {
 public:
  Result<void> columns(const std::vector<std::string>& names) override {
    names_ = names;
    return {};
  }
  Result<void> in_order(Block&) override { return {}; }
  Result<void> at_once(Block&, std::size_t) override { return {}; }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::vector<std::string> names_;
};

/// Lends the columns asked for, block by block.
class Lender final : public RowTaker {
 public:
  Lender(std::span<const std::size_t> columns, const EachBatch& take)
      : columns_(columns), take_(take) {
    batch_.cells.resize(columns.size());
  }
  Result<void> columns(const std::vector<std::string>&) override { return {}; }
  Result<void> in_order(Block& block) override {
    const std::size_t count = block.row_count();
    rows_.resize(count);
    for (std::size_t i = 0; i < count; ++i) rows_[i] = block.first_row + i;
    batch_.rows = rows_;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      batch_.cells[c].resize(count);
      for (std::size_t i = 0; i < count; ++i) batch_.cells[c][i] = block.cell(i, columns_[c]);
    }
    return take_(batch_);
  }
  Result<void> at_once(Block&, std::size_t) override { return {}; }

 private:
  std::span<const std::size_t> columns_;
  const EachBatch& take_;
  Batch batch_;
  std::vector<std::uint64_t> rows_;
};

}  // namespace

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::open(const EngineOptions& options, const Source& source) {
  const Format format = TRY(format_of(source));
  InputFile file = TRY_IN(printable(source.path), InputFile::open(source.path));
  auto state = std::unique_ptr<State>(new State{options, source, std::move(file)});
  State& made = *state;
  made.source.format = format;
  if (made.source.name.empty()) made.source.name = source.path;
  if (format == Format::parquet)
    made.source.path = made.file.path();
  else
    made.source.feed = [&made](ByteSink& sink) { return made.file.feed(sink); };
  Columns columns;
  made.row_count = TRY(read_rows({&made.source, 1}, options, columns));
  made.columns = columns.take();
  return Engine(std::move(state));
}

const std::vector<std::string>& Engine::columns() const { return state_->columns; }
std::uint64_t Engine::row_count() const { return state_->row_count; }

Result<void> Engine::each(std::span<const std::size_t> columns, const EachBatch& take) const {
  Lender lender(columns, take);
  EngineOptions options = state_->options;
  options.threads = 1;  // what takes is on the caller's thread
  CHECK_OK(read_rows({&state_->source, 1}, options, lender));
  return {};
}

Result<std::vector<ValueCount>> Engine::distinct(std::size_t column,
                                                 std::uint64_t count_max) const {
  std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> counts;
  std::string text;
  const std::size_t columns[] = {column};
  CHECK_OK(each(columns, [&](const Batch& batch) -> Result<void> {
    for (const std::string_view cell : batch.cells[0]) {
      text = cell;
      ++counts[text];
    }
    return {};
  }));
  std::vector<ValueCount> values;
  for (const auto& [value, count] : counts) values.push_back({value, count});
  std::ranges::sort(values, {}, &ValueCount::value);  // of no order of a map
  if (values.size() > count_max) values.resize(count_max);
  return values;
}

Result<std::uint64_t> Engine::distinct_count(std::size_t column) const {
  return std::uint64_t{TRY(distinct(column, row_count())).size()};
}

}  // namespace usufruct::anonymise
