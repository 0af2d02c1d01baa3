#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"

namespace usufruct::cli {
namespace {

struct Init {
  std::string folder;
  std::string origin;
};

Result<Answer> init(Context& context, const Init& options) {
  namespace fs = std::filesystem;
  std::string origin = options.origin;
  if (origin.empty()) {
    origin =
        "usufruct.local/" + fs::absolute(options.folder).lexically_normal().filename().string();
  }
  if (origin.ends_with('/')) origin.pop_back();
  const auto made =
      TRY(Workspace::create(options.folder, {.origin = origin}, context.world().chance));
  Answer answer;
  answer.json.set("workspace", options.folder)
      .set("origin", made.origin())
      .set("log_vkey", made.log_vkey());
  answer.text = fmt::format("made the workspace {}\nlog   {}\nvkey  {}\n", options.folder,
                            made.origin(), made.log_vkey());
  answer.next.push_back(fmt::format("usufruct -C {} key new NAME", options.folder));
  return answer;
}

}  // namespace

void add_init(Commands& commands) {
  const auto options = std::make_shared<Init>();
  auto& verb = commands.verb(commands.root(), "init",
                             {.line = "make a workspace: ledger, vault, keys",
                              .examples = {"usufruct init trust-log",
                                           "usufruct init trust-log --origin example.org/health"}},
                             [options](Context& context) { return init(context, *options); });
  verb.add_option("DIR", options->folder, "a folder that does not exist yet, or is empty")
      ->required();
  verb.add_option("--origin", options->origin, "name of the log, for the world to know it by")
      ->type_name("NAME");
}

}  // namespace usufruct::cli
