#include "worker.h"

#include "clock.h"

#include "ns3/simulator.h"

#include <array>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

// The largest thing said, with its kind.
constexpr size_t MOST = 2048;

// The parent's side.
pid_t child = -1;
// To the other one, on either side.
int line = -1;
std::optional<uint64_t> nextTimer;

void
Say(Kind kind, const uint8_t* octets, size_t length)
{
    if (line < 0)
    {
        return; // of a node that only warms up
    }
    std::array<uint8_t, MOST> message{};
    length = std::min(length, MOST - 1);
    message[0] = static_cast<uint8_t>(kind);
    std::copy_n(octets, length, message.begin() + 1);
    if (send(line, message.data(), length + 1, MSG_NOSIGNAL) < 0 && child < 0)
    {
        _exit(0); // a node of nobody
    }
}

void
SaySettled()
{
    uint8_t octets[sizeof(uint64_t)];
    uint64_t at;
    const bool due = NextDue(&at);
    std::memcpy(octets, &at, sizeof at);
    Say(Kind::settled, octets, due ? sizeof octets : 0);
}

// The node's whole life.
[[noreturn]] void
Live(Width width, const Settings& settings, uint64_t nowUs)
{
    StartClock(nowUs);
    BuildNode(width, settings);
    Settle();
    SaySettled();
    std::array<uint8_t, MOST> message{};
    ssize_t length;
    while ((length = recv(line, message.data(), message.size(), 0)) > 0)
    {
        const uint8_t* octets = message.data() + 1;
        const auto rest = static_cast<size_t>(length) - 1;
        switch (static_cast<Kind>(message[0]))
        {
        case Kind::frame:
            // In the node's own name, as a channel would do it: what it sends in answer is the node's.
            ns3::Simulator::ScheduleWithContext(NodeRadio()->GetNode()->GetId(), ns3::Time(0), &Radio::Hear, NodeRadio(), octets, rest);
            break;
        case Kind::packet:
            SendPacket(octets, rest);
            break;
        default:
            uint64_t moment;
            std::memcpy(&moment, octets, sizeof moment);
            AdvanceClock(moment);
        }
        Settle();
        SaySettled();
    }
    // Neither ns-3's static objects nor the node need an orderly end.
    _exit(0);
}

// The node is gone: its end is this process's.
[[noreturn]] void
DieAlike()
{
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
    {
        const rlimit none{0, 0};
        setrlimit(RLIMIT_CORE, &none); // it has left one
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

// Hands on what the node does until it has settled.
void
Listen()
{
    std::array<uint8_t, MOST> message{};
    for (;;)
    {
        const ssize_t length = recv(line, message.data(), message.size(), 0);
        if (length <= 0)
        {
            DieAlike();
        }
        const uint8_t* octets = message.data() + 1;
        const auto rest = static_cast<size_t>(length) - 1;
        switch (static_cast<Kind>(message[0]))
        {
        case Kind::frame:
            OnFrame(octets, rest);
            break;
        case Kind::packet:
            OnPacket(octets, rest);
            break;
        default:
            nextTimer.reset();
            if (rest == sizeof(uint64_t))
            {
                std::memcpy(&nextTimer.emplace(), octets, rest);
            }
            return;
        }
    }
}

} // namespace

void
OnAir(const uint8_t* psdu, size_t length)
{
    Say(Kind::frame, psdu, length);
}

void
OnDelivered(const uint8_t* packet, size_t length)
{
    Say(Kind::packet, packet, length);
}

void
WarmUp(Width width)
{
    StartClock(0);
    BuildNode(width, Settings());
    Settle();
    EndNode();
}

void
StartNode(Width width, const Settings& settings, uint64_t nowUs)
{
    if (HasNode())
    {
        close(line);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        child = -1;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    {
        std::abort();
    }
    const pid_t forked = fork();
    if (forked < 0)
    {
        std::abort();
    }
    if (forked == 0)
    {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        line = ends[1];
        Live(width, settings, nowUs);
    }
    close(ends[1]);
    line = ends[0];
    child = forked;
    Listen();
}

bool
HasNode()
{
    return child > 0;
}

void
TellNode(Kind kind, const uint8_t* octets, size_t length)
{
    Say(kind, octets, length);
    Listen();
}

std::optional<uint64_t>
NextTimerOfNode()
{
    return nextTimer;
}
