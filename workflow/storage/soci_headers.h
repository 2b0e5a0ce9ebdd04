// SOCI's headers, in the only order and shape that works. Nothing outside this component includes it.
//
// soci-sqlite3.h includes sqlite3.h inside a namespace of its own: it must see it first, and nothing here
// includes sqlite3.h directly. Debian's SOCI is configured with Boost, whose headers its package does not
// depend on; they only add conversions of Boost's own types, which nobody here uses.
#ifndef JISSHO_WORKFLOW_STORAGE_SOCI_HEADERS_H_
#define JISSHO_WORKFLOW_STORAGE_SOCI_HEADERS_H_

// clang-format off
#include "soci/soci-config.h"
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include "soci/sqlite3/soci-sqlite3.h"
#include "soci/mysql/soci-mysql.h"
#include "soci/soci.h"
// clang-format on

#endif  // JISSHO_WORKFLOW_STORAGE_SOCI_HEADERS_H_
