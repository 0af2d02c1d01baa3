#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "trustee/terms/templates.h"

namespace usufruct::cli {
namespace {

struct New {
  std::string name;
  std::string output;
};

Answer list_templates() {
  Answer answer;
  Json names = Json::array();
  Table table({"template", "for whom"});
  for (const auto& one : terms::templates()) {
    names.push(Json::object().set("name", one.name).set("line", one.line));
    table.add({std::string(one.name), std::string(one.line)});
  }
  answer.json.set("templates", std::move(names));
  answer.text = table.print();
  answer.next.emplace_back("usufruct terms new research-only-eu -o terms.yaml");
  return answer;
}

Result<Answer> make(const New& options) {
  if (options.name.empty()) return list_templates();
  const auto& all = terms::templates();
  const auto found = std::ranges::find(all, options.name, &terms::Template::name);
  if (found == all.end()) {
    std::vector<std::string> names;
    for (const auto& one : all) names.emplace_back(one.name);
    const auto meant = nearest(options.name, names);
    return not_found(
        fmt::format("there is no template '{}'", printable(options.name, 60)),
        meant ? fmt::format("did you mean '{}'?", *meant) : "`usufruct terms new` lists them");
  }
  Answer answer;
  answer.json.set("template", found->name).set("terms", found->text);
  if (options.output.empty()) {
    answer.text = found->text;
    return answer;
  }
  std::error_code error;
  if (std::filesystem::exists(options.output, error)) {
    return conflict(fmt::format("'{}' is there already", options.output),
                    "nothing was overwritten: give another name");
  }
  CHECK_OK(write_file(options.output, as_view(found->text)));
  answer.text = fmt::format("{} written to {}\n", found->name, options.output);
  answer.next.push_back(fmt::format("usufruct terms lint {}", options.output));
  answer.next.push_back(fmt::format("usufruct terms set DATASET {} --as OWNER", options.output));
  return answer;
}

}  // namespace

void add_terms_new(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<New>();
  auto& verb = commands.verb(
      noun, "new",
      {.line = "terms to begin with, for the commonest wishes",
       .examples = {"usufruct terms new", "usufruct terms new research-only-eu -o terms.yaml"},
       .details = "Without a name it lists what there is."},
      [options](Context&) { return make(*options); });
  verb.add_option("TEMPLATE", options->name, "which; all are listed without it");
  verb.add_option("-o,--output", options->output, "a file to write; else stdout")
      ->type_name("FILE");
}

}  // namespace usufruct::cli
