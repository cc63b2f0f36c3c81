/* Simulated time: a native_sim that is not slowed down jumps to the next timer when every thread waits. The agent's thread waits
 * for the harness inside the host, where no time passes, and sleeps only for as long as the harness says. */
#include "sixlo_native.h"
#include "sixlo_zephyr.h"

#include <zephyr/kernel.h>

#include <timeout_q.h>

/* Simulated time that the harness has not seen. */
static k_ticks_t skipped;

void sixlo_native_advance(uint64_t now_us)
{
	k_sleep(K_TIMEOUT_ABS_TICKS(skipped + (k_ticks_t)k_us_to_ticks_ceil64(now_us)));
}

void sixlo_native_skip(uint32_t milliseconds)
{
	k_ticks_t before = k_uptime_ticks();

	k_sleep(K_MSEC(milliseconds));
	skipped += k_uptime_ticks() - before;
}

bool sixlo_native_next_timer(uint64_t *at_us)
{
	int32_t ticks = z_get_next_timeout_expiry();

	if (ticks == (int32_t)K_TICKS_FOREVER || ticks == INT32_MAX) {
		return false;
	}
	*at_us = k_ticks_to_us_ceil64(k_uptime_ticks() + ticks - skipped);
	return true;
}

static void write_to_harness(const uint8_t *octets, size_t length)
{
	sixlo_host_write(octets, length);
}

void sixlo_native_serve(void)
{
	static uint8_t octets[4096];

	k_thread_priority_set(k_current_get(), K_LOWEST_APPLICATION_THREAD_PRIO);
	sixlo_zephyr_begin(write_to_harness, sixlo_host_number());
	for (;;) {
		sixlo_zephyr_hear(octets, (size_t)sixlo_host_read(octets, sizeof(octets)));
	}
}
