#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace usufruct {

/// A row that grows at its end and never moves what it holds: no copy and no double memory when it
/// grows, which matters for rows of gigabytes. Elements are small values.
template <class T>
class Chunked {
 public:
  std::size_t size() const { return size_; }
  std::size_t size_bytes() const { return chunks_.size() * sizeof(Chunk); }

  void push_back(const T& value) {
    if (size_ % chunk_elements == 0) chunks_.push_back(std::make_unique<Chunk>());
    (*chunks_.back())[size_++ % chunk_elements] = value;
  }
  T& operator[](std::size_t at) { return (*chunks_[at / chunk_elements])[at % chunk_elements]; }
  const T& operator[](std::size_t at) const {
    return (*chunks_[at / chunk_elements])[at % chunk_elements];
  }
  T& back() { return (*this)[size_ - 1]; }

 private:
  static constexpr std::size_t chunk_elements = 4096;
  using Chunk = std::array<T, chunk_elements>;

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace usufruct
