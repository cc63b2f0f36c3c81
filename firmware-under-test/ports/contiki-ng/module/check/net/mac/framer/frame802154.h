#ifndef CHECK_FRAME802154_H_
#define CHECK_FRAME802154_H_

#include <stdint.h>

void frame802154_set_pan_id(uint16_t pan_id);

#endif
