#include "ledger/record/library_codec.h"

#include <capnp/compat/json.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstring>

#include "crypto/base/text.h"
#include "ledger/record/wire_guard.h"
#include "specs/records.capnp.h"

namespace usufruct {
namespace {

using wire::Fixed;
using wire::Number;
using wire::Refused;
using wire::Struct;
using wire::Union;

/// Of a message: the items of all its lists together.
void count_items(const char* field, std::size_t count, std::size_t& items) {
  if (count > wire::list_count_max) wire::refuse_count(field, count, wire::list_count_max);
  items += count;
  if (items > wire::items_max) wire::refuse_count("the message", items, wire::items_max);
}

// ---- writing -----------------------------------------------------------------------------------

capnp::Data::Reader data_of(View bytes) { return {bytes.data(), bytes.size()}; }

/// Puts the fields of a struct into a builder, by name. What is empty is left out, so that there is
/// one encoding of it.
class Writer {
 public:
  Writer(capnp::DynamicStruct::Builder to, std::size_t& items) : to_(to), items_(items) {}

  void operator()(const char* name, const std::string& value) {
    wire::check_text(name, value);
    if (!value.empty()) to_.set(name, text_of(value));
  }
  void operator()(const char* name, const Bytes& value) {
    if (!value.empty()) to_.set(name, data_of(value));
  }
  void operator()(const char* name, View value) {
    if (!value.empty()) to_.set(name, data_of(value));
  }
  template <Fixed T>
  void operator()(const char* name, const T& value) {
    to_.set(name, data_of(value.view()));
  }
  template <Fixed T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) to_.set(name, data_of(value->view()));
  }
  void operator()(const char* name, Time value) { to_.set(name, value.ms); }
  template <Number T>
  void operator()(const char* name, T value) {
    if constexpr (std::is_enum_v<T>) {
      to_.set(name, static_cast<std::uint16_t>(value));
    } else {
      to_.set(name, value);
    }
  }
  template <Struct T>
  void operator()(const char* name, const T& value) {
    write(to_.init(name), value);
  }
  template <Union T>
  void operator()(const char* name, const T& value) {
    auto group = to_.get(name).as<capnp::DynamicStruct>();
    const auto members = group.getSchema().getUnionFields();
    auto body = group.init(members[static_cast<capnp::uint>(value.index())]);
    std::visit([&](const auto& member) { write(body, member); }, value);
  }
  template <class T>
  void operator()(const char* name, const std::vector<T>& values) {
    if (values.empty()) return;
    count_items(name, values.size(), items_);
    auto list = to_.init(name, static_cast<capnp::uint>(values.size())).as<capnp::DynamicList>();
    for (capnp::uint i = 0; i < values.size(); ++i) {
      if constexpr (std::is_same_v<T, std::string>) {
        wire::check_text(name, values[i]);
        list.set(i, text_of(values[i]));
      } else if constexpr (std::is_same_v<T, Bytes>) {
        list.set(i, data_of(values[i]));
      } else {
        write(list[i], values[i]);
      }
    }
  }

 private:
  static capnp::Text::Reader text_of(const std::string& value) {
    return {value.c_str(), value.size()};
  }
  template <class T>
  void write(capnp::DynamicValue::Builder to, const T& value) {
    Writer inner(to.as<capnp::DynamicStruct>(), items_);
    T::fields(inner, value);
  }

  capnp::DynamicStruct::Builder to_;
  std::size_t& items_;
};

template <class T>
void write(capnp::DynamicStruct::Builder to, const T& value) {
  std::size_t items = 0;
  Writer io(to, items);
  T::fields(io, value);
}

template <class Root, class T>
Bytes encode_as(const T& value, std::size_t bytes_max) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Root>();
  write(root, value);
  const auto words = capnp::canonicalize(root.asReader());
  const auto bytes = words.asBytes();
  if (bytes.size() > bytes_max) wire::refuse_size(bytes.size(), bytes_max);
  return {bytes.begin(), bytes.end()};
}

