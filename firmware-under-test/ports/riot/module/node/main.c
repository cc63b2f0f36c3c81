/* A node that does nothing but obey a harness: it reads standard input, and writes descriptor 3, for RIOT itself greets on
 * standard output. */
#include "sixlo_riot.h"

#include "periph/pm.h"

#include <unistd.h>

#define STREAM 3

static void write_all(const uint8_t *octets, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STREAM, octets, length);
        if (written <= 0) {
            return;
        }
        octets += written;
        length -= (size_t)written;
    }
}

int main(void)
{
    static uint8_t octets[512];
    sixlo_riot_begin(write_all, (uint32_t)getpid());
    for (;;) {
        ssize_t length = read(STDIN_FILENO, octets, sizeof(octets));
        if (length > 0) {
            sixlo_riot_hear(octets, (size_t)length);
        }
        else if (length == 0) {
            pm_off(); /* nobody is left to obey */
        }
    }
}
