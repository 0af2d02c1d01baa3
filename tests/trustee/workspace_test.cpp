#include "trustee/workspace.h"

#include <doctest/doctest.h>

#include <fstream>

#include "crypto/base/chance.h"
#include "crypto/hash.h"
#include "tests/support/scratch.h"
#include "world.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

Workspace make(const fs::path& root) {
  SeededChance chance(3);
  auto made = Workspace::create(root, {"example.org/log"}, chance);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
  return *std::move(made);
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) { return std::string(as_text(*read_file(path, 1 << 20))); }

Code open_code(const fs::path& root) {
  const auto opened = Workspace::open(root);
  REQUIRE_FALSE(opened);
  return opened.error().code;
}

RecordId id_of_text(std::string_view text) { return RecordId{sha256(as_view(text))}; }

TEST_CASE("workspace: what was created opens, from any folder in it") {
  const Scratch scratch;
  const auto root = scratch.path() / "ws";
  const Workspace made = make(root);
  const auto opened = Workspace::open(root);
  REQUIRE(opened);
  CHECK(opened->origin() == "example.org/log");
  CHECK(opened->log_vkey() == made.log_vkey());
  fs::create_directories(root / "vault" / "deep" / "er");
  const auto found = Workspace::find(root / "vault" / "deep" / "er");
  REQUIRE(found);
  CHECK(found->log_vkey() == made.log_vkey());
  CHECK(Workspace::find(scratch.path()).error().code == Code::not_found);
  CHECK(open_code(scratch.path()) == Code::not_found);
  CHECK(open_code(scratch.path() / "nowhere") == Code::not_found);
}

