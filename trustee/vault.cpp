#include "trustee/vault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "crypto/folder.h"
#include "crypto/hash.h"
#include "crypto/seal.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t small_file_max = 64 * 1024;
constexpr std::string_view given_tag = "usufruct/given-share/v1\n";

/// Keeps 32 bytes that come through a stream, wiped when done.
class SecretSink final : public ByteSink {
 public:
  Result<void> write(View bytes) override {
    if (size_ + bytes.size() > 32) return malformed("the pepper is too long");
    std::ranges::copy(bytes, value_.span().begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
    return {};
  }
  Result<Secret<32>> take() {
    if (size_ != 32) return malformed("the pepper is too short");
    return std::move(value_);
  }

 private:
  Secret<32> value_;
  std::size_t size_ = 0;
};

/// Counts what it is given and keeps none of it.
class NullSink final : public ByteSink {
 public:
  Result<void> write(View) override { return {}; }
};

Result<void> seal_to_file(ByteSource& plain, const fs::path& path, const Secret<32>& key,
                          Chance& chance) {
  FileSink sink = TRY(FileSink::create(path, {.mode = 0600}));
  CHECK_OK(seal_content(plain, sink, key, chance));
  return sink.commit();
}

Result<void> write_age(const fs::path& path, View plain, const AgeRecipient& to, Chance& chance) {
  const AgeRecipient recipients[] = {to};
  const Bytes sealed = TRY(age_encrypt(plain, recipients, chance));
  return write_file(path, sealed, {.mode = 0600});
}

std::string share_file(std::size_t seat) { return fmt::format("share-{}.age", seat + 1); }

}  // namespace

Result<std::vector<Commitment>> commitments_of(const Custody& custody) {
  Bytes points;
  for (const auto& commitment : custody.commitments) append(points, commitment);
  return parse_commitments(points);
}

fs::path Vault::folder(const Digest& deposit) const { return root_ / to_hex(deposit); }

Result<Custody> Vault::deposit(const fs::path& table, std::span<const AgeRecipient> trustees,
                               std::size_t threshold, const Secret<32>& pepper,
                               Chance& chance) const {
  std::array<std::uint8_t, 8> name{};
  chance.fill(name);
  const fs::path to = root_ / ("incoming-" + to_hex(name));
  CHECK_OK(make_folder(to));
  const Secret<32> secret = random_share_secret(chance);
  const Deal deal = TRY(usufruct::deal(secret, {threshold, trustees.size()}, chance));
  const Secret<32> key = content_key(secret);
  FileSource source = TRY(FileSource::open(table));
  CHECK_OK(seal_to_file(source, to / "data.sealed", key, chance));
  MemorySource pepper_source(pepper.view());
  CHECK_OK(seal_to_file(pepper_source, to / "pepper.sealed", key, chance));
  for (std::size_t seat = 0; seat < trustees.size(); ++seat) {
    const SecretBytes bytes = print_share(deal.shares[seat]);
    CHECK_OK(write_age(to / share_file(seat), bytes.view(), trustees[seat], chance));
  }
  Custody custody;
  custody.threshold = static_cast<std::uint8_t>(threshold);
  for (const auto& commitment : deal.commitments) {
    custody.commitments.push_back(to_bytes(commitment.view()));
  }
  custody.sealed_sha256 = TRY(sha256_file(to / "data.sealed")).digest;
  std::error_code error;
  fs::rename(to, folder(*custody.sealed_sha256), error);
  if (error) {
    return unavailable(
        fmt::format("cannot put the sealed data into the vault: {}", error.message()));
  }
  return custody;
}

Result<Secret<32>> Vault::create_pepper(const RecordId& dataset, const AgeRecipient& owner,
                                        Chance& chance) const {
  CHECK_OK(make_folder(root_ / "peppers"));
  Secret<32> pepper;
  chance.fill(pepper.span());
  const fs::path path = root_ / "peppers" / (print_id(dataset) + ".age");
  const AgeRecipient recipients[] = {owner};
  const Bytes sealed = TRY(age_encrypt(pepper.view(), recipients, chance));
  CHECK_OK(write_file(path, sealed, {.mode = 0600, .existing = Existing::refuse}));
  return pepper;
}

