#include "clock.h"

#include "ns3/global-value.h"
#include "ns3/map-scheduler.h"
#include "ns3/nstime.h"
#include "ns3/object-base.h"
#include "ns3/simulator.h"
#include "ns3/type-id.h"

using namespace ns3;

namespace
{

// The simulator shows its queue to nobody; a queue of one's own can be looked at.
class VisibleScheduler : public MapScheduler
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId id = TypeId("sixlo::VisibleScheduler").SetParent<MapScheduler>().AddConstructor<VisibleScheduler>();
        return id;
    }

    VisibleScheduler()
    {
        s_now = this;
    }

    static VisibleScheduler* s_now;
};

VisibleScheduler* VisibleScheduler::s_now = nullptr;
NS_OBJECT_ENSURE_REGISTERED(VisibleScheduler);

// The harness's time at which the simulation's began.
uint64_t epochUs = 0;

void
RunUntil(Time moment)
{
    Simulator::Stop(moment - Simulator::Now());
    Simulator::Run();
}

} // namespace

void
PrepareClock()
{
    Time::SetResolution(Time::NS);
    GlobalValue::Bind("SchedulerType", TypeIdValue(VisibleScheduler::GetTypeId()));
}

void
StartClock(uint64_t nowUs)
{
    epochUs = nowUs;
}

void
Settle()
{
    const auto now = static_cast<uint64_t>(Simulator::Now().GetTimeStep());
    do
    {
        // Before whatever the events of this round will put behind it.
        RunUntil(Simulator::Now());
    } while (!VisibleScheduler::s_now->IsEmpty() && VisibleScheduler::s_now->PeekNext().key.m_ts <= now);
}

void
AdvanceClock(uint64_t nowUs)
{
    RunUntil(MicroSeconds(nowUs > epochUs ? nowUs - epochUs : 0));
    Settle();
}

bool
NextDue(uint64_t* atUs)
{
    const VisibleScheduler* queue = VisibleScheduler::s_now;
    if (queue == nullptr || queue->IsEmpty())
    {
        return false;
    }
    *atUs = epochUs + (queue->PeekNext().key.m_ts + 999) / 1000;
    return true;
}
