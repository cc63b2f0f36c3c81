// ns-3's DefaultSimulatorImpl under a clock that the harness moves.
#ifndef SIXLO_NS3_CLOCK_H
#define SIXLO_NS3_CLOCK_H

#include <cstdint>

// Once, before anything else of ns-3 is used.
void PrepareClock();
// The simulation, which has not begun yet, begins at this moment.
void StartClock(uint64_t nowUs);
// Works off everything that is due now.
void Settle();
// Moves to this moment, working off in order everything that is due by then.
void AdvanceClock(uint64_t nowUs);
// Whether anything is still to come, and when.
bool NextDue(uint64_t* atUs);

#endif
