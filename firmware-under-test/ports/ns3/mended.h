// What the port mends in ns-3. README.md says why.
#ifndef SIXLO_NS3_MENDED_H
#define SIXLO_NS3_MENDED_H

// Lets ns-3 be as it is, for those who want to see it.
void LeaveAsIs();

#endif
