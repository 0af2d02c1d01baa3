#pragma once

#include <cstdint>
#include <memory>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/hash.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/table/compression.h"
#include "trustee/anonymise/table/spool.h"

namespace usufruct::anonymise {

/// Stands between the writer and the sink: every written byte is hashed, unpacked and measured on
/// its way. The first held_bytes_max of them wait until all was measured.
class Checked {
 public:
  Checked(Measuring measuring, const Sink& sink);

  /// A text file's next piece.
  Result<void> take(View piece);
  /// A whole Parquet file, read back by the database as any file of rows.
  Result<void> take_parquet(const Spool& file, std::uint64_t memory_bytes_max);

  /// Ends the measuring, compares with the floor, and lets go what waited. `denied` when it is
  /// missed: what the sink has is then to be thrown away.
  Result<Measurement> finish(const Floor& floor);
  /// SHA-256 and count of the bytes; after finish().
  const Digest& digest() const { return digest_; }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  /// Gives unpacked text to the measuring.
  class Reader final : public ByteSink {
   public:
    explicit Reader(Measuring measuring) : measuring_(std::move(measuring)) {}
    Result<void> write(View bytes) override { return measuring_.take(bytes); }
    Measuring& measuring() { return measuring_; }

   private:
    Measuring measuring_;
  };
  Result<void> hold(View piece);
  Result<void> let_go();

  std::unique_ptr<Reader> reader_;
  Expanding expanding_;
  const Sink& sink_;
  bool is_text_ = false;
  bool is_passing_ = false;
  Bytes held_;
  Sha256 hash_;
  Digest digest_;
  std::uint64_t size_bytes_ = 0;
};

/// The same, for whoever writes to a sink of bytes.
class CheckedSink final : public ByteSink {
 public:
  explicit CheckedSink(Checked& checked) : checked_(checked) {}
  Result<void> write(View bytes) override { return checked_.take(bytes); }

 private:
  Checked& checked_;
};

/// Writes the rows as the input asks, through `checked`, and says how many there are.
Result<std::uint64_t> write_checked(Counted& counted, const Recoding& recoding,
                                    const Writing& writing, const Input& input, Checked& checked);

}  // namespace usufruct::anonymise
