# Defines Duktape::duktape, the ECMAScript interpreter used by tests and by `--no-profile` runs only.
find_path(DUKTAPE_INCLUDE_DIR duktape.h)
find_library(DUKTAPE_LIBRARY duktape)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Duktape REQUIRED_VARS DUKTAPE_INCLUDE_DIR DUKTAPE_LIBRARY)
if(Duktape_FOUND AND NOT TARGET Duktape::duktape)
  add_library(Duktape::duktape UNKNOWN IMPORTED)
  set_target_properties(Duktape::duktape PROPERTIES IMPORTED_LOCATION "${DUKTAPE_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${DUKTAPE_INCLUDE_DIR}")
endif()
