#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/inclusion.h"
#include "cli/log_key.h"
#include "cli/log_source.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "ledger/entry.h"
#include "ledger/tile_hashes.h"
#include "ledger/tlog_proof.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

void note_unsigned(const OpenLog& log, Answer& answer) {
  if (log.is_signed) return;
  answer.notes.push_back("whose log it is was not checked: give its vkey with --key");
}

// ---- inclusion ---------------------------------------------------------------------------------

struct InclusionOptions {
  std::uint64_t index = 0;
  std::string place;
  std::string key;
  std::string out;
};

/// Writes the receipt, and beside it what it is about.
Result<void> write_beside(const std::string& out, const std::string& receipt, View content,
                          std::string_view extension, Answer& answer) {
  const fs::path beside = fs::path(out).replace_extension(extension);
  CHECK_OK(check_new_file(out));
  CHECK_OK(check_new_file(beside.string()));
  CHECK_OK(write_file(beside, content));
  CHECK_OK(write_file(out, as_view(receipt)));
  answer.text = fmt::format("wrote {} and {}\n", out, beside.string());
  answer.json.set("file", out).set("beside", beside.string());
  answer.next.push_back(fmt::format("usufruct log verify {} --key VKEY", out));
  return {};
}

Result<Answer> inclusion(Context& context, const InclusionOptions& options) {
  LogSource source = TRY(LogSource::open(context, options.place));
  std::optional<NoteVerifier> key;
  if (source.is_own() || !options.key.empty()) key = TRY(log_key(context, options.key));
  const OpenLog log = TRY(open_log(std::move(source), key));
  const auto& [origin, size, root, extensions] = log.head.checkpoint;
  const LeafIndex index{options.index};
  const auto proven = TRY(inclusion_of(log, index));
  const auto& ours = proven.ours;
  const std::string text = print_receipt(proven.receipt);
  Answer answer;
  answer.json.set("origin", origin)
      .set("index", index.value)
      .set("size", size.value)
      .set("root", print_digest(root))
      .set("tlog_proof", text);
  answer.text = text;
  if (!options.out.empty()) {
    const View content = ours ? View(ours->envelope) : View(proven.entry);
    CHECK_OK(write_beside(options.out, text, content, ours ? "envelope" : "entry", answer));
  }
  note_unsigned(log, answer);
  return answer;
}

// ---- consistency -------------------------------------------------------------------------------

struct Consistency {
  std::string from;
  std::string to;
  std::string place;
  std::string key;
};

Result<TreeSize> size_of(const std::string& word, std::string_view what) {
  const auto size = parse_decimal(word);
  if (!size) return usage(fmt::format("{}: '{}' is no size of a log", what, printable(word, 80)));
  return TreeSize{*size};
}

/// The size in a word, or in the signed checkpoint in a file: that one is verified, and its root is
/// what the proof must lead to.
Result<SignedCheckpoint> older_of(const std::string& word, const std::optional<NoteVerifier>& key) {
  std::error_code error;
  if (!fs::is_regular_file(word, error)) {
    SignedCheckpoint older;
    older.checkpoint.size = TRY(size_of(word, "FROM"));
    return older;
  }
  const Bytes bytes = TRY(read_file(word, note_bytes_max));
  return TRY_IN(word, open_note(as_text(bytes), key));
}

Result<Answer> consistency(Context& context, const Consistency& options) {
  LogSource source = TRY(LogSource::open(context, options.place));
  std::optional<NoteVerifier> key;
  if (source.is_own() || !options.key.empty()) key = TRY(log_key(context, options.key));
  const SignedCheckpoint older = TRY(older_of(options.from, key));
  const OpenLog log = TRY(open_log(std::move(source), key));
  const auto& head = log.head.checkpoint;
  Growth growth{older.checkpoint.size, head.size};
  if (!options.to.empty()) growth.to = TRY(size_of(options.to, "TO"));
  if (growth.to > head.size) {
    return not_found(fmt::format("{} has {}, not {}", log.source.name(),
                                 count_of(head.size.value, "entry"), growth.to.value));
  }
  const Proof proof = TRY(prove_consistency(*log.hashes, growth));
  GrowthRoots roots{older.checkpoint.root, TRY(root_of(*log.hashes, growth.to))};
  if (older.note.empty()) {
    roots.from = TRY(root_of(*log.hashes, growth.from));
  } else if (older.checkpoint.origin != head.origin) {
    return conflict(fmt::format("{} is a checkpoint of '{}', not of '{}'", options.from,
                                printable(older.checkpoint.origin), printable(head.origin)));
  }
  if (auto holds = verify_consistency(growth, roots, proof); !holds) {
    return unverified(
        fmt::format("{} has not grown out of the {} in {}: {}", log.source.name(),
                    count_of(growth.from.value, "entry"), options.from, holds.error().message),
        "the log shows two histories: keep both checkpoints, and compare with others");
  }
  Answer answer;
  Json hashes = Json::array();
  for (const auto& hash : proof) {
    hashes.push(to_base64(hash.view()));
    answer.text += to_base64(hash.view()) + "\n";
  }
  answer.json.set("origin", head.origin)
      .set("from", growth.from.value)
      .set("from_root", print_digest(roots.from))
      .set("to", growth.to.value)
      .set("to_root", print_digest(roots.to))
      .set("proof", std::move(hashes));
  if (!older.note.empty()) {
    answer.notes.push_back(
        fmt::format("{} has grown out of the checkpoint in {}", log.source.name(), options.from));
  }
  note_unsigned(log, answer);
  return answer;
}

void add_place(CLI::App& verb, std::string& place) {
  verb.add_option("--from", place,
                  "a folder of `log export` or `log mirror`, or a log's URL; else the workspace's "
                  "own log")
      ->type_name("PLACE");
}

}  // namespace

void add_log_proofs(Commands& commands, CLI::App& noun) {
  const auto one = std::make_shared<InclusionOptions>();
  auto& proof = commands.verb(
      noun, "inclusion",
      {.line = "prove that an entry is in a log: a receipt, made from its tiles",
       .examples = {"usufruct log inclusion 42 > 42.tlog-proof",
                    "usufruct log inclusion 42 --from public --key log.vkey -o 42.tlog-proof"},
       .details = "Works for any C2SP tlog-tiles log; every tile is checked against the signed "
                  "root. With -o the record, or the raw entry of another's log, is written beside "
                  "the receipt."},
      [one](Context& context) { return inclusion(context, *one); });
  proof.add_option("INDEX", one->index, "of the entry; the first is 0")->required();
  add_place(proof, one->place);
  add_log_key(proof, one->key);
  proof.add_option("-o,--output", one->out, "a new file for the receipt")->type_name("FILE");

  const auto two = std::make_shared<Consistency>();
  auto& growth = commands.verb(
      noun, "consistency",
      {.line = "prove that a log has grown out of what it was",
       .examples = {"usufruct log consistency 100 200",
                    "usufruct log consistency old-checkpoint --from public --key log.vkey"},
       .details = "Prints the hashes of the proof, one a line, as C2SP tlog-witness sends them. "
                  "Given a file with an earlier checkpoint, it leaves with 4 unless the log grew "
                  "out of it."},
      [two](Context& context) { return consistency(context, *two); });
  growth.add_option("FROM", two->from, "the smaller size, or a file with an earlier checkpoint")
      ->required();
  growth.add_option("TO", two->to, "the larger size; else that of the checkpoint");
  add_place(growth, two->place);
  add_log_key(growth, two->key);
}

}  // namespace usufruct::cli
