#include "trustee/anonymise/table/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/table/compression.h"
#include "trustee/anonymise/table/parquet.h"
#include "trustee/anonymise/table/row_text.h"
#include "trustee/anonymise/table/shuffle.h"
#include "trustee/anonymise/table/tracer.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t slice_rows = 16'384;
constexpr std::size_t waiting_max = 4;  ///< pieces made and not yet taken

/// Pieces on their way from the thread that makes them to the one that gives them on.
class Belt {
 public:
  /// False when nobody takes any more.
  bool put(Bytes piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return pieces_.size() < waiting_max || is_stopped_; });
    if (is_stopped_) return false;
    pieces_.push_back(std::move(piece));
    changed_.notify_all();
    return true;
  }
  void end(Result<void> how) {
    const std::lock_guard lock(mutex_);
    ended_ = std::move(how);
    changed_.notify_all();
  }
  /// Nothing at the end.
  Result<std::optional<Bytes>> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pieces_.empty() || ended_; });
    if (pieces_.empty()) {
      if (!*ended_) return std::unexpected(ended_->error());
      return std::optional<Bytes>{};
    }
    std::optional<Bytes> piece = std::move(pieces_.front());
    pieces_.pop_front();
    changed_.notify_all();
    return piece;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Bytes> pieces_;
  std::optional<Result<void>> ended_;
  bool is_stopped_ = false;
};

/// Tells what rows ask for, by their atoms: not by what the recoding takes them for.
class Asking {
 public:
  Asking(const Counted& counted, AskedRows* to) : asked_(counted.asked_of_atom), to_(to) {}
  void tell(std::span<const ShuffledRow> rows) {
    if (!to_) return;
    std::vector<std::uint32_t> told;
    for (const ShuffledRow& row : rows) told.push_back(asked_.empty() ? 0 : asked_[row.atom]);
    to_->add(std::move(told));
  }

 private:
  const std::vector<std::uint32_t>& asked_;
  AskedRows* to_;
};

/// Makes the pieces of a text file. Slices are packed on all cores where packing costs.
class TextMaker {
 public:
  TextMaker(Shuffle& shuffle, const ReleasedCells& cells, const Writing& writing, Asking asking,
            const OutputFormat& output)
      : shuffle_(shuffle),
        cells_(cells),
        watch_(writing.watch),
        tracer_(cells, writing.tracing),
        asking_(asking),
        text_(cells, output.format),
        compression_(output.compression),
        packing_(output.compression) {}

  Result<void> make(Belt& belt) {
    Bytes start = packing_.open();
    append(start, packing_.add(Packing::pack(compression_, text_.header())));
    if (!belt.put(std::move(start))) return {};
    while (!shuffle_.is_done()) {
      const auto rows = TRY(shuffle_.next());
      row_count_ += rows.size();
      CHECK_OK(tracer_.tell(rows));
      if (watch_) watch_(cells_, rows);
      asking_.tell(rows);
      if (!make_rows(belt, rows)) return {};
    }
    belt.put(packing_.close());
    return {};
  }
  std::uint64_t row_count() const { return row_count_; }

 private:
  bool make_rows(Belt& belt, std::span<const ShuffledRow> rows) {
    std::vector<Packing::Part> parts((rows.size() + slice_rows - 1) / slice_rows);
    const bool is_cheap = compression_ == Compression::none;
    for_each_index(
        parts.size(), 1,
        [&](std::size_t i) {
          const auto slice =
              rows.subspan(i * slice_rows, std::min(slice_rows, rows.size() - i * slice_rows));
          parts[i] = Packing::pack(compression_, text_.rows(slice));
        },
        is_cheap ? 1 : 0);
    for (Packing::Part& part : parts)
      if (!belt.put(packing_.add(std::move(part)))) return false;
    return true;
  }

  Shuffle& shuffle_;
  const ReleasedCells& cells_;
  const WatchRows& watch_;
  Tracer tracer_;
  Asking asking_;
  RowText text_;
  Compression compression_;
  Packing packing_;
  std::uint64_t row_count_ = 0;
};

Result<void> give(Belt& belt, const Sink& sink) {
  for (;;) {
    const auto piece = TRY(belt.take());
    if (!piece) return {};
    if (!piece->empty()) CHECK_OK(sink(*piece));
  }
}

}  // namespace

Result<std::uint64_t> write_text(Counted& counted, const Recoding& recoding, const Writing& writing,
                                 const EngineOptions& options, const OutputFormat& output,
                                 const Sink& sink) {
  Pages pages(options);
  Shuffle shuffle = TRY(Shuffle::make(counted.rows, counted.kept_columns.size(), recoding,
                                      counted.histogram.atoms, writing.placing, pages));
  const ReleasedCells cells(counted, recoding);
  TextMaker maker(shuffle, cells, writing, Asking(counted, writing.asked), output);
  Belt belt;
  std::thread making([&maker, &belt] {
    name_this_thread("table-writer");
    belt.end(maker.make(belt));
  });
  auto given = give(belt, sink);
  belt.stop();
  making.join();
  CHECK_OK(std::move(given));
  return maker.row_count();
}

Result<std::uint64_t> write_parquet(Counted& counted, const Recoding& recoding,
                                    const Writing& writing, const EngineOptions& options,
                                    ByteSink& to) {
  Pages pages(options);
  Shuffle shuffle = TRY(Shuffle::make(counted.rows, counted.kept_columns.size(), recoding,
                                      counted.histogram.atoms, writing.placing, pages));
  const ReleasedCells cells(counted, recoding);
  Tracer tracer(cells, writing.tracing);
  Asking asking(counted, writing.asked);
  std::uint64_t row_count = 0;
  std::span<const ShuffledRow> rows;
  std::size_t at = 0;
  std::vector<std::string_view> texts(cells.column_count());
  const auto next = [&](const PutRow& put) -> Result<void> {
    while (at == rows.size()) {
      if (shuffle.is_done()) return {};
      rows = TRY(shuffle.next());
      CHECK_OK(tracer.tell(rows));
      if (writing.watch) writing.watch(cells, rows);
      asking.tell(rows);
      at = 0;
    }
    for (; at < rows.size(); ++at, ++row_count) {
      cells.each(rows[at], [&](std::size_t column, std::int64_t shared, std::string_view kept) {
        texts[column] = shared < 0 ? kept : cells.shared()[static_cast<std::size_t>(shared)].text;
      });
      if (!put(texts)) break;
    }
    return {};
  };
  CHECK_OK(write_parquet(cells.names(), options.memory_bytes_max / 4, next, to));
  return row_count;
}

}  // namespace usufruct::anonymise
