# The four kinds of targets that the project consists of. Sources are always listed explicitly.
#
#   jissho_library(NAME SOURCES a.cc … DEPS x …)      target jissho_NAME, alias jissho::NAME
#   jissho_binary(NAME SOURCES main.cc DEPS x …)      executable NAME
#   jissho_test(NAME SOURCES a_test.cc … DEPS x … [LABEL unit] [TIMEOUT s] [ARGS …])
#   jissho_embed(TARGET VARIABLE_PREFIX FILES …)      files as C++ string constants (see below)

# The last four report what is not there when g++ 12 optimises std::variant and std::string (GCC bugs 105562, 105329).
set(JISSHO_WARNINGS -Wall -Wextra -Wno-sign-compare -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
  -Wno-stringop-overread)
if(JISSHO_WERROR)
  list(APPEND JISSHO_WARNINGS -Werror)
endif()

if(JISSHO_PCH)
  add_library(jissho_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(jissho_pch PRIVATE absl::statusor absl::strings nlohmann_json::nlohmann_json Threads::Threads)
  target_precompile_headers(jissho_pch PRIVATE <algorithm> <chrono> <cstdint> <functional> <map> <memory>
    <optional> <string> <string_view> <utility> <variant> <vector> <absl/status/statusor.h>
    <absl/strings/str_cat.h> <nlohmann/json.hpp>)
endif()

function(_jissho_common target)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${JISSHO_WARNINGS})
  if(JISSHO_PCH)
    target_precompile_headers(${target} REUSE_FROM jissho_pch)
  endif()
endfunction()

function(jissho_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(jissho_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(jissho_${name} PUBLIC ${ARG_DEPS} absl::status absl::statusor absl::strings absl::time
      nlohmann_json::nlohmann_json Threads::Threads)
    _jissho_common(jissho_${name})
  else()
    add_library(jissho_${name} INTERFACE)
    target_include_directories(jissho_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(jissho_${name} INTERFACE ${ARG_DEPS})
  endif()
  add_library(jissho::${name} ALIAS jissho_${name})
endfunction()

function(jissho_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} nlohmann_json::nlohmann_json absl::statusor Threads::Threads)
  _jissho_common(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

function(jissho_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS;ARGS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock_main GTest::gmock GTest::gtest absl::status absl::statusor absl::strings absl::time
    nlohmann_json::nlohmann_json Threads::Threads)
  _jissho_common(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "JISSHO_SOURCE_DIR=${PROJECT_SOURCE_DIR};JISSHO_BINARY_DIR=${PROJECT_BINARY_DIR}")
endfunction()

# Embeds files into TARGET. Generates <embedded/PREFIX.h> with
#   namespace jissho::embedded { std::vector<std::pair<std::string_view name, std::string_view content>> PREFIX(); }
# Names are relative to the calling directory.
function(jissho_embed target prefix)
  cmake_parse_arguments(ARG "" "" "FILES" ${ARGN})
  set(out_dir ${PROJECT_BINARY_DIR}/generated)
  set(header ${out_dir}/embedded/${prefix}.h)
  set(source ${out_dir}/embedded/${prefix}.cc)
  set(paths "")
  string(REPLACE ";" "|" joined "${ARG_FILES}")
  foreach(file ${ARG_FILES})
    list(APPEND paths ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(OUTPUT ${header} ${source}
    COMMAND ${CMAKE_COMMAND} -DPREFIX=${prefix} -DHEADER=${header} -DSOURCE=${source}
      -DBASE=${CMAKE_CURRENT_SOURCE_DIR} "-DFILES=${joined}" -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_include_directories(${target} PUBLIC ${out_dir})
endfunction()
