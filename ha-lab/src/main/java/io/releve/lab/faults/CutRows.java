package io.releve.lab.faults;

import static io.releve.lab.faults.Row.address;
import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;

import io.releve.lab.cluster.Wires.Direction;
import io.releve.lab.faults.Cut.From;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** The network fails: cables, ports, directions. */
final class CutRows {

    private CutRows() {}

    static List<Row> all() {
        return List.of(
                address(
                        "F7",
                        "active host cut from everybody",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 600),
                        on(ACTIVE, Cut.from(From.EVERYBODY)),
                        writes(),
                        hold(3000),
                        heal()),
                address(
                        "F7b",
                        "active host cut from everybody but its clients",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 500),
                        on(ACTIVE, Cut.from(From.NODES)),
                        writes(),
                        hold(3000),
                        heal()),
                mysql(
                        "F8",
                        "replication only cut 3 s",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, Cut.from(From.DATABASES)),
                        hold(3000),
                        heal()),
                row(
                        "F9",
                        "active host cut from ZooKeeper only",
                        Setup.APART,
                        Expectation.either(),
                        on(ACTIVE, Cut.from(From.ZOOKEEPER)),
                        hold(4000),
                        heal()),
                row(
                        "F9b",
                        "active host cut from its clients only",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, Cut.from(From.CLIENTS)),
                        hold(2000),
                        heal(),
                        writes()),
                row(
                        "F10",
                        "what the active host sends is lost, what it is sent arrives",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new Cut(From.EVERYBODY, Direction.OUT)),
                        writes(),
                        hold(3000),
                        heal()),
                row(
                        "F10b",
                        "what the active host is sent is lost, what it sends arrives",
                        Setup.APART,
                        Expectation.failover(),
                        on(ACTIVE, new Cut(From.EVERYBODY, Direction.IN)),
                        writes(),
                        hold(3000),
                        heal()),
                row(
                        "F11",
                        "active host cut from one other node, each reaches the third",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, Cut.from(From.ONE_NODE)),
                        hold(4000),
                        heal()),
                address(
                        "F42",
                        "active host's network cable pulled out",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 600),
                        on(ACTIVE, new Unplug()),
                        writes(),
                        hold(2000),
                        heal()),
                address(
                        "F42c",
                        "the address taken off the active host's interface by hand",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new DropAddress()),
                        hold(3000),
                        heal()),
                row(
                        "F42b",
                        "active host's carrier lost for 300 ms, three times",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new Unplug()),
                        hold(300),
                        heal(),
                        hold(1200),
                        on(ACTIVE, new Unplug()),
                        hold(300),
                        heal(),
                        hold(1200),
                        on(ACTIVE, new Unplug()),
                        hold(300),
                        heal(),
                        writes()));
    }
}
