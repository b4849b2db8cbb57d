package io.releve.lab.faults;

import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.everywhere;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.healFirst;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.OTHER_STANDBY;
import static io.releve.lab.faults.Where.STANDBY;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** More than one fault, one after the other or at once. */
final class SeriesRows {

    private SeriesRows() {}

    static List<Row> all() {
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
                        "F12",
                        "both standby hosts lose their power: the active one is alone",
                        Setup.ANY,
                        Expectation.either(),
                        on(STANDBY, new PowerOff()),
                        on(OTHER_STANDBY, new PowerOff()),
                        hold(4000),
                        heal(),
                        writes()),
                mysql(
                        "F13b",
                        "both replicas frozen 3 s: nobody acknowledges",
                        Setup.ANY,
                        Expectation.stay(),
                        on(STANDBY, Freeze.of(Part.DATABASE)),
                        on(OTHER_STANDBY, Freeze.of(Part.DATABASE)),
                        hold(3000),
                        heal(),
                        writes()));
    }
}
