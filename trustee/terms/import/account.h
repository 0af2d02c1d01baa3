#pragma once

#include <string>
#include <vector>

#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// What became of each word of what is imported, as it is read.
class Account {
 public:
  void mapped(std::string source, std::string into) {
    lines_.push_back({std::move(source), Fidelity::mapped, std::move(into), ""});
  }
  void approximated(std::string source, std::string into, std::string loss) {
    lines_.push_back({std::move(source), Fidelity::approximated, std::move(into), std::move(loss)});
  }
  void refused(std::string source, std::string into, std::string loss) {
    lines_.push_back({std::move(source), Fidelity::refused, std::move(into), std::move(loss)});
  }
  std::vector<ImportLine> take() { return std::move(lines_); }

 private:
  std::vector<ImportLine> lines_;
};

}  // namespace usufruct::terms
