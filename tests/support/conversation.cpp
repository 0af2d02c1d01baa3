// Runs a conversation with the command line, written as a person would see it, and compares:
//
//     # what this part is about
//     $ usufruct key new ada --no-passphrase
//     name       ada
//     signing    did:key:[..]
//     ! usufruct: [..] has no passphrase: whoever reads it has the key
//     ...
//     $ usufruct key new ada --no-passphrase
//     ! usufruct: error: [..]ada.key is there already
//     ? 7
//
// Lines after a command are its stdout, `!` lines its stderr, `?` its exit status (else 0). `[..]`
// stands for any text within a line; `...` (or `! ...`) alone for any number of lines, none too. A
// command runs in bash, in a fresh folder; `$SOURCE` is the repository, `$DATA` the shared data.
// What `export` sets stays for the commands after it. `% needs PATH` skips the file, loudly, when
// the path is absent. A Markdown file is run too: its first ```console block.
//
//     usufruct-conversation PROGRAM SOURCE DATA FILE        (77: skipped)
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr int exit_skipped = 77;

struct Step {
  std::size_t line = 0;
  std::string command;
  std::vector<std::string> out;
  std::vector<std::string> err;
  int status = 0;
  bool is_checked = true;  ///< in Markdown: a command without shown output is only run
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Whether a line is as expected, `[..]` standing for any text. Greedy from both ends is enough:
/// each literal part must follow the one before it.
bool matches_line(const std::string& expected, const std::string& line) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t at = expected.find("[..]"); at != std::string::npos;
       at = expected.find("[..]", begin)) {
    parts.push_back(expected.substr(begin, at - begin));
    begin = at + 4;
  }
  parts.push_back(expected.substr(begin));
  if (parts.size() == 1) return expected == line;
  if (!line.starts_with(parts.front())) return false;
  std::size_t from = parts.front().size();
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const auto at = line.find(parts[i], from);
    if (at == std::string::npos) return false;
    from = at + parts[i].size();
  }
  return line.size() >= from + parts.back().size() && line.ends_with(parts.back());
}

using Lines = std::vector<std::string>;

bool matches(const Lines& expected, std::size_t e, const Lines& lines, std::size_t l) {
  for (; e < expected.size(); ++e, ++l) {
    if (expected[e] == "...") {
      for (std::size_t next = l; next <= lines.size(); ++next) {
        if (matches(expected, e + 1, lines, next)) return true;
      }
      return false;
    }
    if (l >= lines.size() || !matches_line(expected[e], lines[l])) return false;
  }
  return l == lines.size();
}

std::vector<Step> parse(const std::string& text, std::string& needs) {
  std::vector<Step> steps;
  std::size_t number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    if (line.starts_with("# ") || line == "#") continue;
    if (line.starts_with("% needs ")) {
      needs = line.substr(8);
    } else if (line.starts_with("$ ")) {
      steps.push_back({.line = number, .command = line.substr(2)});
    } else if (steps.empty()) {
      continue;
    } else if (line.starts_with("> ") && steps.back().out.empty() && steps.back().err.empty()) {
      steps.back().command += '\n' + line.substr(2);
    } else if (line.starts_with("! ")) {
      steps.back().err.push_back(line.substr(2));
    } else if (line.starts_with("? ")) {
      steps.back().status = std::stoi(line.substr(2));
    } else {
      steps.back().out.push_back(line);
    }
  }
  for (auto& step : steps) {
    while (!step.out.empty() && step.out.back().empty()) step.out.pop_back();
  }
  return steps;
}

/// The commands of the first ```console block; what it shows of their output is for the reader.
std::vector<Step> parse_markdown(const std::string& text) {
  const std::string fence = "```console\n";
  const auto begin = text.find(fence);
  if (begin == std::string::npos) return {};
  const auto end = text.find("```", begin + fence.size());
  std::string needs;
  auto steps = parse(text.substr(begin + fence.size(), end - begin - fence.size()), needs);
  for (auto& step : steps) step.is_checked = false;
  return steps;
}

/// A fresh folder, gone when the object goes.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "usufruct-conversation-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Said {
  Lines out;
  Lines err;
  int status = 0;
};

/// The command is a file, so that nothing in it needs quoting; what it exports is kept beside.
Said run(const Step& step, const fs::path& folder, const fs::path& scratch) {
  std::ofstream(scratch / "command")
      << "[ ! -f " << scratch << "/env ] || . " << scratch << "/env\n"
      << "trap 'status=$?; export -p > " << scratch << "/env; exit $status' EXIT\n"
      << step.command << '\n';
  const std::string line =
      fmt::format("cd '{}' && bash '{}/command' >'{}/out' 2>'{}/err' </dev/null", folder.string(),
                  scratch.string(), scratch.string(), scratch.string());
  const int raw = std::system(line.c_str());
  return {lines_of(read_all(scratch / "out")), lines_of(read_all(scratch / "err")),
          WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw)};
}

void show(const char* what, const Lines& lines) {
  std::cerr << "  " << what << ":\n";
  for (const auto& line : lines) std::cerr << "    " << line << '\n';
}

bool check(const std::string& file, const Step& step, const Said& said) {
  const bool status = said.status == step.status;
  const bool texts =
      !step.is_checked || (matches(step.out, 0, said.out, 0) && matches(step.err, 0, said.err, 0));
  if (status && texts) return true;
  std::cerr << fmt::format("{}:{}: $ {}\n", file, step.line, step.command);
  if (!status) std::cerr << fmt::format("  status {}, not {}\n", said.status, step.status);
  show("expected stdout", step.out);
  show("got", said.out);
  show("expected stderr", step.err);
  show("got", said.err);
  return false;
}

void set_environment(const fs::path& program, const char* source, const char* data) {
  const std::string path = program.parent_path().string() + ":" + std::getenv("PATH");
  setenv("PATH", path.c_str(), 1);
  setenv("SOURCE", source, 1);
  setenv("DATA", data, 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  unsetenv("USUFRUCT_WORKSPACE");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: usufruct-conversation PROGRAM SOURCE DATA FILE\n";
    return 2;
  }
  const fs::path file = argv[4];
  set_environment(fs::absolute(argv[1]), argv[2], argv[3]);
  std::string needs;
  const std::string text = read_all(file);
  const auto steps = file.extension() == ".md" ? parse_markdown(text) : parse(text, needs);
  if (!needs.empty()) {
    if (needs.starts_with("$DATA")) needs = argv[3] + needs.substr(5);
    if (!fs::exists(needs)) {
      std::cerr << "SKIPPED " << file.filename().string() << ": there is no " << needs << '\n';
      return exit_skipped;
    }
  }
  if (steps.empty()) {
    std::cerr << file.string() << ": no commands in it\n";
    return 1;
  }
  const Folder folder;
  const Folder scratch;
  // A reader of the page stands in the clone: what the session reads there is here too.
  if (file.extension() == ".md") {
    fs::create_directory_symlink(fs::absolute(argv[2]) / "cli", folder.path() / "cli");
  }
  int failures = 0;
  for (const auto& step : steps) {
    if (!check(file.string(), step, run(step, folder.path(), scratch.path()))) ++failures;
    if (failures == 3) break;  // what follows depends on it
  }
  std::cout << fmt::format("{}: {} commands, {} failed\n", file.filename().string(), steps.size(),
                           failures);
  return failures == 0 ? 0 : 1;
}
