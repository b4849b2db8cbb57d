package io.releve.lab.faults;

import static io.releve.lab.faults.Step.everywhere;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.healFirst;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.CONTROLLER;
import static io.releve.lab.faults.Where.FIRST;
import static io.releve.lab.faults.Where.OTHER_STANDBY;
import static io.releve.lab.faults.Where.STANDBY;
import static io.releve.lab.faults.Where.ZOOKEEPER_LEADER;

import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.Wires.Direction;
import io.releve.lab.faults.Cut.From;
import io.releve.lab.faults.Row.Family;
import io.releve.lab.faults.Row.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All rows. */
final class Matrix {

    private static final List<Row> ROWS = rows();

    private Matrix() {}

    /** All rows, in order. */
    static List<Row> all() {
        return ROWS;
    }

    /** Nothing breaks, for ten minutes, and the machine is busy. */
    private static Row calm() {
        return new Row(
                "C1",
                List.of(Family.CALM),
                "nothing, for ten minutes under full load",
                Setup.ANY,
                List.of(on(ACTIVE, new Busy()), hold(600_000), heal()),
                Expectation.stay());
    }

    /** The rows of a family, in order. */
    static List<Row> of(Family family) {
        return ROWS.stream().filter(row -> row.families().contains(family)).toList();
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(deaths());
        rows.addAll(freezes());
        rows.addAll(cuts());
        rows.addAll(series());
        rows.addAll(zooKeeper());
        rows.addAll(shortages());
        rows.add(calm());
        return List.copyOf(rows);
    }

