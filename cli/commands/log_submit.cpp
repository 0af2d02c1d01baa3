#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/log_key.h"
#include "cli/table.h"
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

Json told(const std::string& file, const Receipt& receipt, const std::filesystem::path& kept) {
  return Json::object()
      .set("file", file)
      .set("index", receipt.index.value)
      .set("receipt", kept.string());
}

/// Keeps a receipt beside its envelope.
Result<std::filesystem::path> keep(const std::string& file, const Receipt& receipt) {
  const auto path = std::filesystem::path(file).replace_extension("tlog-proof");
  CHECK_OK(write_file(path, as_view(print_receipt(receipt))));
  return path;
}

Result<Answer> submit(Context& context, const Submission& options) {
  std::vector<Bytes> envelopes;
  for (const auto& file : options.files) {
    envelopes.push_back(TRY(read_file(file, envelope_bytes_max)));
    CHECK_OK_IN(file, verify(envelopes.back()));
  }
  auto log = TRY(RemoteLog::open(options.url, TRY(log_key(context, options.key)),
                                 {.ca_file = options.ca_file}));
  const auto receipts = TRY(log.submit(envelopes));
  Answer answer;
  Json logged = Json::array();
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const auto& file = options.files[i];
    if (!receipts[i]) {
      Error error = Error(receipts[i].error()).within(file);
      if (answer.failure) answer.notes.push_back("not logged either: " + error.message);
      if (!answer.failure) answer.failure = std::move(error);
      continue;
    }
    const auto kept = TRY(keep(file, *receipts[i]));
    logged.push(told(file, *receipts[i], kept));
    answer.text += fmt::format("{}  entry {}  {}\n", file, receipts[i]->index.value, kept.string());
  }
  answer.json.set("logged", std::move(logged));
  return answer;
}

}  // namespace

void add_log_submit(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Submission>();
  auto& verb = commands.verb(
      noun, "submit",
      {.line = "send signed records to a node and keep their receipts",
       .examples = {"usufruct log submit http://127.0.0.1:8080 R.envelope --key log.vkey"},
       .details = "Each receipt is verified against the log's key before it is kept beside its\n"
                  "envelope. Sending a record that is logged already gets the receipt again."},
      [options](Context& context) { return submit(context, *options); });
  verb.add_option("URL", options->url, "where the node is")->required();
  verb.add_option("FILE", options->files, "envelopes")->required();
  verb.add_option("--ca", options->ca_file, "PEM: who signed the node's certificate")
      ->type_name("FILE");
  add_log_key(verb, options->key);
}

}  // namespace usufruct::cli