Result<Secret<32>> Vault::pepper(const RecordId& dataset, const AgeIdentity& owner) const {
  const fs::path path = root_ / "peppers" / (print_id(dataset) + ".age");
  const Bytes sealed = TRY(read_file(path, small_file_max));
  const SecretBytes plain = TRY_IN("pepper", age_decrypt_secret(sealed, owner, 32));
  SecretSink sink;
  CHECK_OK(sink.write(plain.view()));
  return sink.take();
}

Result<Share> Vault::share(const Digest& deposit, std::size_t seat, const AgeIdentity& trustee,
                           std::span<const Commitment> commitments) const {
  const fs::path path = folder(deposit) / share_file(seat);
  const Bytes sealed = TRY(read_file(path, small_file_max));
  const SecretBytes plain =
      TRY_IN(path.filename().string(), age_decrypt_secret(sealed, trustee, share_bytes));
  Share share = TRY(parse_share(plain.view()));
  if (share.index != seat + 1 || !verify_share(share, commitments)) {
    return unverified(
        fmt::format("share {} is not what the ledger's commitments promise", seat + 1),
        "the dealer or the vault cheated: keep the file and report an incident");
  }
  return share;
}

Result<void> Vault::give(const Digest& deposit, const RecordId& request, const Share& share,
                         const AgeRecipient& custodian, Chance& chance) const {
  const fs::path to = folder(deposit) / "given" / print_id(request);
  CHECK_OK(make_folder(to));
  SecretBytes plain(given_tag.size() + Digest::size_bytes + share_bytes);
  const SecretBytes printed = print_share(share);
  auto at = std::ranges::copy(given_tag, plain.span().begin()).out;
  at = std::ranges::copy(request.digest.bytes, at).out;
  std::ranges::copy(printed.view(), at);
  return write_age(to / fmt::format("{}.age", share.index), plain.view(), custodian, chance);
}

Result<std::vector<Share>> Vault::given(const Digest& deposit, const RecordId& request,
                                        const AgeIdentity& custodian) const {
  const fs::path from = folder(deposit) / "given" / print_id(request);
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    if (entry.path().extension() == ".age") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Share> shares;
  const std::size_t header = given_tag.size() + Digest::size_bytes;
  for (const auto& file : files) {
    const Bytes sealed = TRY(read_file(file, small_file_max));
    const SecretBytes plain = TRY_IN(file.filename().string(),
                                     age_decrypt_secret(sealed, custodian, header + share_bytes));
    if (plain.view().size() != header + share_bytes ||
        as_text(plain.view().first(given_tag.size())) != given_tag ||
        !std::ranges::equal(plain.view().subspan(given_tag.size(), Digest::size_bytes),
                            request.digest.bytes)) {
      return unverified(fmt::format("{} was not given for this request", file.string()),
                        "ask the trustee to give the share again");
    }
    shares.push_back(TRY(parse_share(plain.view().subspan(header))));
  }
  return shares;
}

Result<void> Vault::open(const Custody& custody, std::span<const Share> shares,
                         ByteSink& table) const {
  const auto commitments = TRY(commitments_of(custody));
  const Secret<32> secret = TRY(combine(shares, commitments));
  const fs::path path = folder(custody.sealed_sha256.value_or(Digest{})) / "data.sealed";
  if (TRY(sha256_file(path)).digest != custody.sealed_sha256) {
    return unverified(
        "the sealed data in the vault are not those the ledger names",
        "restore the vault from a copy whose SHA-256 is that of the version's custody");
  }
  FileSource source = TRY(FileSource::open(path));
  CHECK_OK(open_content(source, table, content_key(secret)));
  return {};
}

Result<Secret<32>> Vault::open_pepper(const Custody& custody, std::span<const Share> shares) const {
  const auto commitments = TRY(commitments_of(custody));
  const Secret<32> secret = TRY(combine(shares, commitments));
  FileSource source =
      TRY(FileSource::open(folder(custody.sealed_sha256.value_or(Digest{})) / "pepper.sealed"));
  SecretSink sink;
  CHECK_OK(open_content(source, sink, content_key(secret)));
  return sink.take();
}

Result<void> Vault::force(const Digest& deposit, std::span<const Share> shares) const {
  const Secret<32> guess = TRY(interpolate(shares));
  FileSource source = TRY(FileSource::open(folder(deposit) / "data.sealed"));
  NullSink sink;
  if (open_content(source, sink, content_key(guess))) return {};
  return unverified("the key put together from these shares opens nothing",
                    "it takes as many shares as the trust's threshold says");
}

}  // namespace usufruct
