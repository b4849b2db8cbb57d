package io.releve.lab.faults;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.Optional;

/** A way to break a host. */
sealed interface Fault
        permits Kill,
                Freeze,
                PowerOff,
                Cut,
                Unplug,
                Slow,
                FillDisk,
                StallDisk,
                StepClock,
                ExhaustConnections,
                Restart,
                DropAddress,
                HoldApplier,
                Busy,
                Impostor,
                Narrow,
                Supervise,
                MovePrimary,
                Standby,
                LongQuery,
                OpenTransaction,
                AdministratorWrites,
                UnheardWrites,
                PatientWrites,
                StopReplica,
                WrongSource,
                Conflict,
                Errant,
                TearRelayLog,
                ClientsWithoutZooKeeper,
                Untried {

    /** What it does, in words that go before the host's. */
    String describe();

    /** Why it cannot be done on this machine; empty if it can. */
    default Optional<String> obstacle(TrialCluster cluster) {
        return Optional.empty();
    }

    /**
     * Does it.
     *
     * @return takes it back
     */
    Healing inject(TrialCluster cluster, LabHost host) throws InterruptedException;
}
