package io.releve.lab.faults;

import static io.releve.lab.faults.Row.address;
import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Step.everywhere;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.moved;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.CONTROLLER;
import static io.releve.lab.faults.Where.FIRST;
import static io.releve.lab.faults.Where.STANDBY;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Row.Setup;
import java.util.List;
import java.util.stream.Stream;

/** The operator moves the primary, and what may get in the way. */
final class MoveRows {

    private MoveRows() {}

    static List<Row> all() {
        return Stream.of(planned(), disturbed()).flatMap(List::stream).toList();
    }

    private static List<Row> planned() {
        return List.of(
                address(
                        "F34",
                        "planned move under load",
                        Setup.ANY,
                        Expectation.failover().within(60).withoutErrors(),
                        on(ACTIVE, new MovePrimary()),
                        moved(),
                        writes(),
                        hold(500),
                        heal()),
                mysql(
                        "F34b",
                        "planned move while a query takes a minute",
                        Setup.ANY,
                        Expectation.failover().within(1500).withoutErrors(),
                        on(ACTIVE, new LongQuery()),
                        on(FIRST, new MovePrimary()),
                        moved(),
                        writes(),
                        heal()),
                mysql(
                        "F34c",
                        "planned move while a transaction that has written stays open",
                        Setup.ANY,
                        Expectation.failover().within(1500),
                        on(ACTIVE, new OpenTransaction()),
                        on(FIRST, new MovePrimary()),
                        moved(),
                        writes(),
                        heal()),
                mysql(
                        "F36",
                        "planned move while an administrator writes",
                        Setup.ANY,
                        Expectation.failover(),
                        on(ACTIVE, new AdministratorWrites()),
                        hold(300),
                        on(FIRST, new MovePrimary()),
                        moved(),
                        writes(),
                        heal()),
                mysql(
                        "F47",
                        "the active node in standby, and back",
                        Setup.ANY,
                        Expectation.failover(),
                        on(ACTIVE, new Standby()),
                        moved(),
                        writes(),
                        hold(500),
                        heal()),
                mysql(
                        "F47b",
                        "all nodes leave at once, and join at once",
                        Setup.ANY,
                        Expectation.either(),
                        everywhere(new Restart(Part.NODE)),
                        hold(2000),
                        heal(),
                        writes()));
    }

    private static List<Row> disturbed() {
        return List.of(
                mysql(
                        "F35",
                        "planned move, and the node's JVM killed before it can say that it has closed its server",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new MovePrimary()),
                        hold(20),
                        on(FIRST, new Kill(Part.NODE)),
                        writes(),
                        heal(),
                        writes()),
                mysql(
                        "F35b",
                        "planned move, and the replica that is to take over killed",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new MovePrimary()),
                        hold(20),
                        on(STANDBY, new Kill(Part.DATABASE)),
                        writes(),
                        heal(),
                        writes()),
                mysql(
                        "F35c",
                        "planned move, and the controller killed",
                        Setup.APART,
                        Expectation.either(),
                        on(ACTIVE, new MovePrimary()),
                        hold(20),
                        on(CONTROLLER, new Kill(Part.NODE)),
                        writes(),
                        heal(),
                        writes()));
    }
}
