#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "crypto/base/check.h"
#include "crypto/base/parallel.h"
#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "ledger/entry.h"
#include "ledger/manifest.h"
#include "ledger/record/codec.h"
#include "ledger/signed.h"
#include "ledger/tile.h"
#include "tests/support/records.h"

// A log as large as one likes, as it is in practice, made quickly: what benches and large tests
// stand on.

namespace usufruct {

/// The records of a data set with many subjects, valid under the law (trustee/law): five to begin
/// with (party, trust, dataset, version, terms), then one consent a subject, without end. The same
/// on every machine.
///
///     SampleLog sample;
///     for (const auto& record : sample.beginning()) …;
///     std::vector<Bytes> envelopes = sample.consents(0, 100'000);
class SampleLog {
 public:
  /// `entry_bytes`: about how long each consent's entry is.
  explicit SampleLog(std::size_t entry_bytes = 1024) : key_(key_from(2)) {
    did_ = print_did_key(key_.verify_key());
    make_beginning();
    const std::size_t bare = envelope_of(encode_consent(0)).size() + entry_time_bytes;
    if (bare < entry_bytes) padding_ = (entry_bytes - bare) / 8 * 8;
  }

  /// When the first record was issued; a log that takes them should not be earlier.
  static constexpr Time begins() { return {1'790'000'000'000}; }
  const std::vector<Verified>& beginning() const { return beginning_; }
  const SigningKey& key() const { return key_; }

  Record consent(std::uint64_t n) const {
    Consent body{.purposes = {"dpv:ResearchAndDevelopment"},
                 .actions = {"ai-training", "ai-evaluation"},
                 .legal_basis = "consent" + std::string(padding_, '.'),
                 .notice_sha256 = sha256(as_view("notice")),
                 .jurisdiction = "DE"};
    Record record = draft(std::move(body));
    record.add(Role::covers, dataset_);
    record.add(Role::subject, {sha256(as_view(fmt::format("subject {}", n)))});
    return record;
  }
  Bytes encode_consent(std::uint64_t n) const { return must(encode(consent(n))); }
  /// The n-th consent, signed alone. About 30 us.
  Bytes consent_envelope(std::uint64_t n) const { return envelope_of(encode_consent(n)); }
  /// Those of [from, to), on all cores.
  std::vector<Bytes> consents(std::uint64_t from, std::uint64_t to) const {
    std::vector<Bytes> envelopes(to - from);
    for_each_index(envelopes.size(), 64,
                   [&](std::size_t i) { envelopes[i] = consent_envelope(from + i); });
    return envelopes;
  }
  /// The same with one signature for all of them: at most batch_records_max.
  std::vector<Bytes> batch(std::uint64_t from, std::uint64_t to) const {
    std::vector<Record> records(to - from);
    for_each_index(records.size(), 64, [&](std::size_t i) { records[i] = consent(from + i); });
    std::vector<Bytes> envelopes;
    const auto signed_ones = must(sign_batch(records, key_));
    envelopes.reserve(signed_ones.size());
    for (const auto& verified : signed_ones) envelopes.push_back(verified.envelope());
    return envelopes;
  }
  /// The envelope of entry i of a log of this sample alone: the beginning, then consents.
  Bytes envelope(std::uint64_t i) const {
    return i < beginning_.size() ? beginning_[i].envelope()
                                 : consent_envelope(i - beginning_.size());
  }

 private:
  template <class T>
  static T must(Result<T> result) {
    CHECK_THAT(result.has_value());
    return *std::move(result);
  }

  Record draft(Body body) const {
    Record record;
    record.issuer = did_;
    record.issued_at = begins();
    record.body = std::move(body);
    return record;
  }
  RecordId begin_with(const Record& record) {
    beginning_.push_back(must(sign(record, key_)));
    return beginning_.back().id();
  }
  void make_beginning() {
    const RecordId party = begin_with(draft(Party{.name = "owner"}));
    Record trust = draft(Trust{.name = "trust", .threshold = 1, .deadline_days = 30});
    trust.add(Role::trustee, party);
    trust.add(Role::custodian, party);
    Record dataset = draft(Dataset{.title = "people", .personal_data = PersonalData::special});
    dataset.add(Role::held_by, begin_with(trust));
    dataset_ = begin_with(dataset);
    Version body{.label = "1",
                 .files = {{"people.csv", 100, sha256(as_view("people")), "text/csv"}}};
    body.manifest_root = manifest_root(body.files);
    body.columns = {{"age", ColumnRole::quasi_identifier, std::nullopt},
                    {"answer", ColumnRole::sensitive, std::nullopt}};
    Record version = draft(std::move(body));
    version.add(Role::of, dataset_);
    begin_with(version);
    Vocabulary words{.name = "words"};
    words.words = {"purpose dpv:ResearchAndDevelopment", "action ai-evaluation",
                   "action ai-training"};
    std::string text = "usufruct/vocabulary/v1\n";
    for (const auto& row : words.words) text += row + '\n';
    words.sha256 = sha256(as_view(text));
    Terms research{.title = "research", .vocabulary_sha256 = words.sha256};
    research.rules = {{"research",
                       Effect::permit,
                       {{ClauseKind::purpose, {"dpv:ResearchAndDevelopment"}},
                        {ClauseKind::action, {"ai-training", "ai-evaluation"}}},
                       {}}};
    research.floor = {2, 500, 0};
    Record terms = draft(std::move(research));
    terms.add(Role::governs, dataset_);
    terms.add(Role::under, begin_with(draft(std::move(words))));
    begin_with(terms);
  }
  Bytes envelope_of(Bytes record) const {
    Envelope envelope;
    const Signature signature = key_.sign(Domain::record, record);
    envelope.record = std::move(record);
    envelope.signatures = {{key_.verify_key(), signature}};
    return must(encode(envelope));
  }

