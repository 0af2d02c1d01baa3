#include "trustee/consent_receipt.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/inclusion.h"
#include "cli/language.h"
#include "cli/log_key.h"
#include "cli/subjects.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "trustee/consents.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

struct ReceiptOptions {
  std::string dataset;
  OneSubject subject;
  std::string as;
  std::string language;
  std::string output;
};

ConsentProof proof_of(const Inclusion& proven, const SignedCheckpoint& head) {
  return {.origin = head.checkpoint.origin,
          .index = proven.receipt.index.value,
          .size = head.checkpoint.size.value,
          .checkpoint = head.note,
          .tlog_proof = print_receipt(proven.receipt)};
}

/// The receipt in a file, and beside it what checks it: the proof and the record it is about.
Result<void> write_files(const std::string& output, const std::string& receipt,
                         const Inclusion& proven, Answer& answer) {
  const fs::path proof = fs::path(output).replace_extension("tlog-proof");
  const fs::path envelope = fs::path(output).replace_extension("envelope");
  if (!proven.ours) return unverified("the entry is no record of ours", "audit the log");
  for (const auto& file : {fs::path(output), proof, envelope}) {
    CHECK_OK(check_new_file(file.string()));
  }
  CHECK_OK(write_file(envelope, proven.ours->envelope));
  CHECK_OK(write_file(proof, as_view(print_receipt(proven.receipt))));
  CHECK_OK(write_file(output, as_view(receipt + "\n")));
  answer.text = fmt::format("wrote {}, {} and {}\n", output, proof.string(), envelope.string());
  answer.next.push_back(fmt::format("usufruct log verify {} --key VKEY", proof.string()));
  return {};
}

Result<Answer> receipt(Context& context, const ReceiptOptions& options) {
  const auto language = TRY(language_of(context, options.language));
  const auto subject_key = TRY(key_of(options.subject));
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  CHECK_OK(context.check_owner(*dataset, options.as, "consent-owner"));
  const KeyPair& owner = *TRY(context.key(options.as));
  const Secret<32> pepper =
      TRY(TRY(context.workspace())->vault().pepper(dataset->id, owner.receiving));
  const Graph& graph = *TRY(context.graph());
  const auto consent =
      newest_consent(graph, dataset->id, commit_to_subject(pepper, subject_key), graph.size());
  if (!consent) {
    return not_found(fmt::format("no consent of '{}' is recorded on '{}'",
                                 printable(subject_key, 80), options.dataset),
                     "the key must be exactly as it was when the consent was recorded");
  }
  const auto log_verifier = TRY(log_key(context, ""));
  const OpenLog log = TRY(open_log(TRY(LogSource::open(context, "")), log_verifier));
  const auto proven = TRY(inclusion_of(log, LeafIndex{consent->index}));
  const ConsentProof proof = proof_of(proven, log.head);
  const Json json = consent_receipt(graph, *dataset, *consent, proof, context.now());
  Answer answer;
  answer.json = json;
  answer.text = json.print() + "\n";
  if (!options.language.empty()) {
    answer.text.clear();
    for (const auto& line :
         consent_letter(graph, *dataset, *consent, proof, context.now(), language)) {
      answer.text += line + "\n";
    }
  }
  if (!options.output.empty()) {
    CHECK_OK(write_files(options.output, json.print(), proven, answer));
  }
  return answer;
}

}  // namespace

void add_consent_receipt(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<ReceiptOptions>();
  auto& verb = commands.verb(
      noun, "receipt",
      {.line = "what a subject agreed to, for the subject, with the proof that it is recorded",
       .examples = {"usufruct consent receipt people --row 17 --as ada",
                    "usufruct consent receipt people --row 17 --as ada --language zh",
                    "usufruct consent receipt people --subject p-17 --as ada -o receipt.json"},
       .details =
           "The fields of ISO/IEC TS 27560 with the words of DPV, in JSON; with --language a "
           "letter to read instead.\nWith -o the proof and the record are written beside it: "
           "they check offline, without us."},
      [options](Context& context) { return receipt(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  add_one_subject(verb, options->subject);
  verb.add_option("--as", options->as, "the owner's key")->type_name("NAME")->required();
  verb.add_option("--language", options->language, "a letter in this language, as en, fr or zh")
      ->type_name("TAG");
  verb.add_option("-o,--output", options->output, "write it here, and its proof beside")
      ->type_name("FILE");
}

}  // namespace usufruct::cli
