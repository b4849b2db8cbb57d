package io.releve.lab.faults;

import static io.releve.lab.faults.Row.row;
import static io.releve.lab.faults.Step.on;
import static io.releve.lab.faults.Where.ACTIVE;

import io.releve.lab.faults.Row.Setup;
import java.util.List;

/** What this laboratory cannot try, and why: named here, so that nobody takes silence for a result. */
final class UntriedRows {

    private UntriedRows() {}

    static List<Row> all() {
        return List.of(
                untried(
                        "F43",
                        "a gateway dead, or one target of pings",
                        "no resource of this cluster depends on a gateway; a host's own card is F42's"),
                untried(
                        "F45",
                        "a service alive that serves the wrong page, a dead child of a living process, a zombie",
                        "no web server stands beside this primary; checks of content and of processes have tests of"
                                + " their own"));
    }

    private static Row untried(String id, String text, String reason) {
        return row(id, text, Setup.ANY, Expectation.either(), on(ACTIVE, new Untried(reason)));
    }
}
