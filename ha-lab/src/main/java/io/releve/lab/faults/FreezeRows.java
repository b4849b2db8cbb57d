package io.releve.lab.faults;

import static io.releve.lab.faults.Row.address;
import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.CONTROLLER;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** Processes stand still, and go on later as if nothing had been. */
final class FreezeRows {

    private FreezeRows() {}

    static List<Row> all() {
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
                        on(ACTIVE, new PatientWrites(4)),
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
}