  SigningKey key_;
  std::string did_;
  std::size_t padding_ = 0;
  RecordId dataset_;
  std::vector<Verified> beginning_;
};

/// The envelopes of a sample's log whose consents are signed so many at once, one by one and in
/// any order, as LogFolder asks: the last few batches are kept. Safe between threads.
class BatchedSample {
 public:
  BatchedSample(const SampleLog& sample, std::uint64_t size, std::uint64_t batch_records)
      : sample_(sample), size_(size), batch_records_(batch_records) {}

  Bytes envelope(std::uint64_t i) {
    const std::uint64_t first = sample_.beginning().size();
    if (i < first) return sample_.beginning()[i].envelope();
    const std::lock_guard lock(mutex_);
    const std::uint64_t at = (i - first) / batch_records_;
    auto& batch = batches_[at];
    if (batch.empty()) {
      const std::uint64_t from = at * batch_records_;
      batch = sample_.batch(from, std::min(from + batch_records_, size_ - first));
      if (at >= kept_max) batches_.erase(at - kept_max);
    }
    return batch[(i - first) % batch_records_];
  }

 private:
  static constexpr std::uint64_t kept_max = 4;

  const SampleLog& sample_;
  std::uint64_t size_;
  std::uint64_t batch_records_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::vector<Bytes>> batches_;  ///< guarded by mutex_
};

/// Writes the public face of a log into an empty folder (bundles, tiles, a checkpoint signed with
/// the key), on all cores, with no log and no store: `entry(i)` are the bytes of entry i. As fast
/// as the disk and `entry`; nothing is flushed.
class LogFolder {
 public:
  using EntryOf = std::function<Bytes(std::uint64_t index)>;

  static void write(const std::filesystem::path& folder, const LogKey& key, std::uint64_t size,
                    const EntryOf& entry) {
    LogFolder log(folder);
    std::vector<Digest> hashes = log.write_bundles(size, entry);
    for (unsigned level = 1; hash_count(level, {size}) > 0; ++level) {
      hashes = log.write_level(level, hashes, hash_count(level, {size}));
    }
    const Checkpoint checkpoint{key.origin, {size}, log.root_, {}};
    log.put("checkpoint", as_view(sign_checkpoint(checkpoint, key.key)->note));
  }

 private:
  explicit LogFolder(const std::filesystem::path& folder) : folder_(folder) {}

  void put(const std::string& path, View bytes) const {
    const auto file = folder_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out << as_text(bytes);
    CHECK_THAT(out.good());
  }

  /// The roots of full tiles; what is left over goes into the root at the end.
  std::vector<Digest> write_bundles(std::uint64_t size, const EntryOf& entry) {
    std::vector<Digest> roots(size / tile_width);
    for_each_index((size + tile_width - 1) / tile_width, 1, [&](std::size_t at) {
      Bytes bundle;
      std::vector<Digest> hashes;
      const unsigned width = width_of(0, at, {size});
      for (unsigned i = 0; i < width; ++i) {
        const Bytes bytes = entry(at * tile_width + i);
        append_to_bundle(bundle, bytes);
        hashes.push_back(hash_leaf(bytes));
      }
      put(print_path(BundleId{at, width}), bundle);
      put(print_path(TileId{0, at, width}), encode_tile(hashes));
      if (width == tile_width) roots[at] = root_of_hashes(hashes);
      if (width < tile_width) last_ = hashes;
    });
    // The root: full tiles are subtrees of 256 leaves; the last leaves follow one by one.
    Tree over_tiles;
    for (const auto& root : roots) over_tiles.append(root);
    Tree tree({roots.size() * tile_width}, over_tiles.peaks());
    for (const auto& hash : last_) tree.append(hash);
    root_ = tree.root();
    return roots;
  }

  std::vector<Digest> write_level(unsigned level, const std::vector<Digest>& hashes,
                                  std::uint64_t count) const {
    std::vector<Digest> roots;
    for (std::uint64_t from = 0; from < count; from += tile_width) {
      const auto width = static_cast<unsigned>(std::min<std::uint64_t>(tile_width, count - from));
      const auto row = std::span(hashes).subspan(from, width);
      put(print_path(TileId{level, from / tile_width, width}), encode_tile(row));
      if (width == tile_width) roots.push_back(root_of_hashes(row));
    }
    return roots;
  }

  std::filesystem::path folder_;
  std::vector<Digest> last_;
  Digest root_;
};

}  // namespace usufruct