// ---- reading -----------------------------------------------------------------------------------

/// Takes the fields of a struct from a reader, by name, leniently: what a JSON text or an encoding
/// that is not canonical says.
class Reader {
 public:
  Reader(capnp::DynamicStruct::Reader from, std::size_t& items) : from_(from), items_(items) {}

  void operator()(const char* name, std::string& value) {
    const auto text = from_.get(name).as<capnp::Text>();
    value.assign(text.begin(), text.size());
    wire::check_text(name, value);
  }
  void operator()(const char* name, Bytes& value) { value = to_bytes(data(name)); }
  template <Fixed T>
  void operator()(const char* name, T& value) {
    const View bytes = data(name);
    if (bytes.size() != T::size_bytes) wire::refuse_length(name, bytes.size(), T::size_bytes);
    std::ranges::copy(bytes, value.bytes.begin());
  }
  template <Fixed T>
  void operator()(const char* name, std::optional<T>& value) {
    if (from_.has(name)) (*this)(name, value.emplace());
  }
  void operator()(const char* name, Time& value) { value.ms = from_.get(name).as<std::int64_t>(); }
  template <Number T>
  void operator()(const char* name, T& value) {
    if constexpr (std::is_enum_v<T>) {
      const auto found = from_.get(name).template as<capnp::DynamicEnum>();
      if (found.getRaw() >= found.getSchema().getEnumerants().size()) {
        wire::refuse_enumerant(name, found.getRaw());
      }
      value = static_cast<T>(found.getRaw());
    } else {
      value = from_.get(name).template as<T>();
    }
  }
  template <Struct T>
  void operator()(const char* name, T& value) {
    read(from_.get(name), value);
  }
  template <Union T>
  void operator()(const char* name, T& value) {
    const auto group = from_.get(name).template as<capnp::DynamicStruct>();
    KJ_IF_MAYBE (member, group.which()) {
      select(member->getProto().getDiscriminantValue(), value);
      std::visit([&](auto& body) { read(group.get(*member), body); }, value);
    } else {
      throw Refused{"the kind is unknown"};
    }
  }
  template <class T>
  void operator()(const char* name, std::vector<T>& values) {
    const auto list = from_.get(name).template as<capnp::DynamicList>();
    count_items(name, list.size(), items_);
    for (capnp::uint i = 0; i < list.size(); ++i) {
      T& value = values.emplace_back();
      if constexpr (std::is_same_v<T, std::string>) {
        const auto text = list[i].template as<capnp::Text>();
        value.assign(text.begin(), text.size());
        wire::check_text(name, value);
      } else if constexpr (std::is_same_v<T, Bytes>) {
        const auto bytes = list[i].template as<capnp::Data>();
        value.assign(bytes.begin(), bytes.end());
      } else {
        read(list[i], value);
      }
    }
  }

 private:
  template <class T>
  void read(capnp::DynamicValue::Reader from, T& value) {
    Reader inner(from.as<capnp::DynamicStruct>(), items_);
    T::fields(inner, value);
  }
  template <class T>
  static void select(std::size_t index, T& value) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? void(value.template emplace<I>()) : void()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<T>>());
  }
  View data(const char* name) {
    const auto bytes = from_.get(name).as<capnp::Data>();
    return {bytes.begin(), bytes.size()};
  }

  capnp::DynamicStruct::Reader from_;
  std::size_t& items_;
};

template <class T>
T read(capnp::DynamicStruct::Reader from) {
  T value;
  std::size_t items = 0;
  Reader io(from, items);
  T::fields(io, value);
  return value;
}

