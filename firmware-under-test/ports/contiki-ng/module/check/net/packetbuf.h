#ifndef CHECK_PACKETBUF_H_
#define CHECK_PACKETBUF_H_

#include <stdint.h>

void packetbuf_clear(void);
void *packetbuf_dataptr(void);
void packetbuf_set_datalen(uint16_t length);

#endif
