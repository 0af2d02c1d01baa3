#include "trustee/trace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "usufruct/trace/v1\n";
constexpr std::size_t id_bytes = 32;
constexpr std::size_t key_bytes = std::tuple_size_v<ShortHashKey>;
constexpr std::size_t head_bytes = magic.size() + id_bytes + key_bytes;
constexpr std::size_t row_bytes = 12;
constexpr std::size_t tail_bytes = 8 + id_bytes;

void append_u32(Bytes& to, std::uint32_t value) {
  append_u16(to, static_cast<std::uint16_t>(value >> 16));
  append_u16(to, static_cast<std::uint16_t>(value));
}

std::uint32_t read_u32(View bytes) {
  return std::uint32_t{read_u16(bytes)} << 16 | read_u16(bytes.subspan(2));
}

std::unexpected<Error> other_trace(const fs::path& path) {
  return unverified(fmt::format("{} is not the trace the ledger names", path.string()),
                    "keep it as evidence; the release cannot be traced without the right one");
}

/// Takes a trace apart as its bytes come. What it looks like is known from the record.
class TraceReader final : public ByteSink {
 public:
  TraceReader(const fs::path& path, const Logged& release, const TakeTraced& take)
      : path_(path), release_(release), body_(*release.record.as<Release>()), take_(take) {}

  Result<void> write(View bytes) override {
    hash_.update(bytes);
    append(held_, bytes);
    if (!has_head_ && held_.size() >= head_bytes) CHECK_OK(take_head());
    if (has_head_) CHECK_OK(take_rows());
    return held_.size() <= std::max(head_bytes, tail_bytes) + row_bytes ? Result<void>()
                                                                        : other_trace(path_);
  }

  Result<ShortHashKey> finish() {
    if (hash_.finish() != body_.fingerprint_sha256) return other_trace(path_);
    const bool is_whole = has_head_ && rows_ == body_.rows_released && held_.size() == tail_bytes;
    if (!is_whole || read_u64(held_) != rows_) return other_trace(path_);
    if (!std::ranges::equal(View(held_).subspan(8), body_.content_sha256->view()))
      return other_trace(path_);
    return key_;
  }

 private:
  Result<void> take_head() {
    const View head = View(held_).first(head_bytes);
    const auto version = release_.record.first(Role::from);
    if (as_text(head.first(magic.size())) != magic || !version ||
        !std::ranges::equal(head.subspan(magic.size(), id_bytes), version->digest.view()))
      return other_trace(path_);
    std::ranges::copy(head.last(key_bytes), key_.begin());
    held_.erase(held_.begin(), held_.begin() + std::ptrdiff_t{head_bytes});
    has_head_ = true;
    return {};
  }

  Result<void> take_rows() {
    const std::uint64_t count =
        std::min<std::uint64_t>(held_.size() / row_bytes, body_.rows_released - rows_);
    std::vector<anonymise::WrittenRow> rows;
    rows.reserve(count);
    View left = held_;
    for (; rows.size() < count; left = left.subspan(row_bytes))
      rows.push_back({read_u32(left), read_u32(left.subspan(4)), read_u32(left.subspan(8))});
    rows_ += count;
    held_.erase(held_.begin(), held_.end() - static_cast<std::ptrdiff_t>(left.size()));
    return rows.empty() ? Result<void>() : take_(rows);
  }

  const fs::path& path_;
  const Logged& release_;
  const Release& body_;
  const TakeTraced& take_;
  Sha256 hash_;
  Bytes held_;
  bool has_head_ = false;
  ShortHashKey key_{};
  std::uint64_t rows_ = 0;
};

}  // namespace

TraceWriter::TraceWriter(std::unique_ptr<PackageFile> file, AgeSealing sealing,
                         const ShortHashKey& key)
    : file_(std::move(file)), sealing_(std::move(sealing)), key_(key) {}

Result<TraceWriter> TraceWriter::create(const fs::path& folder, const RecordId& version,
                                        const AgeRecipient& custodian, Chance& chance) {
  auto file = std::make_unique<PackageFile>(TRY(PackageFile::create(folder)));
  const AgeRecipient recipients[] = {custodian};
  AgeSealing sealing = TRY(AgeSealing::begin(*file, recipients, chance));
  ShortHashKey key{};
  chance.fill(key);
  TraceWriter trace(std::move(file), std::move(sealing), key);
  Bytes head = to_bytes(magic);
  append(head, version.digest.view());
  append(head, key);
  CHECK_OK(trace.write(head));
  return trace;
}

Result<void> TraceWriter::take(std::span<const anonymise::WrittenRow> rows) {
  Bytes bytes;
  bytes.reserve(rows.size() * row_bytes);
  for (const auto& row : rows) {
    append_u32(bytes, row.mark);
    append_u32(bytes, row.input_row);
    append_u32(bytes, row.group);
  }
  rows_ += rows.size();
  return write(bytes);
}

Result<void> TraceWriter::write(View bytes) {
  hash_.update(bytes);
  return sealing_.write(bytes);
}

Result<fs::path> TraceWriter::publish(const Digest& package, const Digest& content) {
  Bytes tail;
  append_u64(tail, rows_);
  append(tail, content.view());
  CHECK_OK(write(tail));
  CHECK_OK(sealing_.finish());
  digest_ = hash_.finish();
  return file_->publish_as(to_hex(package) + ".age");
}

fs::path trace_path(const fs::path& traces, const Release& release) {
  return traces / (to_hex(*release.package_sha256) + ".age");
}

Result<ShortHashKey> read_trace(const fs::path& traces, const Logged& release,
                                const AgeIdentity& custodian, const TakeTraced& rows) {
  const auto& body = *release.record.as<Release>();
  const fs::path path = trace_path(traces, body);
  if (!body.fingerprint_sha256) {
    return not_found(fmt::format("release {} has no trace", print_short(release.id)),
                     "it was made without one");
  }
  FileSource file = TRY(FileSource::open(path));
  TraceReader reader(path, release, rows);
  CHECK_OK_IN(path.string(), age_decrypt(file, reader, custodian));
  return reader.finish();
}

}  // namespace usufruct
