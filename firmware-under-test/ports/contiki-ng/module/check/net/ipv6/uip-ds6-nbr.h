#ifndef CHECK_UIP_DS6_NBR_H_
#define CHECK_UIP_DS6_NBR_H_

typedef struct uip_ds6_nbr uip_ds6_nbr_t;
uip_ds6_nbr_t *uip_ds6_nbr_head(void);
int uip_ds6_nbr_rm(uip_ds6_nbr_t *neighbour);

#endif
