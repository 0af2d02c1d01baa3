#include "trustee/anonymise/table/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "crypto/base/parallel.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/table/compression.h"
#include "trustee/anonymise/table/delimited.h"
#include "trustee/anonymise/table/input_file.h"
#include "trustee/anonymise/table/json_lines.h"
#include "trustee/anonymise/table/parquet.h"
#include "trustee/anonymise/table/splitter.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint64_t row_count_max = std::numeric_limits<std::uint32_t>::max() - 1;

/// What all blocks of a file are parsed by.
struct FileLayout {
  std::string path;
  Format format = Format::csv;
  Layout layout;
};

struct Work {
  Block block;
  std::shared_ptr<const FileLayout> file;  // Shared: its blocks outlive the reading of the file.
};

Result<void> parse(Work& work) {
  if (work.block.is_parsed) return {};
  if (work.file->format == Format::json_lines)
    return parse_json_lines(work.block, work.file->layout.columns);
  return parse_delimited(work.block, work.file->layout);
}

/// Parses blocks on threads of its own, and lets the taker have them in order. With one thread
/// everything is done by the caller's.
class Workers {
 public:
  Workers(std::size_t threads, RowTaker& taker) : taker_(taker) {
    if (threads <= 1) return;
    for (std::size_t i = 0; i < threads; ++i)
      threads_.emplace_back([this, i] {
        name_this_thread("table-reader");
        run(i);
      });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() { join(); }

  /// Waits while enough is waiting already. An error of earlier work is the answer.
  Result<void> push(Work work) {
    work.block.index = pushed_++;
    if (threads_.empty()) {
      process(work, 0);
      return failure();
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() <= threads_.size() || error_; });
    if (error_) return failure();
    queue_.push_back(std::move(work));
    changed_.notify_all();
    return {};
  }

  Result<std::uint64_t> finish() {
    join();
    CHECK_OK(failure());
    return rows_;
  }

 private:
  Result<void> failure() const {
    if (error_) return std::unexpected(*error_);
    return {};
  }

  void join() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  void run(std::size_t worker) {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !queue_.empty() || is_closed_; });
      if (queue_.empty()) return;
      Work work = std::move(queue_.front());
      queue_.pop_front();
      changed_.notify_all();
      lock.unlock();
      process(work, worker);
    }
  }

  void process(Work& work, std::size_t worker) {
    Result<void> parsed = parse(work);
    const std::uint64_t index = work.block.index;
    if (!wait_for_turn(index)) return;
    Result<void> taken = parsed ? number_rows(work.block) : std::move(parsed);
    if (!taken)
      taken = std::unexpected(std::move(taken).error().within(printable(work.file->path)));
    if (taken) taken = taker_.in_order(work.block);
    end_turn(index, std::move(taken));
    if (is_after_error(index)) return;
    if (auto worked = taker_.at_once(work.block, worker); !worked) fail(index, worked.error());
  }

  /// False, the turn passed on, when something before has failed.
  bool wait_for_turn(std::uint64_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == index; });
    if (!error_ || error_index_ > index) return true;
    ++turn_;
    changed_.notify_all();
    return false;
  }

  Result<void> number_rows(Block& block) {
    block.first_row = rows_;
    rows_ += block.row_count();
    if (rows_ > row_count_max)
      return malformed(fmt::format("over {} rows", row_count_max), "split the table");
    return {};
  }

  void end_turn(std::uint64_t index, Result<void> taken) {
    if (!taken) fail(index, taken.error());
    const std::lock_guard lock(mutex_);
    ++turn_;
    changed_.notify_all();
  }

  /// Of several errors the one stays that comes first in the table. Those of earlier blocks may
  /// come later: their work was begun before.
  void fail(std::uint64_t index, const Error& error) {
    const std::lock_guard lock(mutex_);
    if (error_ && error_index_ <= index) return;
    error_ = error;
    error_index_ = index;
    changed_.notify_all();
  }
  bool is_after_error(std::uint64_t index) {
    const std::lock_guard lock(mutex_);
    return error_ && error_index_ <= index;
  }

  RowTaker& taker_;
  std::mutex mutex_;  ///< guards what follows, but rows_, which belongs to whose turn it is
  std::condition_variable changed_;
  std::deque<Work> queue_;
  std::uint64_t turn_ = 0;
  bool is_closed_ = false;
  std::optional<Error> error_;
  std::uint64_t error_index_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t pushed_ = 0;  ///< the caller's alone
  std::vector<std::thread> threads_;
};

