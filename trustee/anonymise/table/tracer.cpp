#include "trustee/anonymise/table/tracer.h"

namespace usufruct::anonymise {

Tracer::Tracer(const ReleasedCells& cells, const Tracing* tracing)
    : cells_(cells), tracing_(tracing) {
  if (!tracing_) return;
  marker_.emplace(tracing_->key, cells.column_count());
  for (const auto& shared : cells.shared())
    shared_.push_back(marker_->cell(shared.column, shared.text));
  classes_ = cells.shown_classes();
}

Result<void> Tracer::tell(std::span<const ShuffledRow> rows) {
  if (!tracing_) return {};
  written_.clear();
  for (const ShuffledRow& row : rows) {
    std::uint64_t sum = 0;
    cells_.each(row, [&](std::size_t column, std::int64_t shared, std::string_view kept) {
      sum += shared < 0 ? marker_->cell(column, kept) : shared_[static_cast<std::size_t>(shared)];
    });
    written_.push_back({RowMarker::mark(sum), row.input_row, classes_[row.group]});
  }
  return tracing_->take(written_);
}

}  // namespace usufruct::anonymise
