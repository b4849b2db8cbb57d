package io.releve.lab.faults;

import static io.releve.lab.faults.Row.mysql;
import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.moved;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Step.writes;
import static io.releve.lab.faults.Where.ACTIVE;
import static io.releve.lab.faults.Where.OTHER_STANDBY;
import static io.releve.lab.faults.Where.STANDBY;

import io.releve.lab.cluster.Part;
import io.releve.lab.faults.Cut.From;
import io.releve.lab.faults.Row.Setup;
import java.util.List;
import java.util.stream.Stream;

/** Replicas that are behind, broken or ahead when the primary dies. */
final class ReplicaRows {

    private ReplicaRows() {}

    static List<Row> all() {
        return Stream.of(behind(), broken(), ahead()).flatMap(List::stream).toList();
    }

    /** Where the replica that is left cannot apply, nobody acknowledges before the fault is healed: writes wait until then. */
    private static List<Row> behind() {
        return List.of(
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
                        writes()),
                mysql(
                        "F25",
                        "a replica stopped by hand with unapplied writes, then the active host loses its power",
                        Setup.ANY,
                        Expectation.failover(),
                        on(STANDBY, new StopReplica("SQL_THREAD")),
                        hold(1000),
                        on(STANDBY, new StopReplica("")),
                        on(ACTIVE, new PowerOff()),
                        moved(),
                        hold(1000),
                        heal(),
                        writes()),
                mysql(
                        "F28",
                        "both replicas receive and do not apply for 3 s, then the active database server is killed",
                        Setup.ANY,
                        Expectation.either(),
                        on(STANDBY, new HoldApplier()),
                        on(OTHER_STANDBY, new HoldApplier()),
                        hold(3000),
                        on(ACTIVE, new Kill(Part.DATABASE)),
                        hold(1000),
                        heal(),
                        writes()),
                mysql(
                        "F29",
                        "one replica receives and does not apply, then the active host loses its power",
                        Setup.APART,
                        Expectation.failover(),
                        on(STANDBY, new HoldApplier()),
                        hold(2000),
                        on(ACTIVE, new PowerOff()),
                        // What only the one that is held up has received may have to be waited for.
                        hold(5000),
                        heal(),
                        moved(),
                        writes()));
    }

    private static List<Row> broken() {
        return List.of(
                mysql(
                        "F26",
                        "one replica stopped at a duplicate key, then the active host loses its power",
                        Setup.ANY,
                        Expectation.failover(),
                        on(STANDBY, new Conflict()),
                        hold(1500),
                        on(ACTIVE, new PowerOff()),
                        moved(),
                        hold(1000),
                        heal(),
                        writes()),
                mysql(
                        "F26b",
                        "one replica killed with unapplied writes, its relay log torn",
                        Setup.ANY,
                        Expectation.stay(),
                        on(STANDBY, new HoldApplier()),
                        hold(1000),
                        on(STANDBY, new TearRelayLog()),
                        hold(2000),
                        heal()),
                mysql(
                        "F27",
                        "one replica's receiver stopped by hand, then the active host loses its power",
                        Setup.ANY,
                        Expectation.failover(),
                        on(STANDBY, new StopReplica("IO_THREAD")),
                        hold(1500),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(1000),
                        heal()),
                mysql(
                        "F27b",
                        "one replica made to follow the other one by hand, then the active host loses its power",
                        Setup.ANY,
                        Expectation.failover(),
                        on(STANDBY, new WrongSource()),
                        hold(1500),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(1000),
                        heal()));
    }

    private static List<Row> ahead() {
        return List.of(
                mysql(
                        "F30",
                        "a transaction written to one replica by hand, then the active database server is killed",
                        Setup.ANY,
                        Expectation.either().holdingBackTheFirst(),
                        on(STANDBY, new Errant()),
                        hold(2500),
                        on(ACTIVE, new Kill(Part.DATABASE)),
                        writes(),
                        hold(1000),
                        heal()),
                mysql(
                        "F31",
                        "the old primary returns ahead by three transactions that nobody has acknowledged",
                        Setup.ANY,
                        Expectation.failover(),
                        on(ACTIVE, Cut.from(From.DATABASES)),
                        on(ACTIVE, new UnheardWrites(3)),
                        hold(500),
                        on(ACTIVE, new PowerOff()),
                        writes(),
                        hold(1000),
                        heal()));
    }
}
