#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "crypto/hash.h"
#include "ledger/manifest.h"
#include "tests/support/scratch.h"
#include "trustee/consents.h"
#include "trustee/release.h"
#include "world.h"

namespace usufruct {

/// A granted request on a real table in a real vault. Rows 1 to 12; row 12 has no consent, row 3
/// only for commerce.
struct Exchange {
  Scratch scratch;
  World world;
  Vault vault{scratch.path() / "vault"};
  Secret<32> pepper;

  explicit Exchange(ColumnRole name = ColumnRole::identifier)
      : pepper(Secret<32>::random(world.chance())) {
    write_table();
    world.charter();
    world.dataset();
    world.version(deposit(name));
    world.terms();
    for (int row = 1; row <= 11; ++row) consent(row);
    world.request();
    world.must("ama", world.decision("ama"));
    world.must("chi", world.decision("chi"));
  }

  void write_table() const {
    std::ofstream file(scratch.path() / "people.csv");
    file << "name,age,answer\n";
    for (int row = 1; row <= 12; ++row) {
      file << "person" << row << ',' << 20 + row % 3 << ',' << (row % 2 == 0 ? "yes" : "no")
           << '\n';
    }
  }

  Version deposit(ColumnRole name) {
    Version body = World::version_body(world.chance());
    body.columns[0].role = name;
    const auto table = scratch.path() / "people.csv";
    const auto content = *sha256_file(table);
    body.files = {{"people.csv", content.size_bytes, content.digest, "text/csv"}};
    body.manifest_root = manifest_root(body.files);
    std::vector<AgeRecipient> recipients;
    for (const auto& id : trustees()) recipients.push_back(key_of(id).receiving.recipient());
    body.custody = *vault.deposit(table, recipients, 2, pepper, world.chance());
    return body;
  }

  std::vector<RecordId> trustees() { return trustees_of(*world.graph().find(world.last["trust"])); }
  const KeyPair& key_of(const RecordId& party) {
    for (const auto* name : {"ama", "ben", "chi"}) {
      if (world.party(name) == party) return world.key(name);
    }
    std::abort();
  }

  void consent(int row) {
    Record record = world.draft(
        "owner",
        Consent{.purposes = {row == 3 ? "dpv:CommercialPurpose" : "dpv:ResearchAndDevelopment"},
                .actions = {"ai-training"}});
    record.add(Role::covers, world.last["dataset"]);
    record.add(
        Role::subject,
        commit_to_subject(pepper, subject_key(static_cast<std::uint64_t>(row - 1), "", false)));
    world.last["row " + std::to_string(row)] = world.must("owner", record);
  }

  Digest root() { return *version().custody.sealed_sha256; }
  const Version& version() {
    return *world.graph().find(world.last["version"])->record.as<Version>();
  }

  void give(const std::string& name) {
    const auto all = trustees();
    const auto seat =
        static_cast<std::size_t>(std::ranges::find(all, world.party(name)) - all.begin());
    const auto commitments = *commitments_of(version().custody);
    const auto share = vault.share(root(), seat, world.key(name).receiving, commitments);
    REQUIRE(share);
    REQUIRE(vault.give(root(), world.last["request"], *share,
                       world.key("ama").receiving.recipient(), world.chance()));
  }

  /// A request of somebody's that two trustees grant, with their shares.
  void ask(const std::string& trainer) {
    if (trainer != "trainer") world.register_party(trainer);
    Record record = world.draft(trainer, Request{.purposes = {"dpv:AcademicResearch"},
                                                 .actions = {"ai-training"},
                                                 .duration_days = 365});
    record.add(Role::for_, world.last["version"]);
    world.last["request"] = world.must(trainer, record);
    for (const auto* name : {"ama", "chi"}) world.must(name, world.decision(name));
    for (const auto* name : {"ama", "chi"}) give(name);
  }

  std::filesystem::path traces() const { return scratch.path() / "traces"; }
  /// Without a folder of traces none is kept and none is read.
  Result<Package> make(const std::filesystem::path& traces = {}) {
    const auto grant = TRY(grant_of(world.graph(), world.last["request"], world.now()));
    const ReleaseOptions options{.packages = scratch.path() / "packages",
                                 .documents = scratch.path(),
                                 .now = world.now(),
                                 .traces = traces};
    return make_release(world.graph(), grant, vault, world.key("ama"), options, world.chance());
  }
  std::size_t packages() const { return files_in(scratch.path() / "packages"); }
  static std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
};

}  // namespace usufruct
