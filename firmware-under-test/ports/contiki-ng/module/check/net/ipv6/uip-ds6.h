#ifndef CHECK_UIP_DS6_H_
#define CHECK_UIP_DS6_H_

#include <stdint.h>

typedef union { uint8_t u8[16]; uint16_t u16[8]; } uip_ipaddr_t;
typedef struct { uint8_t addr[8]; } uip_lladdr_t;
extern uip_lladdr_t uip_lladdr;

#define UIP_DS6_ADDR_NB 8
#define UIP_DS6_MADDR_NB 8
enum { ADDR_MANUAL = 3 };
enum { ADDR_PREFERRED = 1 };
typedef struct { uint8_t isused, state; } uip_ds6_addr_t;
typedef struct { uint8_t isused; } uip_ds6_maddr_t;
typedef struct {
  uip_ds6_addr_t addr_list[UIP_DS6_ADDR_NB];
  uip_ds6_maddr_t maddr_list[UIP_DS6_MADDR_NB];
} uip_ds6_netif_t;
extern uip_ds6_netif_t uip_ds6_if;
uip_ds6_addr_t *uip_ds6_addr_add(uip_ipaddr_t *address, unsigned long lifetime, uint8_t type);
void uip_ds6_addr_rm(uip_ds6_addr_t *address);
uip_ds6_maddr_t *uip_ds6_maddr_add(const uip_ipaddr_t *address);
void uip_ds6_maddr_rm(uip_ds6_maddr_t *address);
void uip_ds6_set_addr_iid(uip_ipaddr_t *address, uip_lladdr_t *link);
void uip_create_linklocal_prefix(uip_ipaddr_t *address);
void uip_create_linklocal_allnodes_mcast(uip_ipaddr_t *address);

#endif
