package io.releve.lab.faults;

import static io.releve.lab.faults.Row.address;
import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.STANDBY;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** Processes and hosts die. */
final class DeathRows {

    private DeathRows() {}

    static List<Row> all() {
        return List.of(
                mysql(
                        "F1",
                        "database server killed",
                        Setup.ANY,
                        Expectation.either().within(150),
                        on(ACTIVE, new Kill(Part.DATABASE)),
                        writes()),
                mysql(
                        "F2",
                        "database server killed, and started again at once by a supervisor",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new Supervise()),
                        writes(),
                        hold(1000)),
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
}
