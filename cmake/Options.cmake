# Language level, warnings, sanitizers, caching and precompiled headers, the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(JISSHO_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, 'address,undefined' or 'thread'")
option(JISSHO_WERROR "Treat warnings as errors" ON)
option(JISSHO_PCH "Precompile the heavy headers" ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# gRPC's targets ask for it; the precompiled header fits only where all compile alike.
add_compile_options(-pthread)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

if(JISSHO_SANITIZE)
  add_compile_options(-fsanitize=${JISSHO_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${JISSHO_SANITIZE})
  if(JISSHO_SANITIZE MATCHES "undefined")
    # SOCI's shared libraries carry no usable type information for the vptr check.
    add_compile_options(-fno-sanitize=vptr -fno-sanitize-recover=undefined)
  endif()
endif()

find_program(JISSHO_CCACHE ccache)
if(JISSHO_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${JISSHO_CCACHE}")
endif()

find_program(JISSHO_MOLD mold)
if(JISSHO_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
