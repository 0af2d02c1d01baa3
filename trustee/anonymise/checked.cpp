#include "trustee/anonymise/checked.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "trustee/anonymise/table/parquet.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t given_bytes = std::size_t{1} << 20;

Result<void> measure_block(const Block& block, Measuring& measuring) {
  std::vector<std::string_view> row(block.columns);
  for (std::size_t i = 0; i < block.row_count(); ++i) {
    for (std::size_t c = 0; c < block.columns; ++c) row[c] = block.cell(i, c);
    CHECK_OK(measuring.row(row));
  }
  return {};
}

}  // namespace

Checked::Checked(Measuring measuring, const Sink& sink)
    : reader_(std::make_unique<Reader>(std::move(measuring))), expanding_(*reader_), sink_(sink) {}

Result<void> Checked::take(View piece) {
  is_text_ = true;
  hash_.update(piece);
  size_bytes_ += piece.size();
  CHECK_OK_IN("measuring the release", expanding_.write(piece));
  return hold(piece);
}

Result<void> Checked::take_parquet(const Spool& file, std::uint64_t memory_bytes_max) {
  const auto columns = [&](std::vector<std::string> names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    return reader_->measuring().columns(views);
  };
  const auto rows = [&](Block block) { return measure_block(block, reader_->measuring()); };
  CHECK_OK_IN("measuring the release", read_parquet(file, memory_bytes_max, columns, rows));
  for (std::uint64_t at = 0; at < file.size_bytes();) {
    const Bytes piece = TRY(file.read(at, std::min(file.size_bytes(), at + given_bytes)));
    hash_.update(piece);
    size_bytes_ += piece.size();
    CHECK_OK(hold(piece));
    at += piece.size();
  }
  return {};
}

Result<Measurement> Checked::finish(const Floor& floor) {
  if (is_text_) CHECK_OK_IN("measuring the release", expanding_.finish());
  Measurement found = TRY_IN("measuring the release", reader_->measuring().finish());
  CHECK_OK(check_floor(found, floor));
  digest_ = hash_.finish();
  CHECK_OK(let_go());
  return found;
}

Result<void> Checked::hold(View piece) {
  if (is_passing_) return sink_(piece);
  append(held_, piece);
  if (held_.size() <= held_bytes_max) return {};
  return let_go();
}

Result<void> Checked::let_go() {
  is_passing_ = true;
  const Bytes bytes = std::exchange(held_, {});
  for (std::size_t at = 0; at < bytes.size(); at += given_bytes)
    CHECK_OK(sink_(View(bytes).subspan(at, std::min(given_bytes, bytes.size() - at))));
  return {};
}

Result<std::uint64_t> write_checked(Counted& counted, const Recoding& recoding,
                                    const Writing& writing, const Input& input, Checked& checked) {
  if (input.output.format != Format::parquet)
    return write_text(counted, recoding, writing, input.engine, input.output,
                      [&](View piece) { return checked.take(piece); });
  Spool file(input.engine);
  const std::uint64_t rows = TRY(write_parquet(counted, recoding, writing, input.engine, file));
  CHECK_OK(checked.take_parquet(file, input.engine.memory_bytes_max / 4));
  return rows;
}

}  // namespace usufruct::anonymise
