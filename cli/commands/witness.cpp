#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "ledger/store/rocksdb_store.h"
#include "trustee/log_witnesses.h"
#include "trustee/witness_folder.h"

namespace usufruct::cli {
namespace {

struct New {
  std::string folder;
  std::string name;
};

struct Add {
  std::string vkey;
  std::string url;
  std::string name;
  std::string quorum;
  std::string to;
  std::string list;
  std::string origin;
  std::uint64_t requests_per_day = 0;
};

struct Forks {
  std::string folder;
  std::string output;
};

Result<Answer> make(Context& context, const New& options) {
  const auto folder =
      TRY(WitnessFolder::create(options.folder, options.name, context.world().chance));
  const std::string vkey = print_vkey(folder.verifier());
  Answer answer;
  answer.json.set("folder", options.folder).set("name", options.name).set("witness_vkey", vkey);
  answer.text = fmt::format("made the witness {}\nvkey  {}\n", options.folder, vkey);
  answer.next = {fmt::format("usufruct witness add LOG_VKEY --to {}", options.folder),
                 fmt::format("usufruct witness serve {}", options.folder)};
  return answer;
}

// ---- on the log's side: a witness is added to the policy of the workspace's log
// ------------------

std::string quorum_in_words(const Policy& policy) {
  if (policy.quorum() == "none") return "none of them must cosign";
  const auto group = std::ranges::find(policy.groups(), policy.quorum(), &Policy::Group::name);
  if (group == policy.groups().end()) {
    return fmt::format("{} must cosign", printable(policy.quorum(), 80));
  }
  return fmt::format("{} of {} must cosign", group->at_least, group->members.size());
}

Result<Answer> add_witness(Context& context, const Add& options, const NoteVerifier& verifier) {
  if (options.url.empty()) {
    return usage("--url is needed: where the log asks the witness",
                 "usufruct witness add VKEY --url https://witness.example/w1");
  }
  CHECK_OK_IN("--url", http::parse_url(options.url));
  const Workspace& workspace = *TRY(context.workspace());
  auto policy = TRY(read_witness_policy(workspace));
  if (!policy) policy = policy_of(TRY(parse_vkey(workspace.log_vkey())));
  const std::string name = options.name.empty() ? verifier.name : options.name;
  const auto extended = TRY(with_witness(*policy, {name, verifier, options.url}, {options.quorum}));
  const auto path = witness_policy_path(workspace);
  CHECK_OK(write_file(path, as_view(print_policy(extended.policy))));
  Answer answer;
  answer.json.set("witness", name)
      .set("url", options.url)
      .set("policy", path.string())
      .set("quorum", extended.policy.quorum())
      .set("witnesses", extended.policy.witnesses().size());
  answer.text = fmt::format("{} witnesses {}: {}\npolicy  {}\n", printable(name, 80),
                            workspace.origin(), quorum_in_words(extended.policy), path.string());
  if (extended.is_quorum_kept) {
    answer.notes.push_back(
        fmt::format("the quorum of {} was made by hand and is left as it is", path.string()));
  }
  answer.next.emplace_back("usufruct log serve");
  return answer;
}

// ---- on the witness's side: a log is added to those it serves
// ------------------------------------

/// Adds those that are not there yet and says how many.
std::size_t merge(std::vector<ListedLog>& logs, const std::vector<ListedLog>& more) {
  std::size_t added = 0;
  for (const auto& log : more) {
    const auto same = std::ranges::find_if(logs, [&](const ListedLog& other) {
      return other.origin == log.origin && other.verifier == log.verifier;
    });
    if (same != logs.end()) {
      *same = log;
      continue;
    }
    logs.push_back(log);
    ++added;
  }
  return added;
}

Result<Answer> add_logs(const Add& options, const std::vector<ListedLog>& more) {
  if (options.to.empty()) {
    return usage("--to is needed: this is a log's key, so name the folder of the witness",
                 "usufruct witness add LOG_VKEY --to DIR");
  }
  const auto folder = TRY(WitnessFolder::open(options.to));
  auto logs = TRY(folder.logs());
  const std::size_t added = merge(logs, more);
  CHECK_OK(folder.write_logs(logs));
  Answer answer;
  answer.json.set("folder", options.to).set("added", added).set("logs", logs.size());
  answer.text = more.size() == 1
                    ? fmt::format("{} {} {}\n", folder.verifier().name,
                                  added == 1 ? "now witnesses" : "witnessed already",
                                  printable(more.front().origin))
                    : fmt::format("{} witnesses {}, {} of them new\n", folder.verifier().name,
                                  count_of(logs.size(), "log"), added);
  answer.notes.emplace_back("a witness that is being served takes this up within a second");
  answer.next.push_back(fmt::format("usufruct witness serve {}", options.to));
  return answer;
}

Result<Answer> add(Context& context, const Add& options) {
  if (!options.list.empty()) {
    const std::string text = TRY(read_text(context, options.list));
    return add_logs(options, TRY_IN(options.list, parse_log_list(text)));
  }
  if (options.vkey.empty()) {
    return usage("a vkey is needed, or --list FILE", "`usufruct witness add -h` shows how");
  }
  const auto verifier = TRY(parse_vkey(options.vkey));
  if (verifier.type == NoteKeyType::cosignature) {
    if (!options.to.empty()) {
      return usage("--to takes logs, and this is the key of a witness",
                   "leave --to out to have the workspace's log witnessed by it");
    }
    return add_witness(context, options, verifier);
  }
  ListedLog log{.verifier = verifier,
                .origin = options.origin.empty() ? verifier.name : options.origin};
  if (options.requests_per_day > 0) log.requests_per_day = options.requests_per_day;
  return add_logs(options, {log});
}

// ---- looking
// -------------------------------------------------------------------------------------

Result<Answer> list_witnesses(Context& context) {
  const auto policy = TRY(read_witness_policy(*TRY(context.workspace())));
  Answer answer;
  Json rows = Json::array();
  Table table({"name", "url", "vkey"});
  for (const auto& witness : policy ? policy->witnesses() : std::vector<Policy::Witness>{}) {
    const std::string name = printable(witness.name, 80);
    const std::string url = printable(witness.url, 80);
    table.add({name, url, print_vkey(witness.verifier)});
    rows.push(
        Json::object().set("name", name).set("url", url).set("vkey", print_vkey(witness.verifier)));
  }
  answer.json.set("witnesses", std::move(rows));
  if (table.is_empty()) {
    answer.notes.emplace_back("nobody witnesses this log yet");
    answer.next.emplace_back("usufruct witness add VKEY --url URL");
    return answer;
  }
  answer.json.set("quorum", policy->quorum());
  answer.text = table.print() + quorum_in_words(*policy) + "\n";
  return answer;
}

/// What is in a witness's store; nothing when it was never served.
Result<std::unique_ptr<RocksdbStore>> open_store(const WitnessFolder& folder) {
  auto store = RocksdbStore::open(folder.store_path(), Access::read_only);
  if (!store && store.error().code == Code::not_found) return nullptr;
  return store;
}

Result<Answer> list_logs(const std::string& path) {
  const auto folder = TRY(WitnessFolder::open(path));
  const auto store = TRY(open_store(folder));
  const auto witnessed = store ? TRY(read_witnessed(*store)) : std::vector<Witnessed>{};
  Answer answer;
  Json rows = Json::array();
  Table table({"origin", "cosigned", "a day", "vkey"});
  for (const auto& log : TRY(folder.logs())) {
    const auto last = std::ranges::find(witnessed, log.origin, &Witnessed::origin);
    const bool is_new = last == witnessed.end();
    const std::string per_day =
        log.requests_per_day ? fmt::format("{}", *log.requests_per_day) : "any";
    table.add({printable(log.origin, 80), is_new ? "-" : fmt::format("{}", last->head.size.value),
               per_day, print_vkey(log.verifier)});
    Json row = Json::object();
    row.set("origin", log.origin).set("vkey", print_vkey(log.verifier));
    if (!is_new) row.set("size", last->head.size.value).set("checkpoint", last->note);
    rows.push(std::move(row));
  }
  answer.json.set("witness_vkey", print_vkey(folder.verifier())).set("logs", std::move(rows));
  answer.text = table.is_empty() ? "" : table.print();
  if (table.is_empty()) {
    answer.notes.emplace_back("it serves no log yet");
    answer.next.push_back(fmt::format("usufruct witness add LOG_VKEY --to {}", path));
  }
  return answer;
}

Result<Answer> list_witness(Context& context, const std::string& folder) {
  return folder.empty() ? list_witnesses(context) : list_logs(folder);
}

std::string_view name_of(Suspicion suspicion) {
  switch (suspicion) {
    case Suspicion::split:
      return "split";
    case Suspicion::unproven:
      return "unproven";
  }
  std::unreachable();
}

Result<void> write_evidence(const std::filesystem::path& folder, std::size_t number,
                            const Evidence& evidence) {
  const auto stem = folder / fmt::format("{}-{}", number, name_of(evidence.suspicion));
  CHECK_OK(write_file(stem.string() + ".cosigned", as_view(evidence.cosigned)));
  return write_file(stem.string() + ".request", as_view(evidence.request));
}

Result<Answer> forks(const Forks& options) {
  const auto folder = TRY(WitnessFolder::open(options.folder));
  const auto store = TRY(open_store(folder));
  const auto all = store ? TRY(read_evidence(*store)) : std::vector<Evidence>{};
  if (!options.output.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.output, error);
    if (error)
      return unavailable(fmt::format("cannot make {}: {}", options.output, error.message()));
  }
  Answer answer;
  Json rows = Json::array();
  Table table({"#", "log", "what", "seen"});
  bool is_split = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Evidence& one = all[i];
    is_split |= one.suspicion == Suspicion::split;
    table.add({fmt::format("{}", i), printable(one.origin, 80), std::string(name_of(one.suspicion)),
               print_time(one.seen)});
    rows.push(Json::object()
                  .set("origin", one.origin)
                  .set("what", std::string(name_of(one.suspicion)))
                  .set("seen", print_time(one.seen))
                  .set("cosigned", one.cosigned)
                  .set("request", one.request));
    if (!options.output.empty()) CHECK_OK(write_evidence(options.output, i, one));
  }
  answer.json.set("forks", std::move(rows));
  answer.text = table.is_empty() ? "" : table.print();
  if (table.is_empty()) answer.notes.emplace_back("no log that it serves has shown it a fork");
  if (is_split) {
    answer.notes.emplace_back(
        "split: the log signed two checkpoints of one size with different roots; the two notes "
        "prove it to anybody");
  }
  if (!table.is_empty() && options.output.empty()) {
    answer.next.push_back(fmt::format("usufruct witness forks {} -o evidence", options.folder));
  }
  return answer;
}

