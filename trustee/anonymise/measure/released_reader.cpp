#include "trustee/anonymise/measure/released_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/csv_record.h"
#include "trustee/anonymise/measure/json_record.h"

namespace usufruct::anonymise::measuring {

namespace {

bool is_ascii(View bytes) {
  std::uint64_t all = 0;
  std::size_t at = 0;
  for (; at + sizeof all <= bytes.size(); at += sizeof all) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, sizeof eight);
    all |= eight;
  }
  for (; at < bytes.size(); ++at) all |= bytes[at];
  return (all & 0x8080808080808080) == 0;
}

}  // namespace

std::unexpected<Error> ReleasedReader::bad(std::string_view what) const {
  return malformed(fmt::format("line {}: {}", line_, what), "measure the file as it was written");
}

void ReleasedReader::feed(View piece) {
  buffer_.erase(0, at_);
  buffer_.append(as_text(piece));
  at_ = 0;
  decoded_.clear();
  is_wide_ = is_wide_ || !is_ascii(piece);
}

Result<bool> ReleasedReader::next(std::vector<std::string_view>& fields) {
  if (at_ == buffer_.size()) return false;
  const bool found = TRY(format_ == Format::json_lines ? read_json(fields) : read_csv(fields));
  if (!found && buffer_.size() - at_ > record_bytes_max)
    return bad(fmt::format("a record of over {} bytes", record_bytes_max));
  return found;
}

Result<void> ReleasedReader::end() const {
  if (at_ != buffer_.size()) return bad("the file stops within a record");
  if (width_ == 0 && format_ != Format::json_lines) return bad("there is no header");
  return {};
}

Result<bool> ReleasedReader::read_csv(std::vector<std::string_view>& fields) {
  const auto read = read_csv_record(rest(), format_ == Format::tsv ? '\t' : ',', fields, decoded_);
  if (!read) return bad(read.error().message);
  if (read->size == 0) return false;
  CHECK_OK(use_line_end(read->is_crlf));
  CHECK_OK(check_text(rest().substr(0, read->size)));
  CHECK_OK(keep_width(fields.size()));
  at_ += read->size;
  ++line_;
  return true;
}

Result<bool> ReleasedReader::read_json(std::vector<std::string_view>& fields) {
  const std::size_t end = rest().find('\n');
  if (end == std::string_view::npos) return false;
  const std::string_view line = rest().substr(0, end);
  CHECK_OK(check_text(line));
  const auto read = read_json_record(line, decoded_);
  if (!read) return bad(read.error().message);
  if (!keys_told_) {
    // The first line is read twice: for the names, and for its values.
    keys_told_ = true;
    for (const JsonField& field : *read) {
      if (std::find(keys_.begin(), keys_.end(), field.key) != keys_.end())
        return bad(fmt::format("key '{}' twice", printable(field.key)));
      keys_.emplace_back(field.key);
    }
    fields.assign(keys_.begin(), keys_.end());
    CHECK_OK(keep_width(fields.size()));
    return true;
  }
  fields.assign(keys_.size(), std::string_view{});
  std::vector<bool> is_given(keys_.size());
  for (std::size_t i = 0; i < read->size(); ++i) {
    const JsonField& field = (*read)[i];
    // Keys mostly keep their order, so the place is guessed before it is looked for.
    std::size_t place = i;
    if (place >= keys_.size() || keys_[place] != field.key)
      place = static_cast<std::size_t>(std::find(keys_.begin(), keys_.end(), field.key) -
                                       keys_.begin());
    if (place == keys_.size())
      return bad(fmt::format("key '{}' is not in the first line", printable(field.key)));
    if (is_given[place]) return bad(fmt::format("key '{}' twice", printable(field.key)));
    is_given[place] = true;
    fields[place] = field.value;
  }
  at_ += end + 1;
  ++line_;
  return true;
}

Result<void> ReleasedReader::use_line_end(bool is_crlf) {
  if (is_crlf_.value_or(is_crlf) != is_crlf)
    return bad("a line ends in another way than the first");
  is_crlf_ = is_crlf;
  return {};
}

Result<void> ReleasedReader::keep_width(std::size_t width) {
  if (width_ == 0) {
    if (width == 0 || width > column_count_max)
      return bad(fmt::format("{} columns; 1 to {} can be measured", width, column_count_max));
    width_ = width;
  }
  if (width != width_) return bad(fmt::format("{} fields and the header has {}", width, width_));
  return {};
}

Result<void> ReleasedReader::check_text(std::string_view record) const {
  if (is_wide_ && !is_utf8(record)) return bad("bytes that are not UTF-8");
  return {};
}

}  // namespace usufruct::anonymise::measuring
