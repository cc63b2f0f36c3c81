/* 6LoWPAN over the harness's radio in place of the host's tun interface. */
#define NETSTACK_CONF_NETWORK sicslowpan_driver
#define SELECT_CONF_STDIN 0
#define SICSLOWPAN_CONF_COMPRESSION SICSLOWPAN_COMPRESSION_IPHC
#define UIP_CONF_BUFFER_SIZE 1280
#define UIP_CONF_ND6_SEND_NS 1
#define UIP_CONF_ND6_SEND_NA 1
#define UIP_CONF_ND6_SEND_RA 0
#define UIP_CONF_ND6_AUTOFILL_NBR_CACHE 0
#define UIP_CONF_ROUTER 0
#define LOG_CONF_LEVEL_MAIN LOG_LEVEL_NONE
/* Nobody else is on the air: no backoff, and no waiting for input where a timer may be due. */
#define SIXLO_CONF_SETTLES 1
#define CSMA_CONF_MIN_BE 0
#define SELECT_CONF_TIMEOUT 1
