package io.releve.coordination.zookeeper;

import io.releve.coordination.Bench;
import io.releve.coordination.CoordinatorContract;

class ZooKeeperCoordinatorTest extends CoordinatorContract {

    @Override
    protected Bench bench() {
        return ZooKeeperBench.local();
    }
}
