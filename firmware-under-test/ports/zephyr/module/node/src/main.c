/* A node that does nothing but obey a harness, on standard input and output. */
#include "sixlo_zephyr.h"

int main(void)
{
	sixlo_native_serve();
	return 0;
}