/// The bytes as aligned words; the length is checked before anything is allocated.
kj::Array<capnp::word> to_words(View bytes, std::size_t bytes_max) {
  if (bytes.empty()) throw Refused{"there are no bytes"};
  if (bytes.size() > bytes_max) wire::refuse_size(bytes.size(), bytes_max);
  if (bytes.size() % sizeof(capnp::word) != 0) {
    throw Refused{fmt::format("{} bytes are not whole words of 8", bytes.size())};
  }
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  return words;
}

/// How much a reader may look at: each word some times over. Pointers of a hostile message may all
/// name the same list, whose items would then be made again and again; and a list of items without
/// content takes no bytes, hence the allowance.
capnp::ReaderOptions limits_for(const kj::Array<capnp::word>& words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 4 * words.size() + 4 * wire::items_max;
  options.nestingLimit = 16;
  return options;
}

template <class Root, class T>
T decode_as(View bytes, std::size_t bytes_max) {
  const auto words = to_words(bytes, bytes_max);
  const kj::ArrayPtr<const capnp::word> segment = words;
  capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), limits_for(words));
  return read<T>(message.getRoot<Root>());
}

/// `expected <code>; Unknown field; name = party`: without the code, which is the library's own.
std::string in_words(std::string_view description) {
  constexpr std::string_view code = "expected ";
  const auto end = description.find("; ");
  if (description.starts_with(code) && end != description.npos) {
    description.remove_prefix(end + 2);
  }
  return printable(description);
}

/// Exceptions of the library are as much about the message as ours.
template <class Run>
auto guarded(std::string_view what, Run run) {
  return wire::guarded(what, [&] {
    try {
      return run();
    } catch (const kj::Exception& exception) {
      throw Refused{
          in_words({exception.getDescription().begin(), exception.getDescription().size()})};
    }
  });
}

/// A message that says what this one says but is not the same bytes is not canonical.
template <class T>
Result<T> strictly(View bytes, Result<T> value) {
  if (!value) return value;
  if (!std::ranges::equal(TRY(library::encode(*value)), bytes)) {
    return malformed("the bytes are not the canonical encoding");
  }
  return value;
}

/// What an envelope is on the wire, owning the bytes of its record.
struct OwnedEnvelope : Envelope {
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("record", self.record);
    io("signatures", self.signatures);
  }
};

}  // namespace

namespace library {

Result<Bytes> encode(const Record& record) {
  return guarded("record", [&] { return encode_as<schema::Record>(record, record_bytes_max); });
}
Result<Record> decode(View bytes) {
  return strictly(bytes, guarded("record", [&] {
                    return decode_as<schema::Record, Record>(bytes, record_bytes_max);
                  }));
}
Result<Bytes> encode(const Envelope& envelope) {
  return guarded("envelope", [&] {
    return encode_as<schema::Envelope>(EnvelopeView{envelope.record, envelope.signatures},
                                       envelope_bytes_max);
  });
}
Result<Envelope> decode_envelope(View bytes) {
  return strictly(bytes, guarded("envelope", [&]() -> Envelope {
                    return decode_as<schema::Envelope, OwnedEnvelope>(bytes, envelope_bytes_max);
                  }));
}

}  // namespace library

// ---- JSON --------------------------------------------------------------------------------------

std::string to_json(const Record& record) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Record>();
  write(root, record);
  capnp::JsonCodec codec;
  codec.handleByAnnotation<schema::Record>();
  const auto text = codec.encode(root.asReader());
  return {text.begin(), text.size()};
}

Result<Record> from_json(std::string_view json) {
  if (json.size() > 4 * record_bytes_max) return malformed("record: the JSON is too large");
  const auto record = guarded("record", [&] {
    capnp::JsonCodec codec;
    codec.handleByAnnotation<schema::Record>();
    codec.setRejectUnknownFields(true);
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<schema::Record>();
    codec.decode(kj::arrayPtr(json.data(), json.size()), root);
    return read<Record>(root.asReader());
  });
  if (!record) return record;
  return decode(TRY(encode(*record)));
}

}  // namespace usufruct
