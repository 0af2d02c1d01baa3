#include "cli/envelopes.h"

#include <fmt/format.h>

#include <istream>

#include "crypto/stream.h"
#include "ledger/record/envelope_stream.h"

namespace usufruct::cli {
namespace {

constexpr std::size_t refusals_told_max = 10;

class StreamSource final : public ByteSource {
 public:
  explicit StreamSource(std::istream& in) : in_(in) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    if (in_.bad()) return unavailable("cannot read all of standard input");
    return static_cast<std::size_t>(in_.gcount());
  }

 private:
  std::istream& in_;
};

Result<std::vector<Bytes>> read_all_of(ByteSource& source) {
  EnvelopeStream stream(source);
  std::vector<Bytes> envelopes;
  while (auto envelope = TRY(stream.next())) {
    if (envelopes.size() == envelopes_max) {
      return malformed(fmt::format("there are more than {} envelopes", envelopes_max),
                       "split it into several files");
    }
    envelopes.push_back(*std::move(envelope));
  }
  if (envelopes.empty()) return malformed("there is no envelope in it");
  return envelopes;
}

}  // namespace

Result<std::vector<Bytes>> read_envelopes(Context& context, const std::string& path) {
  if (path == "-") {
    StreamSource source(context.world().in);
    return TRY_IN("standard input", read_all_of(source));
  }
  FileSource source = TRY(FileSource::open(path));
  return TRY_IN(path, read_all_of(source));
}

Bytes print_envelopes(std::span<const Verified> records) {
  if (records.size() == 1) return records.front().envelope();
  Bytes bytes;
  for (const auto& record : records) append_envelope(bytes, record.envelope());
  return bytes;
}

void Refusals::add(Error error) {
  ++count_;
  if (first_.size() < refusals_told_max) first_.push_back(std::move(error));
}

void Refusals::tell(Answer& answer) && {
  if (count_ == 0) return;
  for (std::size_t i = 1; i < first_.size(); ++i) {
    answer.notes.push_back("not logged either: " + first_[i].message);
  }
  if (count_ > first_.size()) {
    answer.notes.push_back(fmt::format("and {} more", count_ - first_.size()));
  }
  answer.failure = std::move(first_.front());
}

}  // namespace usufruct::cli
