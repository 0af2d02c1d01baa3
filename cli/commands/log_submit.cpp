#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/envelopes.h"
#include "cli/log_key.h"
#include "crypto/stream.h"
#include "ledger/signed.h"
#include "trustee/remote_log.h"

namespace usufruct::cli {
namespace {

struct Submission {
  std::string url;
  std::vector<std::string> files;
  std::string key;
  std::string ca_file;
};

/// One envelope on its way, and where its receipt goes: beside its file, or, when that holds many,
/// into a folder beside it, under the record's id and with its envelope.
struct Outgoing {
  std::string name;  ///< what messages call it
  std::filesystem::path receipt;
};

struct Load {
  std::vector<Bytes> envelopes;
  std::vector<Outgoing> outgoing;  ///< one to one
};

/// A receipt has its envelope beside it. Asked before anything is sent, so that a file of another
/// name does not get its receipt beside somebody else's envelope.
Result<void> check_beside(const std::filesystem::path& receipt, View envelope) {
  const auto beside = std::filesystem::path(receipt).replace_extension("envelope");
  std::error_code error;
  if (!std::filesystem::exists(beside, error)) return {};
  const auto there = read_file(beside, envelope_bytes_max);
  if (there && std::ranges::equal(*there, envelope)) return {};
  return conflict(fmt::format("'{}' is there and is another envelope", beside.string()),
                  "the receipt would be kept beside it: give the envelope's file another name");
}

Result<void> add_file(Context& context, const std::string& file, Load& load) {
  auto envelopes = TRY(read_envelopes(context, file));
  const auto checked = verify_all(envelopes);
  const auto beside = std::filesystem::path(file == "-" ? "stdin" : file);
  for (std::size_t i = 0; i < envelopes.size(); ++i) {
    const bool is_alone = envelopes.size() == 1;
    const std::string name = is_alone ? file : fmt::format("{}: envelope {}", file, i);
    if (!checked[i]) return std::unexpected(Error(checked[i].error()).within(name));
    const auto receipt = is_alone ? std::filesystem::path(beside).replace_extension("tlog-proof")
                                  : std::filesystem::path(beside).replace_extension("receipts") /
                                        (print_id(checked[i]->id()) + ".tlog-proof");
    CHECK_OK(check_beside(receipt, envelopes[i]));
    load.outgoing.push_back({name, receipt});
    load.envelopes.push_back(std::move(envelopes[i]));
  }
  return {};
}

Result<void> keep(const std::filesystem::path& path, const Receipt& receipt, View envelope) {
  if (path.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return unavailable(fmt::format("cannot make the folder '{}': {}", path.parent_path().string(),
                                     error.message()));
    }
  }
  const auto beside = std::filesystem::path(path).replace_extension("envelope");
  std::error_code error;
  if (!std::filesystem::exists(beside, error)) CHECK_OK(write_file(beside, envelope));
  return write_file(path, as_view(print_receipt(receipt)));
}

Result<Answer> submit(Context& context, const Submission& options) {
  Load load;
  for (const auto& file : options.files) CHECK_OK(add_file(context, file, load));
  auto log = TRY(RemoteLog::open(options.url, TRY(log_key(context, options.key)),
                                 {.ca_file = options.ca_file}));
  const auto receipts = TRY(log.submit(load.envelopes));
  Answer answer;
  Json logged = Json::array();
  Refusals refusals;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const auto& [name, path] = load.outgoing[i];
    if (!receipts[i]) {
      refusals.add(Error(receipts[i].error()).within(name));
      continue;
    }
    CHECK_OK(keep(path, *receipts[i], load.envelopes[i]));
    logged.push(Json::object()
                    .set("file", name)
                    .set("index", receipts[i]->index.value)
                    .set("receipt", path.string()));
    answer.text += fmt::format("{}  entry {}  {}\n", name, receipts[i]->index.value, path.string());
  }
  answer.json.set("logged", std::move(logged));
  std::move(refusals).tell(answer);
  return answer;
}

}  // namespace

void add_log_submit(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Submission>();
  auto& verb = commands.verb(
      noun, "submit",
      {.line = "send signed records to a node and keep their receipts",
       .examples = {"usufruct log submit http://127.0.0.1:8080 R.envelope --key log.vkey"},
       .details = "A file holds one envelope, or many as `usufruct record sign` writes them. Each\n"
                  "receipt is verified against the log's key before it is kept: beside its file,\n"
                  "or for many in a folder beside it. Sending a record that is logged already\n"
                  "gets the receipt again."},
      [options](Context& context) { return submit(context, *options); });
  verb.add_option("URL", options->url, "where the node is")->required();
  verb.add_option("FILE", options->files, "envelopes; - is stdin")->required();
  verb.add_option("--ca", options->ca_file, "PEM: who signed the node's certificate")
      ->type_name("FILE");
  add_log_key(verb, options->key);
}

}  // namespace usufruct::cli