TEST_CASE("workspace: secrets are for the owner's eyes") {
  const Scratch scratch;
  const auto root = scratch.path() / "ws";
  make(root);
  const auto mode = [&](const char* name) { return fs::status(root / name).permissions(); };
  CHECK(mode("log.key") == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(mode("vault") == fs::perms::owner_all);
  CHECK(mode("keys") == fs::perms::owner_all);
}

TEST_CASE("workspace: it is made in no folder that holds something, and never over another") {
  const Scratch scratch;
  SeededChance chance(3);
  write(scratch.path() / "precious.txt", "mine");
  CHECK(Workspace::create(scratch.path(), {"example.org/log"}, chance).error().code ==
        Code::conflict);
  CHECK(Workspace::create(scratch.path() / "precious.txt", {"example.org/log"}, chance)
            .error()
            .code == Code::conflict);
  CHECK(read(scratch.path() / "precious.txt") == "mine");
  const auto root = scratch.path() / "ws";
  make(root);
  const auto key = read(root / "log.key");
  CHECK(Workspace::create(root, {"example.org/log"}, chance).error().code == Code::conflict);
  CHECK(read(root / "log.key") == key);
}

TEST_CASE("workspace: a bad origin is refused and leaves nothing") {
  const Scratch scratch;
  SeededChance chance(3);
  for (const auto* origin : {"", "a b", "a+b", "a\nb", "\xff"}) {
    CAPTURE(origin);
    const auto root = scratch.path() / "ws";
    CHECK(Workspace::create(root, {origin}, chance).error().code == Code::malformed);
    CHECK_FALSE(fs::exists(root));
  }
}

TEST_CASE("workspace: a config that is not what was written is malformed") {
  const Scratch scratch;
  const auto root = scratch.path() / "ws";
  const Workspace made = make(root);
  const auto config = root / "usufruct.yaml";
  const std::string good = read(config);
  const std::string vkey = made.log_vkey();
  const std::string nested = [] {
    std::string text = "origin: ";
    for (int i = 0; i < 5000; ++i) text += '[';
    return text;
  }();
  std::string flipped_key = vkey;
  flipped_key[flipped_key.size() - 5] = flipped_key[flipped_key.size() - 5] == 'A' ? 'B' : 'A';
  const std::vector<std::pair<const char*, std::string>> bad = {
      {"empty", ""},
      {"only a comment", "# nothing\n"},
      {"truncated", good.substr(0, good.size() / 2)},
      {"no key", "origin: example.org/log\n"},
      {"no origin", "log_vkey: \"" + vkey + "\"\n"},
      {"key twice", good + good},
      {"unknown field", good + "colour: blue\n"},
      {"another log's key", "origin: other.example/log\nlog_vkey: \"" + vkey + "\"\n"},
      {"flipped key", "origin: example.org/log\nlog_vkey: \"" + flipped_key + "\"\n"},
      {"a list", "- origin\n- log_vkey\n"},
      {"list for a text", "origin: [a]\nlog_vkey: \"" + vkey + "\"\n"},
      {"not UTF-8", good + "# \xff\xfe\n"},
      {"a zero byte", good + std::string("#\0\n", 3)},
      {"a second document", good + "---\n" + good},
      {"nested", nested},
      {"oversized", good + "# " + std::string(70'000, 'x') + "\n"},
  };
  for (const auto& [name, text] : bad) {
    CAPTURE(name);
    write(config, text);
    CHECK(open_code(root) == Code::malformed);
    CHECK(Workspace::find(root / "vault").error().code == Code::malformed);
  }
  write(config, good);
  CHECK(Workspace::open(root));
}

TEST_CASE("workspace: a label is a plain name, never a path or a prefix of an id") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  const RecordId id = id_of_text("record");
  REQUIRE(workspace.set_label("ask-1.b_2", id));
  CHECK(workspace.label("ask-1.b_2") == id);
  CHECK(workspace.label_of(id) == "ask-1.b_2");
  REQUIRE(workspace.set_label("alias", id));
  CHECK(workspace.label_of(id) == "alias");
  CHECK_FALSE(workspace.label_of(id_of_text("other")));
  for (const auto* name : {"", ".", "..", ".hidden", "a/b", "../log.key", "a b", "ö", "a\n",
                           "abcdef", "0123456789", "deadbeef"}) {
    CAPTURE(name);
    CHECK(workspace.set_label(name, id).error().code == Code::malformed);
    CHECK_FALSE(workspace.label(name));
  }
  CHECK(workspace.set_label(std::string(101, 'x'), id).error().code == Code::malformed);
  CHECK(workspace.set_label(std::string(100, 'x'), id));
  const RecordId newer = id_of_text("newer");
  REQUIRE(workspace.set_label("alias", newer));
  CHECK(workspace.label("alias") == newer);
}

TEST_CASE("workspace: a damaged label names nothing") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  const RecordId id = id_of_text("record");
  const auto path = workspace.root() / "labels" / "ask";
  const std::string digits = print_id(id);
  for (const std::string& text :
       {std::string(), digits.substr(1), digits + "0", std::string("zz") + digits.substr(2),
        digits + "\n" + digits, std::string(70'000, 'a')}) {
    write(path, text);
    CHECK_FALSE(workspace.label("ask"));
    CHECK_FALSE(workspace.label_of(id));
  }
}

TEST_CASE("workspace: records are found by label, id and prefix") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  World world;
  const RecordId owner = world.party("owner");
  REQUIRE(workspace.set_label("boss", owner));
  const Graph& graph = world.graph();
  const std::string digits = print_id(owner);
  CHECK(workspace.resolve("boss", graph) == owner);
  CHECK(workspace.resolve(digits, graph) == owner);
  CHECK(workspace.resolve(digits.substr(0, 12), graph) == owner);
  CHECK(workspace.resolve(digits.substr(0, 6), graph) == owner);
  const auto code = [&](std::string_view text) {
    const auto found = workspace.resolve(text, graph);
    return found ? std::optional<Code>() : found.error().code;
  };
  CHECK(code(digits.substr(0, 5)) == Code::not_found);
  CHECK(code(digits + "0") == Code::not_found);
  CHECK(code(print_id(id_of_text("nothing"))) == Code::not_found);
  CHECK(code("") == Code::not_found);
  CHECK(code("../labels/boss") == Code::not_found);
  CHECK(code("\xff\xfe") == Code::not_found);
  CHECK(code(std::string(100'000, 'x')) == Code::not_found);
  CHECK(workspace.resolve("bos", graph).error().hint == "did you mean 'boss'?");
}

TEST_CASE("workspace: two records that begin alike are asked about, not guessed") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  MemoryGraph graph;
  RecordId first = id_of_text("record");
  RecordId second = first;
  second.digest.bytes[31] ^= 1;
  for (const auto& id : {first, second}) {
    Record record;
    record.issuer = "someone";
    record.body = Incident{};
    graph.add({id, graph.size(), {1}, record, {}}, sha256(as_view(print_id(id))));
  }
  CHECK(workspace.resolve(print_id(first).substr(0, 10), graph).error().code == Code::conflict);
  CHECK(workspace.resolve(print_id(second), graph) == second);
}

TEST_CASE("workspace: a key that is not there is missed by name, and never looked up by path") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  const auto none = [] { return Result<SecretBytes>(not_found("no passphrase")); };
  CHECK(workspace.key_names().empty());
  CHECK(workspace.key("ada", none).error().code == Code::not_found);
  for (const auto* name : {"", "..", "../log", "a/b", ".key", "a b"}) {
    CAPTURE(name);
    CHECK(workspace.key(name, none).error().code == Code::malformed);
    CHECK(workspace.public_key(name).error().code == Code::malformed);
  }
}

TEST_CASE("workspace: a document is kept under its digest") {
  const Scratch scratch;
  const Workspace workspace = make(scratch.path() / "ws");
  const auto digest = workspace.keep_document(as_view("notice"), "txt");
  REQUIRE(digest);
  CHECK(*digest == sha256(as_view("notice")));
  CHECK(read(workspace.documents() / (to_hex(*digest) + ".txt")) == "notice");
  CHECK(workspace.keep_document(as_view("notice"), "txt") == *digest);
}

}  // namespace
}  // namespace usufruct
