#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace usufruct {

/// A connection that sends whatever a test wants and reads what comes: for what no client would do.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int patience_seconds = 5)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = patience_seconds, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) std::abort();
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server closed.
  bool send(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  /// All until the server closes, or until the text ends so.
  std::string read_until(std::string_view end = {}) {
    std::string all;
    char some[4096];
    while (end.empty() || !all.ends_with(end)) {
      const auto count = ::recv(socket_, some, sizeof some, 0);
      if (count < 0) return all + "<timed out or reset>";
      if (count == 0) return all;
      all.append(some, static_cast<std::size_t>(count));
    }
    return all;
  }
  std::string ask(std::string_view bytes, std::string_view end = {}) {
    send(bytes);
    return read_until(end);
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  int socket_;
};

}  // namespace usufruct
