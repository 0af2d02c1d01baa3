#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "crypto/keyfile.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/quorum.h"
#include "trustee/vault.h"

namespace usufruct {

/// An anonymised table sealed to its recipient, and the record that says so, not yet logged. Made
/// only from a Grant and from an Anonymised that met the floor of the terms.
struct Package {
  Record record;                 ///< kind release, issued by the custodian; to be signed and logged
  std::filesystem::path file;    ///< the age file, named by its digest
  std::filesystem::path report;  ///< the page about it, beside it; its digest is in the record
  std::filesystem::path trace;   ///< what the custodian keeps of it; empty: nothing
  anonymise::Measurement measurement;
  double loss = 0;
  double loss_bound = 0;
};

struct ReleaseOptions {
  std::filesystem::path packages;  ///< folder the age file goes to
  /// Folder of what the version names by digest, hierarchies and the table of a population:
  /// `<sha256>.csv`.
  std::filesystem::path documents;
  Time now;
  /// Folder of what the custodian keeps of its releases (trustee/trace_file.h); empty: nothing is
  /// kept, and the release is held against earlier ones at the worst.
  std::filesystem::path traces{};
  /// How the package's table is written; as the owner's file is when absent.
  std::optional<anonymise::OutputFormat> output{};
  /// Whether columns are to be uniform, and how long to look for less loss.
  anonymise::RecodeOptions recoding{};
  /// Rows spill to the packages' folder, sealed, where no other is named.
  anonymise::EngineOptions engine{};
};

/// Makes a release (specs/release.md): opens the vault with the shares given for the request,
/// leaves out every row without a covering consent, generalises to the floor, measures the written
/// bytes with code that knows nothing of the algorithm, and seals them to the recipient. The table
/// streams from the vault into the package; none of it is ever on a disk unsealed. Which rows of
/// one kind go to which class is drawn under a key of the dataset's, so a second release of the
/// same rows shows each of them the same, in another order.
///
/// `denied`: fewer than k shares, or the floor cannot be met. `unverified`: a share, the sealed
/// data or the table is not what the ledger says. No file is left behind on failure.
Result<Package> make_release(const Graph& graph, const Grant& grant, const Vault& vault,
                             const KeyPair& custodian, const ReleaseOptions& options,
                             Chance& chance);

/// What opening a release found.
struct Opened {
  std::uint64_t size_bytes = 0;
  anonymise::Measurement measurement;
};

/// Opens a package with the recipient's key and checks every claim of its record that the bytes can
/// show: both digests, the counts of rows and classes, k, diversity and discernibility. The file is
/// there only on success.
Result<Opened> open_release(const Release& release, const std::filesystem::path& package,
                            const AgeIdentity& recipient, const std::filesystem::path& to);

/// The name of a row's subject: the subject column's value, or `row N` (1-based) where there is
/// none.
std::string subject_key(std::uint64_t row_number, std::string_view subject_value, bool has_column);

}  // namespace usufruct
