#ifndef SCRIM_CLINUX_SHIM_H
#define SCRIM_CLINUX_SHIM_H

#include <sys/prctl.h>

// prctl is variadic, which Swift cannot call.

// Forbids core dumps of this process, and other processes of its user to look into it. 0 when it is done.
static inline int scrim_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

#endif
