/* See sixlo_agent.h. Messages: ../agent-protocol/agent.cddl, CBOR (RFC 8949) in COBS with a CRC-16/KERMIT. */
#include "sixlo_agent.h"

/* Frames out: COBS( cbor || crc ) 00, a block at a time. */

static void put_block(struct sixlo_agent *agent)
{
    agent->block[0] = (uint8_t)(agent->filled + 1u);
    agent->stack->write(agent->stack->context, agent->block, (size_t)agent->filled + 1u);
    agent->filled = 0;
}

static void put_coded(struct sixlo_agent *agent, uint8_t octet)
{
    /* A full block stands for its 254 octets without a zero behind them. */
    if (agent->filled == 254)
        put_block(agent);
    if (octet == 0)
        put_block(agent);
    else
        agent->block[++agent->filled] = octet;
}

static uint16_t crc_of(uint16_t crc, uint8_t octet)
{
    int bit;
    crc ^= octet;
    for (bit = 0; bit < 8; bit++)
        crc = (uint16_t)((crc >> 1) ^ ((crc & 1u) ? 0x8408u : 0u));
    return crc;
}

static void put(struct sixlo_agent *agent, uint8_t octet)
{
    agent->crc = crc_of(agent->crc, octet);
    put_coded(agent, octet);
}

