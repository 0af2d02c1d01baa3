#include "cli/prompt.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "crypto/stream.h"

namespace usufruct::cli {
namespace {

/// Turns echo off, and on again whatever happens.
class WithoutEcho {
 public:
  explicit WithoutEcho(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~WithoutEcho() {
    if (changed_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

/// One line, byte by byte, so that nothing after it is taken and nothing stays in a buffer.
Result<SecretBytes> read_line(int descriptor, std::string_view name) {
  SecretBytes buffer(passphrase_bytes_max);
  std::size_t size = 0;
  while (true) {
    std::uint8_t byte = 0;
    const auto got = ::read(descriptor, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unavailable(fmt::format("cannot read the passphrase from {}", name));
    if (got == 0 || byte == '\n') break;
    if (size == passphrase_bytes_max) {
      return malformed(fmt::format("the passphrase from {} is longer than {} bytes", name,
                                   passphrase_bytes_max));
    }
    buffer.span()[size++] = byte;
  }
  if (size == 0) return malformed(fmt::format("the passphrase from {} is empty", name));
  return SecretBytes::copy_of(buffer.view().first(size));
}

}  // namespace

Result<SecretBytes> ask_passphrase(std::string_view question) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (terminal.get() < 0) {
    return unavailable("a passphrase is needed and there is no terminal to ask on",
                       "give it with --passphrase-file FILE, or - for standard input");
  }
  DescriptorSink out(terminal.get(), "the terminal");
  CHECK_OK(out.write(as_view(fmt::format("usufruct: {}: ", question))));
  const WithoutEcho silent(terminal.get());
  auto line = read_line(terminal.get(), "the terminal");
  CHECK_OK(out.write(as_view("\n")));
  return line;
}

Result<SecretBytes> read_passphrase(std::string_view path) {
  if (path == "-") return read_line(STDIN_FILENO, "standard input");
  const FileSource source = TRY(FileSource::open(std::string(path)));
  return read_line(source.descriptor().get(), path);
}

}  // namespace usufruct::cli
