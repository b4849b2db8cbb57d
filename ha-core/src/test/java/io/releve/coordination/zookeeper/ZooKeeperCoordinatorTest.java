package io.releve.coordination.zookeeper;

import io.releve.coordination.Bench;
import io.releve.coordination.CoordinatorContract;
import org.junit.jupiter.api.AfterEach;

class ZooKeeperCoordinatorTest extends CoordinatorContract {

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper();

    @Override
    protected Bench bench() {
        return new ZooKeeperBench(zooKeeper.port(), node -> zooKeeper.expireOwner("/releve/test/members/" + node));
    }

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }
}
