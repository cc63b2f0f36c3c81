/* The agent's stream on Contiki-NG's native platform: standard input and output. What was printed there goes to standard error. */
#include "contiki.h"
#include "sixlo-contiki.h"

#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

static int stream = -1;

static void
write_stream(const uint8_t *octets, size_t length)
{
  while(length > 0) {
    ssize_t written = write(stream, octets, length);
    if(written <= 0) {
      exit(0);
    }
    octets += written;
    length -= (size_t)written;
  }
}

static int
wait_for_stream(fd_set *to_read, fd_set *to_write)
{
  FD_SET(STDIN_FILENO, to_read);
  return 1;
}

static void
read_stream(fd_set *to_read, fd_set *to_write)
{
  static uint8_t octets[4096];
  ssize_t length;
  if(!FD_ISSET(STDIN_FILENO, to_read)) {
    return;
  }
  length = read(STDIN_FILENO, octets, sizeof(octets));
  if(length <= 0) {
    exit(0);
  }
  sixlo_contiki_hear(octets, (size_t)length);
}

static const struct select_callback callback = { wait_for_stream, read_stream };

void
sixlo_native_begin(void)
{
  stream = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  select_set_callback(STDIN_FILENO, &callback);
  sixlo_contiki_begin(write_stream, (uint32_t)getpid());
}
