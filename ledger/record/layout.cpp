#include "ledger/record/layout.h"

#include <capnp/schema.h>

#include <string_view>
#include <variant>
#include <vector>

#include "crypto/base/check.h"
#include "ledger/record/envelope.h"
#include "ledger/record/record.h"
#include "specs/records.capnp.h"

namespace usufruct {
namespace {

struct Names {
  std::vector<const char*> all;
  template <class T>
  void operator()(const char* name, const T&) {
    all.push_back(name);
  }
};

/// Bits of a number; 0 of what is a pointer.
unsigned width_of(capnp::Type type) {
  switch (type.which()) {
    case capnp::schema::Type::BOOL:
      return 1;
    case capnp::schema::Type::INT8:
    case capnp::schema::Type::UINT8:
      return 8;
    case capnp::schema::Type::INT16:
    case capnp::schema::Type::UINT16:
    case capnp::schema::Type::ENUM:
      return 16;
    case capnp::schema::Type::INT32:
    case capnp::schema::Type::UINT32:
      return 32;
    case capnp::schema::Type::INT64:
    case capnp::schema::Type::UINT64:
      return 64;
    case capnp::schema::Type::TEXT:
    case capnp::schema::Type::DATA:
    case capnp::schema::Type::LIST:
    case capnp::schema::Type::STRUCT:
      return 0;
    case capnp::schema::Type::VOID:
    case capnp::schema::Type::FLOAT32:
    case capnp::schema::Type::FLOAT64:
    case capnp::schema::Type::INTERFACE:
    case capnp::schema::Type::ANY_POINTER:
      break;
  }
  CHECK_THAT(!"the records have no such type");
}

Slot slot_of(capnp::StructSchema::Field field) {
  Slot slot;
  const auto at = field.getProto().getSlot();
  CHECK_THAT(!at.getHadExplicitDefault());  // a default is kept by its difference; ours are 0
  const unsigned width = width_of(field.getType());
  if (width == 0) {
    slot.pointer = static_cast<std::uint16_t>(at.getOffset());
  } else {
    slot.bit = static_cast<std::uint16_t>(at.getOffset() * width);
  }
  if (field.getType().isEnum()) {
    slot.values = static_cast<std::uint16_t>(field.getType().asEnum().getEnumerants().size());
  }
  return slot;
}

/// A union of structs: one pointer for all of them, and a discriminant that is the member's order.
Slot slot_of_union(capnp::StructSchema group) {
  const auto members = group.getUnionFields();
  CHECK_THAT(members.size() > 0 && group.getNonUnionFields().size() == 0);
  Slot slot = slot_of(members[0]);
  for (capnp::uint i = 0; i < members.size(); ++i) {
    CHECK_THAT(members[i].getProto().getDiscriminantValue() == i);
    CHECK_THAT(slot_of(members[i]).pointer == slot.pointer);
  }
  slot.bit = static_cast<std::uint16_t>(16 * group.getProto().getStruct().getDiscriminantOffset());
  slot.values = static_cast<std::uint16_t>(members.size());
  return slot;
}

void use(Layout& layout, unsigned bit, unsigned width) {
  const std::uint64_t ones = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  std::uint64_t& word = layout.used[bit / 64];
  CHECK_THAT((word & ones << bit % 64) == 0);
  word |= ones << bit % 64;
}

Layout make_layout(capnp::StructSchema schema, const std::vector<const char*>& names) {
  const auto proto = schema.getProto().getStruct();
  Layout layout{.data_words = proto.getDataWordCount(), .pointers = proto.getPointerCount()};
  CHECK_THAT(names.size() <= Layout::fields_max && names.size() == schema.getFields().size());
  CHECK_THAT(layout.data_words <= Layout::data_words_max && layout.pointers <= 32);
  std::size_t pointers = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto field = schema.getFieldByName(names[i]);
    const bool is_union = field.getProto().isGroup();
    const Slot slot = is_union ? slot_of_union(field.getType().asStruct()) : slot_of(field);
    const unsigned width = is_union ? 16 : width_of(field.getType());
    if (width > 0) use(layout, slot.bit, width);
    if (is_union || width == 0) CHECK_THAT(slot.pointer == pointers++);
    layout.slots[i] = slot;
  }
  CHECK_THAT(pointers == layout.pointers);
  return layout;
}

template <class T, class Schema>
const Layout& made() {
  static const Layout layout = [] {
    Names names;
    const T value{};
    T::fields(names, value);
    return make_layout(capnp::Schema::from<Schema>(), names.all);
  }();
  return layout;
}

}  // namespace

#define USUFRUCT_LAYOUT(type, name)    \
  template <>                          \
  const Layout& layout_of<type>() {    \
    return made<type, schema::name>(); \
  }
USUFRUCT_LAYOUT(Record, Record)
USUFRUCT_LAYOUT(Ref, Ref)
USUFRUCT_LAYOUT(Document, Document)
USUFRUCT_LAYOUT(Party, Party)
USUFRUCT_LAYOUT(Trust, Trust)
USUFRUCT_LAYOUT(Dataset, Dataset)
USUFRUCT_LAYOUT(Version, Version)
USUFRUCT_LAYOUT(File, File)
USUFRUCT_LAYOUT(Column, Column)
USUFRUCT_LAYOUT(Custody, Custody)
USUFRUCT_LAYOUT(PopulationTable, PopulationTable)
USUFRUCT_LAYOUT(Consent, Consent)
USUFRUCT_LAYOUT(Terms, Terms)
USUFRUCT_LAYOUT(Rule, Rule)
USUFRUCT_LAYOUT(Clause, Clause)
USUFRUCT_LAYOUT(Duty, Duty)
USUFRUCT_LAYOUT(Floor, Floor)
USUFRUCT_LAYOUT(Licence, Licence)
USUFRUCT_LAYOUT(Agreement, Agreement)
USUFRUCT_LAYOUT(Request, Request)
USUFRUCT_LAYOUT(Decision, Decision)
USUFRUCT_LAYOUT(Release, Release)
USUFRUCT_LAYOUT(Recoding, Recoding)
USUFRUCT_LAYOUT(Met, Met)
USUFRUCT_LAYOUT(Composition, Composition)
USUFRUCT_LAYOUT(Run, Run)
USUFRUCT_LAYOUT(Model, Model)
USUFRUCT_LAYOUT(Withdrawal, Withdrawal)
USUFRUCT_LAYOUT(Obligation, Obligation)
USUFRUCT_LAYOUT(Attestation, Attestation)
USUFRUCT_LAYOUT(Incident, Incident)
USUFRUCT_LAYOUT(Settlement, Settlement)
USUFRUCT_LAYOUT(SettlementLine, SettlementLine)
USUFRUCT_LAYOUT(Vocabulary, Vocabulary)
USUFRUCT_LAYOUT(EnvelopeView, Envelope)
USUFRUCT_LAYOUT(RecordSignature, Sig)
#undef USUFRUCT_LAYOUT

}  // namespace usufruct
