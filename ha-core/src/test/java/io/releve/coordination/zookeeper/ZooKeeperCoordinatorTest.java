package io.releve.coordination.zookeeper;

import io.releve.coordination.Bench;
import io.releve.coordination.CoordinatorContract;
import io.releve.coordination.Turmoil;
import io.releve.runtime.ThreadedEventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZooKeeperCoordinatorTest extends CoordinatorContract {

    @Override
    protected Bench bench() {
        return ZooKeeperBench.local();
    }

    @Test
    void shouldAgreeAgainAfterAnyTurmoil() {
        List<ThreadedEventLoop> loops = new ArrayList<>();
        try (ZooKeeperBench bench = ZooKeeperBench.local()) {
            long seed = Long.getLong("releve.seed", 1);
            Turmoil turmoil = new Turmoil(
                    seed,
                    bench,
                    name -> {
                        ThreadedEventLoop loop = ThreadedEventLoop.daemon(name);
                        loops.add(loop);
                        return loop;
                    },
                    bench::pause);
            turmoil.run(Integer.getInteger("releve.faults", 30));
        } finally {
            loops.forEach(ThreadedEventLoop::close);
        }
    }
}
