#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/odrl.h"

namespace usufruct::cli {
namespace {

struct Import {
  std::string format;
  std::string file;
};

Result<Answer> import(Context& context, const Import& options) {
  if (options.format != "odrl") {
    return not_found(fmt::format("there is no format '{}' to import requests from",
                                 printable(options.format, 60)),
                     "there is one: odrl");
  }
  const auto imported =
      TRY(terms::read_odrl_request(TRY(read_text(context, options.file)), {.file = options.file}));
  Answer answer;
  answer.text = terms::print_request(imported.request);
  Json lines = Json::array();
  for (const auto& line : imported.lines) {
    lines.push(Json::object()
                   .set("source", line.source)
                   .set("fidelity", terms::name_of(line.fidelity))
                   .set("into", line.into)
                   .set("loss", line.loss));
    answer.notes.push_back(fmt::format("{} {}: {}{}", terms::name_of(line.fidelity),
                                       printable(line.source), line.into,
                                       line.loss.empty() ? "" : "; " + line.loss));
  }
  answer.json.set("request", answer.text).set("lines", std::move(lines));
  return answer;
}

}  // namespace

void add_request_import(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Import>();
  auto& verb = commands.verb(
      noun, "import",
      {.line = "a request from another way of writing it, with an account of every word",
       .examples = {"usufruct request import odrl request.json > request.yaml"}},
      [options](Context& context) { return import(context, *options); });
  verb.add_option("FORMAT", options->format, "odrl")->required();
  verb.add_option("FILE", options->file, "a policy of type Request; - is standard input")
      ->required();
}

}  // namespace usufruct::cli
