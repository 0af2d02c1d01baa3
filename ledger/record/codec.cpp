#include "ledger/record/codec.h"

#include <capnp/compat/json.h>
#include <capnp/dynamic.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <kj/exception.h>

#include <cstring>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "ledger/record/names.h"
#include "ledger/signed.h"
#include "specs/records.capnp.h"

namespace usufruct {
namespace {

constexpr std::size_t text_bytes_max = 16'384;
constexpr std::size_t list_count_max = 4'096;

/// Thrown and caught in this file only, beside the exceptions of the library.
struct Refused {
  std::string message;
};

template <class T>
concept Struct = requires(capnp::MallocMessageBuilder& io, T& value) {
  T::fields(io, value);
};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

void check_text(const char* field, std::string_view text) {
  if (text.size() > text_bytes_max) {
    throw Refused{fmt::format("{} has {} bytes, more than {}", field, text.size(), text_bytes_max)};
  }
  if (!is_utf8(text)) throw Refused{fmt::format("{} is not UTF-8", field)};
  if (has_control(text)) throw Refused{fmt::format("{} has a control character", field)};
}

// ---- writing
// ---------------------------------------------------------------------------------------

/// Puts the fields of a struct into a builder, by name. What is empty is left out, so that there is
/// one encoding of it.
class Writer {
 public:
  explicit Writer(capnp::DynamicStruct::Builder to) : to_(to) {}

  void operator()(const char* name, const std::string& value) {
    check_text(name, value);
    if (!value.empty()) to_.set(name, capnp::Text::Reader(value.c_str(), value.size()));
  }
  void operator()(const char* name, const Digest& value) { set_data(name, value.view()); }
  void operator()(const char* name, const std::optional<Digest>& value) {
    if (value) set_data(name, value->view());
  }
  void operator()(const char* name, const Time& value) { to_.set(name, value.ms); }
  void operator()(const char* name, bool value) { to_.set(name, value); }
  template <class T>
  requires std::integral<T>
  void operator()(const char* name, T value) { to_.set(name, value); }
  template <class T>
  requires std::is_enum_v<T>
  void operator()(const char* name, T value) { to_.set(name, static_cast<std::uint16_t>(value)); }
  template <class T>
  requires(Struct<T>) void operator()(const char* name, const T& value) {
    Writer inner(to_.init(name).template as<capnp::DynamicStruct>());
    T::fields(inner, value);
  }
  template <class T>
  void operator()(const char* name, const std::vector<T>& values) {
    if (values.empty()) return;
    if (values.size() > list_count_max) {
      throw Refused{
          fmt::format("{} has {} items, more than {}", name, values.size(), list_count_max)};
    }
    auto list =
        to_.init(name, static_cast<capnp::uint>(values.size())).template as<capnp::DynamicList>();
    for (capnp::uint i = 0; i < values.size(); ++i) {
      if constexpr (std::is_same_v<T, std::string>) {
        check_text(name, values[i]);
        list.set(i, capnp::Text::Reader(values[i].c_str(), values[i].size()));
      } else if constexpr (std::is_same_v<T, Bytes>) {
        list.set(i, capnp::Data::Reader(values[i].data(), values[i].size()));
      } else {
        Writer inner(list[i].template as<capnp::DynamicStruct>());
        T::fields(inner, values[i]);
      }
    }
  }

 private:
  void set_data(const char* name, View bytes) {
    to_.set(name, capnp::Data::Reader(bytes.data(), bytes.size()));
  }

  capnp::DynamicStruct::Builder to_;
};

// ---- reading
// ---------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(capnp::DynamicStruct::Reader from) : from_(from) {}

