#ifndef CHECK_LINKADDR_H_
#define CHECK_LINKADDR_H_

#include <stdint.h>

#define LINKADDR_SIZE 8
typedef union { uint8_t u8[LINKADDR_SIZE]; } linkaddr_t;
extern linkaddr_t linkaddr_node_addr;

#endif
