#ifndef CHECK_NETSTACK_H_
#define CHECK_NETSTACK_H_

struct mac_driver { void (*input)(void); };
extern const struct mac_driver check_mac;
#define NETSTACK_MAC check_mac

#endif