enum major { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

static void put_head(struct sixlo_agent *agent, enum major major, uint64_t value)
{
    uint8_t type = (uint8_t)(major << 5);
    int octets;
    if (value < 24) {
        put(agent, (uint8_t)(type | value));
        return;
    }
    if (value <= 0xff) {
        put(agent, type | 24u);
        octets = 1;
    } else if (value <= 0xffff) {
        put(agent, type | 25u);
        octets = 2;
    } else if (value <= 0xffffffff) {
        put(agent, type | 26u);
        octets = 4;
    } else {
        put(agent, type | 27u);
        octets = 8;
    }
    while (octets-- > 0)
        put(agent, (uint8_t)(value >> (8 * octets)));
}

static void put_octets(struct sixlo_agent *agent, enum major major, const uint8_t *octets, size_t length)
{
    size_t at;
    put_head(agent, major, length);
    for (at = 0; at < length; at++)
        put(agent, octets[at]);
}

static void put_text(struct sixlo_agent *agent, const char *text)
{
    size_t length = 0;
    if (text)
        while (text[length] != '\0')
            length++;
    put_octets(agent, TEXT, (const uint8_t *)text, length);
}

/* agent-message = [index, [fields...]] */
enum said { HELLO, DONE, UNSUPPORTED, ERROR, DELIVERED, TRANSMITTED, CAPTURED, SETTLED, STATISTICS, LOG };

static void begin(struct sixlo_agent *agent, uint32_t seq, enum said said, unsigned fields)
{
    agent->crc = 0;
    agent->filled = 0;
    put_head(agent, ARRAY, 2);
    put_head(agent, UNSIGNED, seq);
    put_head(agent, ARRAY, 2);
    put_head(agent, UNSIGNED, said);
    put_head(agent, ARRAY, fields);
}

static void end(struct sixlo_agent *agent)
{
    static const uint8_t zero = 0;
    uint16_t crc = agent->crc;
    put_coded(agent, (uint8_t)crc);
    put_coded(agent, (uint8_t)(crc >> 8));
    put_block(agent);
    agent->stack->write(agent->stack->context, &zero, 1);
}

static void hello(struct sixlo_agent *agent)
{
    const struct sixlo_stack *stack = agent->stack;
    begin(agent, agent->seq, HELLO, 1);
    put_head(agent, ARRAY, 9);
    put_head(agent, UNSIGNED, SIXLO_PROTOCOL_VERSION);
    put_head(agent, UNSIGNED, agent->boot);
    put_text(agent, stack->name);
    put_text(agent, stack->build);
    put_head(agent, UNSIGNED, stack->abilities);
    put_head(agent, UNSIGNED, stack->hooks);
    put_head(agent, UNSIGNED, (uint64_t)stack->tap);
    put_head(agent, UNSIGNED, stack->largest_psdu);
    put_head(agent, UNSIGNED, agent->now_us);
    end(agent);
}

static void answer(struct sixlo_agent *agent, enum sixlo_outcome outcome)
{
    if (outcome == SIXLO_REFUSED) {
        begin(agent, agent->seq, ERROR, 1);
        put_text(agent, agent->why ? agent->why : "refused");
    } else {
        begin(agent, agent->seq, outcome == SIXLO_DONE ? DONE : UNSUPPORTED, 0);
    }
    end(agent);
}

static void settled(struct sixlo_agent *agent)
{
    const struct sixlo_stack *stack = agent->stack;
    uint64_t at_us;
    if (stack->next_timer && stack->next_timer(stack->context, &at_us)) {
        begin(agent, agent->seq, SETTLED, 1);
        put_head(agent, UNSIGNED, at_us);
    } else {
        begin(agent, agent->seq, SETTLED, 0);
    }
    end(agent);
}

static void tell(struct sixlo_agent *agent, enum said said, const uint8_t *octets, size_t length)
{
    begin(agent, agent->seq, said, 1);
    put_octets(agent, BYTES, octets, length);
    end(agent);
}

void sixlo_agent_transmitted(struct sixlo_agent *agent, const uint8_t *psdu, size_t length)
{
    tell(agent, TRANSMITTED, psdu, length);
}

void sixlo_agent_delivered(struct sixlo_agent *agent, const uint8_t *packet, size_t length)
{
    tell(agent, DELIVERED, packet, length);
}

void sixlo_agent_captured(struct sixlo_agent *agent, const uint8_t *psdu, size_t length, uint64_t time_us,
                          int8_t rssi_dbm, uint8_t lqi)
{
    begin(agent, agent->seq, CAPTURED, 4);
    put_octets(agent, BYTES, psdu, length);
    put_head(agent, UNSIGNED, time_us);
    if (rssi_dbm < 0)
        put_head(agent, NEGATIVE, (uint64_t)(-1 - rssi_dbm));
    else
        put_head(agent, UNSIGNED, (uint64_t)rssi_dbm);
    put_head(agent, UNSIGNED, lqi);
    end(agent);
}

void sixlo_agent_log(struct sixlo_agent *agent, const char *text)
{
    begin(agent, agent->seq, LOG, 1);
    put_text(agent, text);
    end(agent);
}

void sixlo_agent_why(struct sixlo_agent *agent, const char *text)
{
    agent->why = text;
}

void sixlo_agent_init(struct sixlo_agent *agent, const struct sixlo_stack *stack, uint32_t boot)
{
    agent->stack = stack;
    agent->boot = boot;
    agent->seq = 0;
    agent->now_us = 0;
    agent->why = NULL;
    agent->length = 0;
    agent->code = 0;
    agent->left = 0;
    agent->broken = false;
    agent->filled = 0;
    agent->crc = 0;
}

void sixlo_agent_announce(struct sixlo_agent *agent)
{
    agent->seq = 0;
    hello(agent);
}

void sixlo_agent_tick(struct sixlo_agent *agent, uint64_t now_us)
{
    const struct sixlo_stack *stack = agent->stack;
    agent->seq = 0;
    agent->now_us = now_us;
    if (stack->advance)
        stack->advance(stack->context, now_us);
}

/* Commands in. Fields that this version does not know stand behind those that it does, and are passed over. */

struct reader {
    const uint8_t *octets;
    size_t length;
    bool wrong; /* set by the first thing that is not what was asked for */
};

static uint64_t take_head(struct reader *reader, enum major wanted)
{
    uint8_t first;
    unsigned octets;
    uint64_t value;
    if (reader->wrong || reader->length == 0 || reader->octets[0] >> 5 != (unsigned)wanted) {
        reader->wrong = true;
        return 0;
    }
    first = *reader->octets++ & 0x1fu;
    reader->length--;
    if (first < 24)
        return first;
    octets = 1u << (first - 24u);
    if (first > 27 || reader->length < octets) {
        reader->wrong = true;
        return 0;
    }
    for (value = 0; octets > 0; octets--, reader->length--)
        value = value << 8 | *reader->octets++;
    return value;
}

static uint64_t take_number(struct reader *reader, uint64_t largest)
{
    uint64_t value = take_head(reader, UNSIGNED);
    if (value > largest)
        reader->wrong = true;
    return value;
}

/* An array of at least so many items. */
static void take_array(struct reader *reader, uint64_t least)
{
    if (take_head(reader, ARRAY) < least)
        reader->wrong = true;
}

static const uint8_t *take_octets(struct reader *reader, size_t *length)
{
    uint64_t stated = take_head(reader, BYTES);
    const uint8_t *octets = reader->octets;
    if (reader->wrong || stated > reader->length) {
        reader->wrong = true;
        *length = 0;
        return octets;
    }
    *length = (size_t)stated;
    reader->octets += *length;
    reader->length -= *length;
    return octets;
}

static void take_copy(struct reader *reader, uint8_t *to, size_t wanted)
{
    size_t length, at;
    const uint8_t *octets = take_octets(reader, &length);
    if (length != wanted)
        reader->wrong = true;
    for (at = 0; !reader->wrong && at < wanted; at++)
        to[at] = octets[at];
}

static bool take_flag(struct reader *reader)
{
    uint64_t value = take_head(reader, SIMPLE);
    if (value != 20 && value != 21)
        reader->wrong = true;
    return value == 21;
}

/* setting = [index, [fields...]] */
static struct sixlo_setting take_setting(struct reader *reader)
{
    static const struct sixlo_setting nothing = {SIXLO_DEFAULTS, {0}, {0}, 0, 0, false, 0, 0};
    /* How many fields each kind has. */
    static const uint8_t fields[] = {1, 1, 1, 1, 2, 1, 4, 1, 1, 1, 1, 1, 1, 2, 2, 0};
    struct sixlo_setting setting = nothing;
    uint64_t kind;
    take_array(reader, 2);
    kind = take_number(reader, SIXLO_DEFAULTS);
    if (reader->wrong)
        return setting;
    setting.kind = (enum sixlo_setting_kind)kind;
    take_array(reader, fields[kind]);
    switch (setting.kind) {
    case SIXLO_EUI64:
        take_copy(reader, setting.eui64, sizeof setting.eui64);
        break;
    case SIXLO_SHORT_ADDRESS:
    case SIXLO_PAN_ID:
    case SIXLO_OPEN_PORT:
        setting.number = (uint16_t)take_number(reader, 0xffff);
        break;
    case SIXLO_CHANNEL:
    case SIXLO_NO_CONTEXT:
    case SIXLO_MESH_HOPS:
        setting.number = (uint16_t)take_number(reader, 0xff);
        break;
    case SIXLO_ND:
        setting.number = (uint16_t)take_number(reader, 2);
        break;
    case SIXLO_ADDRESS:
        take_copy(reader, setting.address, sizeof setting.address);
        setting.prefix_length = (uint8_t)take_number(reader, 0xff);
        break;
    case SIXLO_GROUP:
        take_copy(reader, setting.address, sizeof setting.address);
        break;
    case SIXLO_CONTEXT:
        setting.number = (uint16_t)take_number(reader, 0xff);
        take_copy(reader, setting.address, sizeof setting.address);
        setting.prefix_length = (uint8_t)take_number(reader, 0xff);
        setting.flag = take_flag(reader);
        break;
    case SIXLO_CHECKSUM_ELISION:
    case SIXLO_AUTOCONFIGURE:
        setting.flag = take_flag(reader);
        break;
    case SIXLO_NEIGHBOUR:
        take_copy(reader, setting.address, sizeof setting.address);
        take_copy(reader, setting.eui64, sizeof setting.eui64);
        break;
    case SIXLO_PARAMETER:
        setting.parameter = (uint32_t)take_number(reader, 0xffffffff);
        setting.value = take_number(reader, UINT64_MAX);
        break;
    case SIXLO_DEFAULTS:
        break;
    }
    return setting;
}

static enum sixlo_outcome configure(const struct sixlo_stack *stack, struct reader *reader)
{
    struct sixlo_setting setting = take_setting(reader);
    if (reader->wrong || !stack->configure || !(stack->hooks & SIXLO_HOOK(setting.kind)))
        return SIXLO_UNSUPPORTED;
    return stack->configure(stack->context, &setting);
}

/* host-message = [index, [fields...]] */
enum asked { ASK_HELLO, CONFIGURE, RESET, SEND_IPV6, RADIO, TRANSMIT, RECEIVE, ASK_STATISTICS, ADVANCE_CLOCK, ASKED };

static void statistics(struct sixlo_agent *agent)
{
    const struct sixlo_stack *stack = agent->stack;
    struct sixlo_statistics counts;
    if (!stack->statistics || !stack->statistics(stack->context, &counts)) {
        answer(agent, SIXLO_UNSUPPORTED);
        return;
    }
    begin(agent, agent->seq, STATISTICS, 3);
    put_head(agent, UNSIGNED, counts.received);
    put_head(agent, UNSIGNED, counts.transmitted);
    put_head(agent, UNSIGNED, counts.dropped);
    end(agent);
}

static void obey_command(struct sixlo_agent *agent, enum asked asked, struct reader *reader)
{
    const struct sixlo_stack *stack = agent->stack;
    void *context = stack->context;
    enum sixlo_outcome outcome = SIXLO_UNSUPPORTED;
    bool settles = stack->abilities & SIXLO_SETTLES;
    const uint8_t *octets;
    size_t length;
    uint64_t number;

    switch (asked) {
    case ASK_HELLO:
        take_number(reader, 0xffffffff);
        if (reader->wrong)
            break;
        hello(agent);
        return;
    case CONFIGURE:
        outcome = configure(stack, reader);
        break;
    case RESET:
        answer(agent, stack->reset(context));
        if (settles)
            settled(agent);
        return;
    case SEND_IPV6:
        octets = take_octets(reader, &length);
        if (reader->wrong)
            break;
        answer(agent, stack->send_ipv6 ? stack->send_ipv6(context, octets, length) : SIXLO_UNSUPPORTED);
        if (settles)
            settled(agent);
        return;
    case RADIO:
        number = take_number(reader, SIXLO_RADIO_DEVICE);
        if (!reader->wrong && stack->radio)
            outcome = stack->radio(context, (enum sixlo_role)number);
        break;
    case TRANSMIT:
        octets = take_octets(reader, &length);
        if (!reader->wrong && stack->transmit)
            outcome = stack->transmit(context, octets, length);
        break;
    case RECEIVE:
        octets = take_octets(reader, &length);
        if (reader->wrong)
            break;
        stack->receive(context, octets, length);
        if (settles) {
            settled(agent);
            return;
        }
        outcome = SIXLO_DONE;
        break;
    case ASK_STATISTICS:
        statistics(agent);
        return;
    case ADVANCE_CLOCK:
        number = take_number(reader, UINT64_MAX);
        if (reader->wrong || !stack->advance || !(stack->abilities & SIXLO_VIRTUAL_TIME))
            break;
        if (number > agent->now_us)
            agent->now_us = number;
        stack->advance(context, agent->now_us);
        settled(agent);
        return;
    case ASKED:
        break;
    }
    answer(agent, outcome);
}

/* from-host = [seq, host-message]. What cannot be read is unsupported, if only it says whose answer that is. */
static void obey(struct sixlo_agent *agent, struct reader *reader)
{
    /* How many fields each command has. */
    static const uint8_t fields[] = {1, 1, 0, 1, 1, 1, 1, 0, 1, 0};
    uint64_t asked;
    take_array(reader, 1);
    agent->seq = (uint32_t)take_number(reader, 0xffffffff);
    if (reader->wrong)
        return;
    agent->why = NULL;
    take_array(reader, 2);
    asked = take_number(reader, ASKED - 1);
    if (reader->wrong)
        asked = ASKED;
    take_array(reader, fields[asked]);
    if (reader->wrong)
        asked = ASKED;
    obey_command(agent, (enum asked)asked, reader);
    agent->seq = 0;
}

/* Frames in: COBS is taken off as octets come. */

static void keep(struct sixlo_agent *agent, uint8_t octet)
{
    if (agent->length == sizeof agent->message)
        agent->broken = true;
    else
        agent->message[agent->length++] = octet;
}

static void hear_octet(struct sixlo_agent *agent, uint8_t octet)
{
    if (agent->left > 0) {
        agent->left--;
        keep(agent, octet);
        return;
    }
    /* A new block; behind one that was not full stands the zero that ended it. */
    if (agent->code != 0 && agent->code != 0xff)
        keep(agent, 0);
    agent->code = octet;
    agent->left = (uint8_t)(octet - 1u);
}

static void hear_end(struct sixlo_agent *agent)
{
    struct reader reader;
    uint16_t crc;
    /* A block that is cut short, too much, or too little for a CRC: dropped, as the harness will notice. */
    bool whole = agent->left == 0 && !agent->broken && agent->length >= 2;
    size_t length = whole ? agent->length - 2 : 0;
    crc = sixlo_fcs(agent->message, length);
    if (whole && agent->message[length] == (uint8_t)crc && agent->message[length + 1] == (uint8_t)(crc >> 8)) {
        reader.octets = agent->message;
        reader.length = length;
        reader.wrong = false;
        obey(agent, &reader);
    }
    agent->length = 0;
    agent->code = 0;
    agent->left = 0;
    agent->broken = false;
}

void sixlo_agent_hear(struct sixlo_agent *agent, const uint8_t *octets, size_t length)
{
    size_t at;
    for (at = 0; at < length; at++) {
        if (octets[at] == 0)
            hear_end(agent);
        else
            hear_octet(agent, octets[at]);
    }
}

/* What a radio does. The agent's CRC is that of IEEE 802.15.4-2015 7.2.10, too. */

uint16_t sixlo_fcs(const uint8_t *octets, size_t length)
{
    uint16_t crc = 0;
    size_t at;
    for (at = 0; at < length; at++)
        crc = crc_of(crc, octets[at]);
    return crc;
}

bool sixlo_is_for(const uint8_t *psdu, size_t length, uint16_t pan_id, uint16_t short_address, const uint8_t eui64[8])
{
    /* Frame control, sequence number, PAN id, destination, FCS: IEEE 802.15.4-2006 7.2.2.2. */
    enum { PAN = 3, TO = 5, FCS_OCTETS = 2 };
    uint16_t pan, to;
    unsigned at;
    if (length < TO + 2 + FCS_OCTETS || (psdu[0] & 7) != 1 || sixlo_fcs(psdu, length) != 0)
        return false;
    pan = (uint16_t)(psdu[PAN] | psdu[PAN + 1] << 8);
    if (pan != pan_id && pan != 0xffff)
        return false;
    switch (psdu[1] >> 2 & 3) {
    case 2:
        to = (uint16_t)(psdu[TO] | psdu[TO + 1] << 8);
        /* 0xfffe is a node without an address of two octets. */
        return to == 0xffff || (to == short_address && to != 0xfffe);
    case 3:
        if (length < TO + 8 + FCS_OCTETS)
            return false;
        for (at = 0; at < 8; at++)
            if (psdu[TO + at] != eui64[7 - at])
                return false;
        return true;
    default:
        return false;
    }
}