  void operator()(const char* name, std::string& value) {
    const auto text = from_.get(name).as<capnp::Text>();
    value.assign(text.begin(), text.size());
    check_text(name, value);
  }
  void operator()(const char* name, Digest& value) { value = digest(name, data(name)); }
  void operator()(const char* name, std::optional<Digest>& value) {
    if (from_.has(name)) value = digest(name, data(name));
  }
  void operator()(const char* name, Time& value) { value.ms = from_.get(name).as<std::int64_t>(); }
  void operator()(const char* name, bool& value) { value = from_.get(name).as<bool>(); }
  template <class T>
  requires std::integral<T>
  void operator()(const char* name, T& value) { value = from_.get(name).template as<T>(); }
  template <class T>
  requires std::is_enum_v<T>
  void operator()(const char* name, T& value) {
    const auto wire = from_.get(name).template as<capnp::DynamicEnum>();
    if (wire.getRaw() >= wire.getSchema().getEnumerants().size()) {
      throw Refused{fmt::format("{} has the unknown value {}", name, wire.getRaw())};
    }
    value = static_cast<T>(wire.getRaw());
  }
  template <class T>
  requires(Struct<T>) void operator()(const char* name, T& value) {
    Reader inner(from_.get(name).template as<capnp::DynamicStruct>());
    T::fields(inner, value);
  }
  template <class T>
  void operator()(const char* name, std::vector<T>& values) {
    const auto list = from_.get(name).template as<capnp::DynamicList>();
    if (list.size() > list_count_max) {
      throw Refused{
          fmt::format("{} has {} items, more than {}", name, list.size(), list_count_max)};
    }
    for (capnp::uint i = 0; i < list.size(); ++i) {
      T value{};
      if constexpr (std::is_same_v<T, std::string>) {
        const auto text = list[i].template as<capnp::Text>();
        value.assign(text.begin(), text.size());
        check_text(name, value);
      } else if constexpr (std::is_same_v<T, Bytes>) {
        const auto bytes = list[i].template as<capnp::Data>();
        value.assign(bytes.begin(), bytes.end());
      } else {
        Reader inner(list[i].template as<capnp::DynamicStruct>());
        T::fields(inner, value);
      }
      values.push_back(std::move(value));
    }
  }

 private:
  View data(const char* name) {
    const auto bytes = from_.get(name).as<capnp::Data>();
    return {bytes.begin(), bytes.size()};
  }
  static Digest digest(const char* name, View bytes) {
    const auto value = digest_from(bytes);
    if (!value) throw Refused{fmt::format("{} has {} bytes, not 32", name, bytes.size())};
    return *value;
  }

  capnp::DynamicStruct::Reader from_;
};

// ---- whole messages
// ----------------------------------------------------------------------------------

template <class Root>
Bytes canonical(capnp::MessageBuilder& message) {
  const auto words = capnp::canonicalize(message.getRoot<Root>().asReader());
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

/// The bytes as aligned words; the length is checked before anything is allocated.
kj::Array<capnp::word> to_words(View bytes, std::size_t bytes_max) {
  if (bytes.empty()) throw Refused{"there are no bytes"};
  if (bytes.size() > bytes_max) {
    throw Refused{fmt::format("{} bytes, more than {}", bytes.size(), bytes_max)};
  }
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
  options.traversalLimitInWords = 4 * words.size() + 4 * list_count_max;
  options.nestingLimit = 16;
  return options;
}

void write_record(capnp::DynamicStruct::Builder to, const Record& record) {
  Writer io(to);
  io("issuer", record.issuer);
  io("issuedAt", record.issued_at);
  io("validFrom", record.valid_from);
  io("validTo", record.valid_to);
  for (std::size_t i = 1; i < record.refs.size(); ++i) {
    if (!(record.refs[i - 1] < record.refs[i])) throw Refused{"refs are not in ascending order"};
  }
  io("refs", record.refs);
  io("documents", record.documents);
  auto body = to.get("body").as<capnp::DynamicStruct>();
  const auto field =
      body.getSchema().getUnionFields()[static_cast<capnp::uint>(record.body.index())];
  Writer inner(body.init(field).as<capnp::DynamicStruct>());
  std::visit([&](const auto& value) { std::decay_t<decltype(value)>::fields(inner, value); },
             record.body);
}

template <std::size_t... I>
void select_body(Body& body, std::size_t index, std::index_sequence<I...>) {
  ((index == I ? void(body.emplace<I>()) : void()), ...);
}

Record read_record(capnp::DynamicStruct::Reader from) {
  Record record;
  Reader io(from);
  io("issuer", record.issuer);
  io("issuedAt", record.issued_at);
  io("validFrom", record.valid_from);
  io("validTo", record.valid_to);
  io("refs", record.refs);
  io("documents", record.documents);
  const auto body = from.get("body").as<capnp::DynamicStruct>();
  KJ_IF_MAYBE (field, body.which()) {
    const auto fields = body.getSchema().getUnionFields();
    capnp::uint index = 0;
    while (index < fields.size() && fields[index].getIndex() != field->getIndex()) ++index;
    select_body(record.body, index, std::make_index_sequence<kind_count>());
    Reader inner(body.get(*field).as<capnp::DynamicStruct>());
    std::visit([&](auto& value) { std::decay_t<decltype(value)>::fields(inner, value); },
               record.body);
  } else {
    throw Refused{"the kind is unknown"};
  }
  return record;
}

template <class T, class Run>
Result<T> guarded(std::string_view what, Run run) {
  try {
    return run();
  } catch (const Refused& refused) {
    return malformed(fmt::format("{}: {}", what, refused.message));
  } catch (const kj::Exception& exception) {
    return malformed(fmt::format(
        "{}: {}", what,
        printable({exception.getDescription().begin(), exception.getDescription().size()})));
  }
}

Bytes write_envelope(const Envelope& envelope) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Envelope>();
  root.setRecord(kj::arrayPtr(envelope.record.data(), envelope.record.size()));
  auto list = root.initSignatures(static_cast<capnp::uint>(envelope.signatures.size()));
  for (capnp::uint i = 0; i < envelope.signatures.size(); ++i) {
    const auto& from = envelope.signatures[i];
    list[i].setSigner(kj::arrayPtr(from.signer.bytes.data(), from.signer.bytes.size()));
    list[i].setSignature(kj::arrayPtr(from.signature.bytes.data(), from.signature.bytes.size()));
  }
  return canonical<schema::Envelope>(message);
}

template <std::size_t N>
void copy_exactly(capnp::Data::Reader from, std::array<std::uint8_t, N>& to, const char* what) {
  if (from.size() != N) throw Refused{fmt::format("{} has {} bytes, not {}", what, from.size(), N)};
  std::copy(from.begin(), from.end(), to.begin());
}

Envelope read_envelope(schema::Envelope::Reader from) {
  Envelope envelope;
  const auto record = from.getRecord();
  envelope.record.assign(record.begin(), record.end());
  const auto signatures = from.getSignatures();
  if (signatures.size() == 0) throw Refused{"nobody signed it"};
  if (signatures.size() > signatures_max) {
    throw Refused{fmt::format("{} signatures, more than {}", signatures.size(), signatures_max)};
  }
  for (const auto signature : signatures) {
    RecordSignature to;
    copy_exactly(signature.getSigner(), to.signer.bytes, "a signer");
    copy_exactly(signature.getSignature(), to.signature.bytes, "a signature");
    if (!envelope.signatures.empty() &&
        !(envelope.signatures.back().signer.bytes < to.signer.bytes)) {
      throw Refused{"the signatures are not in ascending order of signer"};
    }
    envelope.signatures.push_back(to);
  }
  return envelope;
}

}  // namespace

