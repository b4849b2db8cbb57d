package io.releve.lab.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * What was seen while a row was run.
 *
 * @param moves how often the application was led to another host
 * @param twoWritersMillis for how long two servers took writes at once
 * @param twoHoldersMillis for how long two hosts held the address at once
 * @param stale how often a writer came to a server that lacked the writer's last acknowledged row
 * @param errors how many of the application's attempts failed
 * @param firstError the first of them in words, or nothing
 */
record Seen(int moves, double twoWritersMillis, double twoHoldersMillis, long stale, long errors, String firstError) {

    /** What of it never may be, each in one sentence. */
    List<String> broken(Expectation expectation) {
        List<String> broken = new ArrayList<>();
        if (twoWritersMillis > 0) {
            broken.add("two servers took writes at once");
        }
        if (twoHoldersMillis > 0) {
            broken.add("two hosts held the address at once");
        }
        if (stale > 0) {
            broken.add(stale + " times a new server lacked what its reader had been told is stored");
        }
        if (errors > 0 && !expectation.errors()) {
            broken.add("the application was told of " + errors + " errors, the first: " + firstError);
        }
        if (moves == 0 && expectation.moves() == Expectation.Moves.MUST) {
            broken.add("no other host took over");
        }
        if (moves > 0 && expectation.moves() == Expectation.Moves.MUST_NOT) {
            broken.add("another host took over without need");
        }
        return List.copyOf(broken);
    }
}
