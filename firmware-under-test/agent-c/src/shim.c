/* What Rust cannot see of a C header: how large an agent is, and how its stack is laid out. */
#include "sixlo_agent.h"

size_t sixlo_shim_agent_size(void)
{
    return sizeof(struct sixlo_agent);
}

size_t sixlo_shim_stack_size(void)
{
    return sizeof(struct sixlo_stack);
}

size_t sixlo_shim_setting_size(void)
{
    return sizeof(struct sixlo_setting);
}
