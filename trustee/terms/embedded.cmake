# Puts specs/vocabulary/*.yaml and specs/templates/*.yaml into the program: EMBEDDED_SOURCES are .cpp
# that define usufruct::terms::embedded_vocabulary() and embedded_templates().
foreach(kind vocabulary templates)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../../specs/${kind}/*.yaml")
  list(SORT files)
  set(source "${PROJECT_BINARY_DIR}/${kind}_files.cpp")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${source}" "-DFUNCTION=embedded_${kind}" "-DFILES=${files}"
            -P "${CMAKE_CURRENT_LIST_DIR}/embed.cmake"
    DEPENDS ${files} "${CMAKE_CURRENT_LIST_DIR}/embed.cmake"
    VERBATIM)
  list(APPEND EMBEDDED_SOURCES "${source}")
endforeach()
