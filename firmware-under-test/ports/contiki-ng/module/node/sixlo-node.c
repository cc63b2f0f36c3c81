/* A node that does nothing but obey a harness. */
#include "contiki.h"
#include "sixlo-contiki.h"

PROCESS(sixlo_node, "sixlo");
AUTOSTART_PROCESSES(&sixlo_node);

PROCESS_THREAD(sixlo_node, ev, data)
{
  PROCESS_BEGIN();
  sixlo_native_begin();
  PROCESS_END();
}
