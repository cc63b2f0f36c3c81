/* Stand-ins for what the module names of Contiki-NG, so that it can be compiled where Contiki-NG is not: signatures alone. */
#ifndef CHECK_CONTIKI_H_
#define CHECK_CONTIKI_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

struct process;
int process_run(void);
void etimer_request_poll(void);

struct select_callback {
  int (*set_fd)(fd_set *to_read, fd_set *to_write);
  void (*handle_fd)(fd_set *to_read, fd_set *to_write);
};
int select_set_callback(int descriptor, const struct select_callback *callback);

#endif
