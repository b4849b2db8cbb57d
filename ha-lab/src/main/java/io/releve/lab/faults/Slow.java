package io.releve.lab.faults;

import io.releve.lab.cluster.BadLine;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.time.Duration;

/**
 * The host's line delays and loses what it carries, both ways. Healed by a good line.
 *
 * @param quality how bad it is
 */
record Slow(BadLine.Quality quality) implements Fault {

    /** The same frames, by their number, are lost in each run. */
    private static final long SEED = 33;

    static Slow line(long delayMillis, long jitterMillis, double loss) {
        return new Slow(
                new BadLine.Quality(Duration.ofMillis(delayMillis), Duration.ofMillis(jitterMillis), loss, SEED));
    }

    @Override
    public String describe() {
        return "frames " + quality.delay().toMillis() + " ms late, " + Math.round(quality.loss() * 100)
                + " % of them lost, each way";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) throws InterruptedException {
        return cluster.wires().worsen(host.host(), quality, cluster.directory().resolve("line.log"))::close;
    }
}
