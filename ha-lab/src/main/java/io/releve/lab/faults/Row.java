package io.releve.lab.faults;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One row of the matrix: what is done, and what must come of it.
 *
 * @param id its number in the matrix, with a letter where a row is tried in several ways
 * @param families the parts of the matrix that it belongs to
 * @param text the fault, for the table
 * @param setup what must be so beforehand
 * @param steps what is done, in order; what is still broken afterwards is healed
 * @param expectation what must come of it
 */
record Row(String id, List<Family> families, String text, Setup setup, List<Step> steps, Expectation expectation) {

    Row {
        families = List.copyOf(families);
        steps = List.copyOf(steps);
    }

    /** Parts of the matrix that can be run alone. */
    enum Family {
        /** Everything that is a fault. */
        ALL,
        /** The primary and its replicas. */
        MYSQL,
        /** The address alone, beside keepalived: rows of their own, without a database. */
        VIP,
        /** No fault at all. */
        CALM
    }

    /** Which parts the hosts must play at first. */
    enum Setup {
        /** Any. */
        ANY,
        /** The active host is neither the controller's nor that of ZooKeeper's leader. */
        APART,
        /** The active host is both. */
        TOGETHER
    }

    /** A row that concerns all. */
    static Row row(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return new Row(id, List.of(Family.ALL), text, setup, List.of(steps), expectation);
    }

    /** A row in which the primary or its replicas matter. */
    static Row mysql(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return new Row(id, List.of(Family.ALL, Family.MYSQL), text, setup, List.of(steps), expectation);
    }

    /** A row in which the address moves, or could. */
    static Row address(String id, String text, Setup setup, Expectation expectation, Step... steps) {
        return mysql(id, text, setup, expectation, steps);
    }

    /** All that is done, in words. */
    String script() {
        return steps.stream().map(Step::describe).collect(Collectors.joining("; "));
    }

    /** The faults in it. */
    List<Fault> faults() {
        return steps.stream()
                .flatMap(step -> step instanceof Step.Break one
                        ? java.util.stream.Stream.of(one.fault())
                        : step instanceof Step.BreakAll all
                                ? java.util.stream.Stream.of(all.fault())
                                : java.util.stream.Stream.empty())
                .toList();
    }
}