void add_new(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<New>();
  auto& verb = commands.verb(noun, "new",
                             {.line = "make a witness: its key, and the folder it lives in",
                              .examples = {"usufruct witness new w1 --name witness.example/w1"}},
                             [options](Context& context) { return make(context, *options); });
  verb.add_option("DIR", options->folder, "a folder that does not exist yet, or is empty")
      ->required();
  verb.add_option("--name", options->name, "name of its key, for the world to know it by")
      ->type_name("NAME")
      ->required();
}

void add_add(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Add>();
  auto& verb = commands.verb(
      noun, "add",
      {.line = "have this log witnessed by another, or a witness here serve a log",
       .examples = {"usufruct witness add WITNESS_VKEY --url https://witness.example/w1",
                    "usufruct witness add WITNESS_VKEY --url http://127.0.0.1:8081 --quorum 2",
                    "usufruct witness add LOG_VKEY --to w1",
                    "usufruct witness add --list logs.txt --to w1"},
       .details =
           "The kind of key says which: with a witness's (type 04), the workspace's log asks it\n"
           "for cosignatures from its next start on, and publishes when the quorum has cosigned;\n"
           "who that is stands in witness.policy, which verifiers can use as it is\n"
           "(`usufruct log verify --policy`). With a log's (type 01), the witness in DIR serves\n"
           "that log too."},
      [options](Context& context) { return add(context, *options); });
  verb.add_option("VKEY", options->vkey, "public key of a witness, or of a log: name+id+key");
  verb.add_option("--url", options->url, "witness: where to ask it")->type_name("URL");
  verb.add_option("--name", options->name, "witness: its name in the policy; else its key's")
      ->type_name("NAME");
  verb.add_option("--quorum", options->quorum,
                  "witness: how many must cosign: all, any, none or a number; else more than half")
      ->type_name("K");
  auto* to = verb.add_option("--to", options->to, "log: folder of the witness that is to serve it")
                 ->type_name("DIR");
  verb.add_option("--list", options->list, "logs: a list of the witness network (logs/v0)")
      ->type_name("FILE")
      ->needs(to);
  verb.add_option("--origin", options->origin,
                  "log: first line of its checkpoints, if not the "
                  "name of its key")
      ->type_name("NAME")
      ->needs(to);
  verb.add_option("--a-day", options->requests_per_day, "log: requests taken a day; else any")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, log_requests_per_day_max))
      ->needs(to);
}

}  // namespace

void add_witness(Commands& commands) {
  auto& noun = commands.noun("witness", "who sees a log's checkpoints besides the log");
  add_new(commands, noun);
  add_add(commands, noun);
  add_witness_serve(commands, noun);
  const auto folder = std::make_shared<std::string>();
  auto& list_verb =
      commands.verb(noun, "list",
                    {.line = "who witnesses this log; with DIR, the logs that witness serves",
                     .examples = {"usufruct witness list", "usufruct witness list w1"}},
                    [folder](Context& context) { return list_witness(context, *folder); });
  list_verb.add_option("DIR", *folder, "folder of a witness");
  const auto options = std::make_shared<Forks>();
  auto& verb = commands.verb(
      noun, "forks",
      {.line = "what a witness kept as evidence that a log forked",
       .examples = {"usufruct witness forks w1", "usufruct witness forks w1 -o evidence"}},
      [options](Context&) { return forks(*options); });
  verb.add_option("DIR", options->folder, "folder of the witness")->required();
  verb.add_option("-o,--output", options->output,
                  "a folder: each as the note cosigned before, and the whole request refused")
      ->type_name("DIR");
}

}  // namespace usufruct::cli
