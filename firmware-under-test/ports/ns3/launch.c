/* Starts `<its own name>-node`, which lies beside it: at the same places each time, where the system lets it, and with
 * all of ns-3 bound at once and not by each node again. Both must be said before a program is loaded, and loading ns-3
 * is most of what a start costs; this program is small. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static const char node[] = "-node";
    char path[PATH_MAX + sizeof node];
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    (void)count;
    if (length <= 0 || length >= PATH_MAX) {
        perror("dut: /proc/self/exe");
        return 2;
    }
    strcpy(path + length, node);
    setenv("LD_BIND_NOW", "1", 1);
    personality(ADDR_NO_RANDOMIZE);
    execv(path, arguments);
    perror(path);
    return 2;
}
