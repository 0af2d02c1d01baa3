# The simulation: a smoke of it in every test run, and each canary, which must be noticed.
file(GLOB SIM_SOURCES CONFIGURE_DEPENDS "tests/sim/*.cpp")
add_executable(usufruct-sim ${SIM_SOURCES})
target_link_libraries(usufruct-sim PRIVATE usufruct_ledger)
add_test(NAME sim COMMAND usufruct-sim --seed=1 --runs=2000 --jobs=1)
foreach(canary no-guard early-answer swallowed-error forgetful-witness double-entry)
  add_test(NAME "sim_canary_${canary}" COMMAND usufruct-sim --runs=20000 --jobs=1 --canary=${canary})
endforeach()
