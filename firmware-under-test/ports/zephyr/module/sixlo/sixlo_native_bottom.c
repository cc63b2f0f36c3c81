/* The agent's stream on native_sim, built for the host. While it waits, simulated time stands still. */
#include <stdint.h>
#include <unistd.h>

unsigned sixlo_host_number(void);
long sixlo_host_read(uint8_t *octets, unsigned long room);
void sixlo_host_write(const uint8_t *octets, unsigned long length);

static int stream = -1;

/* Before anything greets on standard output. */
__attribute__((constructor)) static void take_standard_output(void)
{
	stream = dup(STDOUT_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
}

unsigned sixlo_host_number(void)
{
	return (unsigned)getpid();
}

long sixlo_host_read(uint8_t *octets, unsigned long room)
{
	long length = read(STDIN_FILENO, octets, room);

	if (length <= 0) {
		_exit(0); /* nobody is left to obey */
	}
	return length;
}

void sixlo_host_write(const uint8_t *octets, unsigned long length)
{
	while (length > 0) {
		long written = write(stream, octets, length);

		if (written <= 0) {
			_exit(0);
		}
		octets += written;
		length -= (unsigned long)written;
	}
}
