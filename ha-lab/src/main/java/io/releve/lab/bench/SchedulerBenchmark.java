package io.releve.lab.bench;

import io.releve.scheduler.Scheduler;
import io.releve.scheduler.Transition;
import io.releve.state.ClusterState;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How long a plan takes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SchedulerBenchmark {

    /** Nodes × primitives, as they are measured for the record. */
    static final List<String> SIZES = List.of("10x100", "10x1000", "50x1000", "100x1000", "100x10000", "1000x10000");

    /** Where a plan begins. */
    public enum Start {
        /** Nothing runs, nothing has been looked at yet. */
        COLD,
        /** All runs, and one node is lost. */
        WARM
    }

    /** A cluster, and what is observed of it. */
    @State(Scope.Benchmark)
    public static class Situation {

        /** Nodes × primitives. */
        @Param("10x100")
        public String size = "";

        /** Where the plan begins. */
        @Param("COLD")
        public Start from = Start.COLD;

        private SampleCluster cluster = SampleCluster.of(1, 10);
        private ClusterState state = cluster.stopped();

        /** Makes both. */
        @Setup(Level.Trial)
        public void make() {
            int[] numbers = Arrays.stream(size.split("x", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            cluster = SampleCluster.of(numbers[0], numbers[1]);
            state = from == Start.COLD ? cluster.stopped() : cluster.oneNodeLost();
        }

        Transition plan() {
            return Scheduler.plan(cluster.config(), state, cluster.now());
        }
    }

    /** One plan. */
    @Benchmark
    public Transition plan(Situation situation) {
        return situation.plan();
    }
}
