#ifndef CHECK_RADIO_H_
#define CHECK_RADIO_H_

#include <stddef.h>

typedef int radio_value_t;
typedef unsigned radio_param_t;
typedef enum { RADIO_RESULT_OK, RADIO_RESULT_NOT_SUPPORTED } radio_result_t;
enum { RADIO_CONST_MAX_PAYLOAD_LEN = 1 };
enum { RADIO_TX_OK, RADIO_TX_ERR };

struct radio_driver {
  int (*init)(void);
  int (*prepare)(const void *payload, unsigned short length);
  int (*transmit)(unsigned short length);
  int (*send)(const void *payload, unsigned short length);
  int (*read)(void *octets, unsigned short length);
  int (*channel_clear)(void);
  int (*receiving_packet)(void);
  int (*pending_packet)(void);
  int (*on)(void);
  int (*off)(void);
  radio_result_t (*get_value)(radio_param_t parameter, radio_value_t *value);
  radio_result_t (*set_value)(radio_param_t parameter, radio_value_t value);
  radio_result_t (*get_object)(radio_param_t parameter, void *object, size_t size);
  radio_result_t (*set_object)(radio_param_t parameter, const void *object, size_t size);
};

#endif
