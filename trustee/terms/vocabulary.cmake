# Puts specs/vocabulary/*.yaml into the program: VOCABULARY_SOURCE is a .cpp that defines
# usufruct::terms::embedded_files() (trustee/terms/vocabulary.cpp).
file(GLOB VOCABULARY_FILES CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../../specs/vocabulary/*.yaml")
list(SORT VOCABULARY_FILES)
set(VOCABULARY_SOURCE "${PROJECT_BINARY_DIR}/vocabulary_files.cpp")
add_custom_command(
  OUTPUT "${VOCABULARY_SOURCE}"
  COMMAND ${CMAKE_COMMAND} "-DOUTPUT=${VOCABULARY_SOURCE}" "-DFILES=${VOCABULARY_FILES}"
          -P "${CMAKE_CURRENT_LIST_DIR}/embed.cmake"
  DEPENDS ${VOCABULARY_FILES} "${CMAKE_CURRENT_LIST_DIR}/embed.cmake"
  VERBATIM)