Result<Bytes> encode(const Record& record) {
  return guarded<Bytes>("record", [&]() -> Result<Bytes> {
    capnp::MallocMessageBuilder message;
    write_record(message.initRoot<schema::Record>(), record);
    Bytes bytes = canonical<schema::Record>(message);
    if (bytes.size() > record_bytes_max) {
      return malformed(
          fmt::format("record: {} bytes, more than {}", bytes.size(), record_bytes_max),
          "put long texts in a document beside the ledger and refer to it by digest");
    }
    return bytes;
  });
}

Result<Record> decode(View bytes) {
  auto record = guarded<Record>("record", [&]() -> Result<Record> {
    const auto words = to_words(bytes, record_bytes_max);
    const kj::ArrayPtr<const capnp::word> segment = words;
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), limits_for(words));
    return read_record(message.getRoot<schema::Record>());
  });
  if (!record) return record;
  const Bytes again = TRY(encode(*record));
  if (!std::ranges::equal(again, bytes)) {
    return malformed(
        "record: the bytes are not the canonical encoding",
        "encode it as specs/records.md says: canonical Cap'n Proto, known fields only");
  }
  return record;
}

RecordId id_of(View record_bytes) { return RecordId{sha256(record_bytes)}; }

std::string to_json(const Record& record) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Record>();
  write_record(root, record);
  capnp::JsonCodec codec;
  codec.handleByAnnotation<schema::Record>();
  const auto text = codec.encode(root.asReader());
  return {text.begin(), text.size()};
}

Result<Record> from_json(std::string_view json) {
  if (json.size() > 4 * record_bytes_max) return malformed("record: the JSON is too large");
  auto bytes = guarded<Bytes>("record", [&]() -> Result<Bytes> {
    capnp::JsonCodec codec;
    codec.handleByAnnotation<schema::Record>();
    codec.setRejectUnknownFields(true);
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<schema::Record>();
    codec.decode(kj::arrayPtr(json.data(), json.size()), root);
    return encode(read_record(root.asReader()));
  });
  if (!bytes) return std::unexpected(std::move(bytes).error());
  return decode(*bytes);
}

