#pragma once
// Included before everything when clang compiles. Cap'n Proto 0.9.2 leaves `"text" == StringPtr` to
// C++20's reversed operators; by P2468 they no longer count beside a matching operator!=, and clang
// follows that where g++ 12 does not. Its older way, with the operator spelled out, is right for
// both.
#include <compare>
#include <cstring>
#include <initializer_list>
#include <new>
#include <string>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#pragma push_macro("__cpp_impl_three_way_comparison")
#undef __cpp_impl_three_way_comparison
#include <kj/string.h>
#pragma pop_macro("__cpp_impl_three_way_comparison")
#pragma clang diagnostic pop