Result<void> feed_from(const Source& source, ByteSink& sink) {
  if (source.feed) return source.feed(sink);
  const InputFile file = TRY(InputFile::open(source.path));
  return file.feed(sink);
}

/// Brings the files' blocks to the workers, one file after the other.
class Reader {
 public:
  Reader(const EngineOptions& options, RowTaker& taker)
      : options_(options), taker_(taker), workers_(options.threads, taker) {}

  Result<void> read(const Source& source, std::size_t number) {
    auto file = std::make_shared<FileLayout>();
    file->path = source.path;
    file->format = TRY(format_of(source));
    bool has_rows = false;
    const auto push = [&](Block block) -> Result<void> {
      if (!block.is_parsed && block.start == block.size) return {};
      has_rows = true;
      block.file = number;
      return workers_.push({std::move(block), file});
    };
    if (file->format == Format::parquet) {
      const auto columns = [&](std::vector<std::string> names) -> Result<void> {
        file->layout.columns = std::move(names);
        return take_columns(file->layout.columns);
      };
      CHECK_OK(read_parquet(source, options_, columns, push));
    } else {
      CHECK_OK(read_text(source, *file, push));
    }
    if (has_rows) return {};
    return malformed("the file has no rows", "give at least one row");
  }

  Result<std::uint64_t> finish() { return workers_.finish(); }

 private:
  Result<void> read_text(const Source& source, FileLayout& file, const TakeBlock& push) {
    bool is_first = true;
    Splitter splitter(file.format != Format::json_lines, [&](Block block) -> Result<void> {
      if (std::exchange(is_first, false)) CHECK_OK(open_file(file, source.delimiter, block));
      return push(std::move(block));
    });
    Expanding expanding(splitter);
    CHECK_OK(feed_from(source, expanding));
    CHECK_OK(expanding.finish());
    return splitter.finish();
  }

  /// Learns from the first block what the file's columns are.
  Result<void> open_file(FileLayout& file, std::optional<char> delimiter, Block& block) {
    if (file.format == Format::json_lines) {
      file.layout.columns = TRY(parse_keys(block.raw()));
    } else {
      if (file.format == Format::tsv) delimiter = '\t';
      file.layout = TRY(parse_header(block.raw(), delimiter));
      block.start = file.layout.header_bytes;
      block.first_line += file.layout.header_lines;
    }
    return take_columns(file.layout.columns);
  }

  Result<void> take_columns(const std::vector<std::string>& columns) {
    if (!columns_) {
      columns_ = columns;
      return taker_.columns(columns);
    }
    for (std::size_t c = 0; c < std::max(columns.size(), columns_->size()); ++c) {
      const auto name = [&](const std::vector<std::string>& names) {
        return c < names.size() ? "'" + printable(names[c]) + "'" : std::string("missing");
      };
      if (name(columns) != name(*columns_))
        return malformed(fmt::format("column {} is {} and in the first file {}", c + 1,
                                     name(columns), name(*columns_)),
                         "give all files the same columns in the same order");
    }
    return {};
  }

  const EngineOptions& options_;
  RowTaker& taker_;
  std::optional<std::vector<std::string>> columns_;
  Workers workers_;
};

}  // namespace

Result<std::uint64_t> read_rows(std::span<const Source> files, const EngineOptions& options,
                                RowTaker& taker) {
  if (files.empty()) return malformed("no file is named", "name a file of rows");
  Reader reader(options, taker);
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto read = reader.read(files[i], i);
    if (read) continue;
    // An error of rows before is what came first.
    CHECK_OK(reader.finish());
    return std::unexpected(std::move(read).error().within(printable(name_of(files[i]))));
  }
  return reader.finish();
}

}  // namespace usufruct::anonymise
