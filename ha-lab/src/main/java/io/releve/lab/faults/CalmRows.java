package io.releve.lab.faults;

import static io.releve.lab.faults.Step.heal;
import static io.releve.lab.faults.Step.hold;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Where.ACTIVE;

import io.releve.lab.faults.Row.Family;
import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** Nothing breaks. */
final class CalmRows {

    private CalmRows() {}

    static List<Row> all() {
        return List.of(new Row(
                "C1",
                List.of(Family.CALM),
                "nothing, for ten minutes under full load",
                Setup.ANY,
                List.of(on(ACTIVE, new Busy()), hold(600_000), heal()),
                Expectation.stay()));
    }
}