Result<Bytes> encode(const Envelope& envelope) {
  return guarded<Bytes>("envelope", [&]() -> Result<Bytes> {
    Bytes bytes = write_envelope(envelope);
    if (bytes.size() > envelope_bytes_max) {
      return malformed(
          fmt::format("envelope: {} bytes, more than {}", bytes.size(), envelope_bytes_max));
    }
    return bytes;
  });
}

Result<Envelope> decode_envelope(View bytes) {
  auto envelope = guarded<Envelope>("envelope", [&]() -> Result<Envelope> {
    const auto words = to_words(bytes, envelope_bytes_max);
    const kj::ArrayPtr<const capnp::word> segment = words;
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), limits_for(words));
    return read_envelope(message.getRoot<schema::Envelope>());
  });
  if (!envelope) return envelope;
  const Bytes again = TRY(encode(*envelope));
  if (!std::ranges::equal(again, bytes)) {
    return malformed("envelope: the bytes are not the canonical encoding");
  }
  return envelope;
}

// ---- names of enumerators
// ------------------------------------------------------------------------------

namespace {

std::string enumerant_name(capnp::EnumSchema schema, std::uint16_t value) {
  const auto enumerants = schema.getEnumerants();
  if (value >= enumerants.size()) return fmt::format("unknown-{}", value);
  return enumerants[value].getProto().getName().cStr();
}

Result<std::uint16_t> enumerant_of(capnp::EnumSchema schema, std::string_view name) {
  std::vector<std::string> names;
  for (const auto enumerant : schema.getEnumerants()) {
    names.emplace_back(enumerant.getProto().getName().cStr());
    if (names.back() == name) return enumerant.getOrdinal();
  }
  const auto meant = nearest(name, names);
  return malformed(fmt::format("'{}' is none of {}", printable(name, 60), join(names, ", ")),
                   meant ? fmt::format("did you mean '{}'?", *meant) : std::string());
}

}  // namespace

#define USUFRUCT_ENUM(type)                                                                        \
  template <>                                                                                      \
  std::string name_of(type value) {                                                                \
    return enumerant_name(capnp::Schema::from<schema::type>(), static_cast<std::uint16_t>(value)); \
  }                                                                                                \
  template <>                                                                                      \
  Result<type> parse_name(std::string_view name) {                                                 \
    return static_cast<type>(TRY(enumerant_of(capnp::Schema::from<schema::type>(), name)));        \
  }
USUFRUCT_ENUM(Role)
USUFRUCT_ENUM(PartyType)
USUFRUCT_ENUM(AutoApprove)
USUFRUCT_ENUM(PersonalData)
USUFRUCT_ENUM(Change)
USUFRUCT_ENUM(ColumnRole)
USUFRUCT_ENUM(ConsentStatus)
USUFRUCT_ENUM(Effect)
USUFRUCT_ENUM(ClauseKind)
USUFRUCT_ENUM(AfterWithdrawal)
USUFRUCT_ENUM(LicenceSource)
USUFRUCT_ENUM(Outcome)
USUFRUCT_ENUM(RunType)
USUFRUCT_ENUM(WithdrawalEffect)
USUFRUCT_ENUM(ObligationAction)
USUFRUCT_ENUM(ObligationState)
USUFRUCT_ENUM(Severity)
#undef USUFRUCT_ENUM

template <>
std::string name_of(Kind kind) {
  const capnp::StructSchema record = capnp::Schema::from<schema::Record>();
  const auto body = record.getFieldByName("body").getType().asStruct();
  return body.getUnionFields()[static_cast<capnp::uint>(kind)].getProto().getName().cStr();
}

template <>
Result<Kind> parse_name(std::string_view name) {
  std::vector<std::string> names;
  for (std::uint16_t i = 0; i < kind_count; ++i) {
    names.push_back(name_of(static_cast<Kind>(i)));
    if (names.back() == name) return static_cast<Kind>(i);
  }
  const auto meant = nearest(name, names);
  return malformed(fmt::format("'{}' is not a kind of record", printable(name, 60)),
                   meant ? fmt::format("did you mean '{}'?", *meant)
                         : fmt::format("the kinds are {}", join(names, ", ")));
}

}  // namespace usufruct
