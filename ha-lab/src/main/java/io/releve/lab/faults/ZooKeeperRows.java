package io.releve.lab.faults;

import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.givenUp;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.moved;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.CONTROLLER;
import static io.releve.lab.faults.Where.STANDBY;
import static io.releve.lab.faults.Where.ZOOKEEPER_LEADER;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Cut.From;
import io.releve.lab.faults.Row.Setup;
import java.util.List;
import java.util.stream.Stream;

/** The coordination service and the controller fail. */
final class ZooKeeperRows {

    private ZooKeeperRows() {}

    static List<Row> all() {
        return List.of(
                row(
                        "F19",
                        "controller killed while the active host loses its power",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new PowerOff()),
                        hold(300),
                        on(CONTROLLER, new Kill(Part.NODE)),
                        writes(),
                        heal()),
                row(
                        "F19b",
                        "controller killed when the host that lost its power has been given up",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new PowerOff()),
                        givenUp(),
                        on(CONTROLLER, new Kill(Part.NODE)),
                        writes(),
                        heal()),
                row(
                        "F19c",
                        "controller killed 15 ms later, while a replica is promoted",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new PowerOff()),
                        givenUp(),
                        hold(15),
                        on(CONTROLLER, new Kill(Part.NODE)),
                        writes(),
                        heal()),
                row(
                        "F19d",
                        "controller killed when a replica has been promoted",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new PowerOff()),
                        moved(),
                        on(CONTROLLER, new Kill(Part.NODE)),
                        writes(),
                        heal()),
                row(
                        "F20",
                        "ZooKeeper's leader killed",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ZOOKEEPER_LEADER, new Kill(Part.ZOOKEEPER)),
                        hold(3000),
                        heal()),
                row(
                        "F20b",
                        "ZooKeeper without a majority for 6 s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ZOOKEEPER_LEADER, new Kill(Part.ZOOKEEPER)),
                        on(STANDBY, new Kill(Part.ZOOKEEPER)),
                        on(ACTIVE, new Kill(Part.ZOOKEEPER)),
                        hold(6000),
                        heal(),
                        writes()),
                row(
                        "F21",
                        "active node's ZooKeeper server killed: its session moves",
                        Setup.APART,
                        Expectation.stay(),
                        on(ACTIVE, new Kill(Part.ZOOKEEPER)),
                        hold(2500),
                        heal()),
                row(
                        "F21b",
                        "the clients cut from ZooKeeper for 4 s",
                        Setup.ANY,
                        Expectation.stay().within(500).withoutErrors(),
                        on(ACTIVE, new ClientsWithoutZooKeeper()),
                        hold(4000),
                        heal()),
                row(
                        "F22",
                        "active host cut from ZooKeeper for 300 ms, four times",
                        Setup.APART,
                        Expectation.either(),
                        Stream.of(1, 2, 3, 4)
                                .flatMap(i ->
                                        Stream.of(on(ACTIVE, Cut.from(From.ZOOKEEPER)), hold(300), heal(), hold(700)))
                                .toArray(Step[]::new)),
                row(
                        "F23",
                        "ZooKeeper's leader frozen 4 s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ZOOKEEPER_LEADER, Freeze.of(Part.ZOOKEEPER)),
                        hold(4000),
                        heal(),
                        writes()),
                row(
                        "F23b",
                        "active host off, then ZooKeeper's leader frozen 10 s: the failover has no majority meanwhile",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new PowerOff()),
                        hold(300),
                        on(ZOOKEEPER_LEADER, Freeze.of(Part.ZOOKEEPER)),
                        hold(10_000),
                        heal(),
                        writes()));
    }
}
