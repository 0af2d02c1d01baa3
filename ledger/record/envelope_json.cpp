#include "ledger/record/envelope_json.h"

#include <capnp/compat/json.h>
#include <capnp/message.h>
#include <fmt/format.h>

#include "crypto/base/json.h"
#include "crypto/base/text.h"
#include "ledger/record/codec.h"
#include "ledger/signed.h"

namespace usufruct {
namespace {

/// JSON writes hex and names each field; nothing canonical needs more.
constexpr std::size_t json_bytes_max = 8 * envelope_bytes_max;
constexpr unsigned nesting_max = 32;

using Value = capnp::JsonValue::Reader;

std::string_view text_of(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

/// A member of an object that has those names and no other.
Result<Value> member(Value object, std::string_view name, std::size_t count) {
  if (!object.isObject() || object.getObject().size() != count) {
    return malformed(
        fmt::format("the JSON of an envelope: there must be '{}' in an object of {}", name, count));
  }
  for (const auto field : object.getObject()) {
    if (text_of(field.getName()) == name) return field.getValue();
  }
  return malformed(fmt::format("the JSON of an envelope has no '{}'", name));
}

Result<Bytes> hex_member(Value object, std::string_view name, std::size_t count) {
  const Value value = TRY(member(object, name, count));
  if (!value.isString()) return malformed(fmt::format("'{}' is no text", name));
  return TRY_IN(name, parse_hex(text_of(value.getString())));
}

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed_member(Value object, std::string_view name,
                                                    std::size_t count) {
  const Bytes bytes = TRY(hex_member(object, name, count));
  if (bytes.size() != size) {
    return malformed(fmt::format("'{}' has {} bytes, not {}", name, bytes.size(), size));
  }
  std::array<std::uint8_t, size> out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}

Result<std::uint32_t> count_member(Value object, std::string_view name) {
  const Value value = TRY(member(object, name, 3));
  const double number = value.isNumber() ? value.getNumber() : -1;
  if (!(number >= 0 && number <= batch_records_max)) {
    return malformed(fmt::format("'{}' is no number from 0 to {}", name, batch_records_max));
  }
  const auto whole = static_cast<std::uint32_t>(number);
  if (whole != number) return malformed(fmt::format("'{}' is no whole number", name));
  return whole;
}

/// Two members, and where it is on a batch a third.
Result<RecordSignature> read_signature(Value item) {
  const std::size_t count = item.isObject() && item.getObject().size() == 3 ? 3 : 2;
  RecordSignature signature;
  signature.signer.bytes = TRY(fixed_member<32>(item, "signer", count));
  signature.signature.bytes = TRY(fixed_member<64>(item, "signature", count));
  if (count == 2) return signature;
  const Value batch = TRY(member(item, "batch", count));
  signature.batch.size = TRY(count_member(batch, "size"));
  signature.batch.index = TRY(count_member(batch, "index"));
  signature.batch.path = TRY(hex_member(batch, "path", 3));
  if (!signature.is_batch()) return malformed("'size' is 0: leave out the 'batch'");
  return signature;
}

Json json_of(const RecordSignature& signature) {
  Json json = Json::object()
                  .set("signer", to_hex(signature.signer.bytes))
                  .set("signature", to_hex(signature.signature.bytes));
  if (signature.is_batch()) {
    json.set("batch", Json::object()
                          .set("size", signature.batch.size)
                          .set("index", signature.batch.index)
                          .set("path", to_hex(signature.batch.path)));
  }
  return json;
}

Result<Bytes> read(capnp::JsonCodec& codec, Value root) {
  const Value record = TRY(member(root, "record", 2));
  const Value signatures = TRY(member(root, "signatures", 2));
  if (!signatures.isArray() || signatures.getArray().size() > signatures_max) {
    return malformed(fmt::format("'signatures' is no list of at most {}", signatures_max));
  }
  const kj::String text = codec.encodeRaw(record);
  Envelope envelope;
  envelope.record = TRY(encode(TRY(from_json({text.begin(), text.size()}))));
  for (const auto item : signatures.getArray()) {
    envelope.signatures.push_back(TRY(read_signature(item)));
  }
  return encode(envelope);
}

}  // namespace

Result<std::string> envelope_to_json(View bytes) {
  const Envelope envelope = TRY(decode_envelope(bytes));
  Json signatures = Json::array();
  for (const auto& signature : envelope.signatures) {
    signatures.push(json_of(signature));
  }
  return Json::object()
      .set("record", Json::raw(to_json(TRY(decode(envelope.record)))))
      .set("signatures", std::move(signatures))
      .print();
}

Result<Bytes> envelope_from_json(std::string_view json) {
  if (json.size() > json_bytes_max) return malformed("the JSON of an envelope is too large");
  // A library that throws: its exceptions end here.
  try {
    capnp::JsonCodec codec;
    codec.setMaxNestingDepth(nesting_max);
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<capnp::JsonValue>();
    codec.decodeRaw(kj::arrayPtr(json.data(), json.size()), root);
    return read(codec, root.asReader());
  } catch (const kj::Exception& error) {
    return malformed(
        fmt::format("the JSON of an envelope: {}", printable(error.getDescription().cStr(), 120)));
  }
}

}  // namespace usufruct