    private static List<Row> deaths() {
        return List.of(
                mysql(
                        "F1",
                        "database server killed",
                        Setup.ANY,
                        Expectation.either().within(150),
                        on(ACTIVE, new Kill(Part.DATABASE)),
                        writes()),
                mysql(
                        "F3",
                        "database server ended in good order",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new Restart(Part.DATABASE)),
                        writes()),
                address(
                        "F6",
                        "node's JVM killed, database server alive",
                        Setup.APART,
                        Expectation.either().withinLeases(1, 300),
                        on(ACTIVE, new Kill(Part.NODE)),
                        writes(),
                        hold(500),
                        heal()),
                address(
                        "F6b",
                        "active host: power off",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 500),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(1000),
                        heal()),
                address(
                        "F6c",
                        "active host, controller and ZooKeeper's leader: power off",
                        Setup.TOGETHER,
                        Expectation.failover().within(3000),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(1000),
                        heal()),
                row(
                        "F6d",
                        "standby host: power off",
                        Setup.ANY,
                        Expectation.stay().within(500),
                        on(STANDBY, new PowerOff()),
                        hold(2500),
                        heal()),
                address(
                        "F6e",
                        "node leaves in good order",
                        Setup.ANY,
                        Expectation.failover().within(1500),
                        on(ACTIVE, new Restart(Part.NODE)),
                        writes(),
                        heal()));
    }

    private static List<Row> freezes() {
        return List.of(
                mysql(
                        "F4",
                        "database server frozen 6 s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, Freeze.of(Part.DATABASE)),
                        hold(6000),
                        heal(),
                        writes()),
                address(
                        "F4b",
                        "everything on the active host frozen 6 s",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 600),
                        on(ACTIVE, Freeze.of(Part.NODE, Part.DATABASE, Part.ZOOKEEPER)),
                        writes(),
                        hold(4500),
                        heal()),
                address(
                        "F5",
                        "node's JVM frozen 20 s, database server alive",
                        Setup.APART,
                        Expectation.failover().withinLeases(1, 300),
                        on(ACTIVE, Freeze.of(Part.NODE)),
                        writes(),
                        hold(18_500),
                        heal()),
                row(
                        "F5b",
                        "controller frozen 6 s, then thawed",
                        Setup.APART,
                        Expectation.stay(),
                        on(CONTROLLER, Freeze.of(Part.NODE)),
                        hold(6000),
                        heal()),
                row(
                        "F5c",
                        "controller frozen while the active host loses its power",
                        Setup.APART,
                        Expectation.failover(),
                        on(CONTROLLER, Freeze.of(Part.NODE)),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(500),
                        heal()));
    }

    private static List<Row> cuts() {
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

    private static List<Row> series() {
        return List.of(
                mysql(
                        "F13",
                        "standby's database server frozen, then the active host loses its power",
                        Setup.APART,
                        Expectation.failover(),
                        on(STANDBY, Freeze.of(Part.DATABASE)),
                        hold(1000),
                        on(ACTIVE, new PowerOff()),
                        hold(4000),
                        healFirst(),
                        writes(),
                        heal()),
                mysql(
                        "F14",
                        "active host off, then a standby's database server killed as it is to take over",
                        Setup.APART,
                        Expectation.either(),
                        on(ACTIVE, new PowerOff()),
                        hold(1150),
                        on(STANDBY, new Kill(Part.DATABASE)),
                        hold(3000),
                        heal(),
                        writes()),
                mysql(
                        "F15",
                        "active host and a standby host lose their power at once",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new PowerOff()),
                        on(OTHER_STANDBY, new PowerOff()),
                        hold(3000),
                        heal(),
                        writes()),
                mysql(
                        "F16",
                        "active host off, its successor off too, the first one returns",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        on(ACTIVE, new PowerOff()),
                        hold(1000),
                        healFirst(),
                        hold(8000),
                        heal(),
                        writes()),
                mysql(
                        "F17",
                        "all hosts lose their power",
                        Setup.ANY,
                        Expectation.either(),
                        everywhere(new PowerOff()),
                        hold(1000),
                        heal(),
                        writes()),
                row(
                        "F18",
                        "node's JVM killed again and again",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new Kill(Part.NODE)),
                        writes(),
                        heal(),
                        hold(1500),
                        on(ACTIVE, new Kill(Part.NODE)),
                        writes(),
                        heal(),
                        hold(1500),
                        on(ACTIVE, new Kill(Part.NODE)),
                        writes(),
                        heal()),
                mysql(
                        "F24",
                        "standby's database server with acknowledged and unapplied writes killed, then the active"
                                + " one's",
                        Setup.ANY,
                        Expectation.either(),
                        on(STANDBY, new HoldApplier()),
                        hold(1000),
                        on(STANDBY, new Kill(Part.DATABASE)),
                        on(ACTIVE, new Kill(Part.DATABASE)),
                        writes()),
                mysql(
                        "F24b",
                        "replication cut 2 s, then the active host loses its power",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, Cut.from(From.DATABASES)),
                        hold(2000),
                        on(ACTIVE, new PowerOff()),
                        hold(4000),
                        heal(),
                        writes()));
    }

    private static List<Row> zooKeeper() {
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
                        writes()));
    }

    private static List<Row> shortages() {
        return List.of(
                mysql(
                        "F32",
                        "active server's disk full for 4 s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new FillDisk()),
                        hold(4000),
                        heal(),
                        writes()),
                mysql(
                        "F32b",
                        "active server's disk stalls for 4 s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new StallDisk()),
                        hold(4000),
                        heal(),
                        writes()),
                mysql(
                        "F33",
                        "all connections of the active server taken for 4 s",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, new ExhaustConnections()),
                        hold(4000),
                        heal(),
                        writes()),
                row(
                        "F33b",
                        "active host's line delays by 30 ms and loses 2 %",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, Slow.network("packets 30 ms late, 2 % lost", "delay", "30ms", "5ms", "loss", "2%")),
                        hold(4000),
                        heal()),
                row(
                        "F33c",
                        "active host's line narrowed to 2 Mbit/s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, Slow.narrow(2000, 200)),
                        hold(4000),
                        heal(),
                        writes()),
                row(
                        "F44",
                        "active host's wall clock 60 s forward, then 60 s back",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, new StepClock(60)),
                        hold(3000),
                        on(ACTIVE, new StepClock(-60)),
                        hold(3000),
                        heal()),
                mysql(
                        "F46",
                        "a stop that hangs: the active node leaves while its database server is frozen",
                        Setup.ANY,
                        Expectation.failover(),
                        on(ACTIVE, Freeze.of(Part.DATABASE)),
                        on(FIRST, new Restart(Part.NODE)),
                        writes(),
                        heal()),
                row(
                        "F48",
                        "a second node of the active one's name, on another host",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, new Impostor()),
                        hold(5000),
                        heal()));
    }

    private static Row row(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return new Row(id, List.of(Family.ALL), text, setup, List.of(steps), expectation);
    }

    private static Row mysql(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return new Row(id, List.of(Family.ALL, Family.MYSQL), text, setup, List.of(steps), expectation);
    }

    private static Row address(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return new Row(id, List.of(Family.ALL, Family.MYSQL, Family.VIP), text, setup, List.of(steps), expectation);
    }
}
