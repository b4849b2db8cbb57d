package io.releve.lab.faults;

import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.FIRST;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** Something is short: disk, connections, bandwidth, the right time. */
final class ShortageRows {

    private ShortageRows() {}

    static List<Row> all() {
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
                        "active host's line delays by 30 ms and loses 2 %, each way",
                        Setup.ANY,
                        Expectation.stay(),
                        on(ACTIVE, Slow.line(30, 5, 0.02)),
                        hold(4000),
                        heal()),
                row(
                        "F33c",
                        "active host's line narrowed to 2 Mbit/s",
                        Setup.ANY,
                        Expectation.either(),
                        on(ACTIVE, new Narrow(2000, 200)),
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
}
