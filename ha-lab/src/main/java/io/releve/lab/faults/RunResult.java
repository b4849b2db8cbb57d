package io.releve.lab.faults;

import java.time.Duration;
import java.util.List;

/**
 * What came of one run.
 *
 * @param outage the longest time without an acknowledged write
 * @param acknowledged how many writes were acknowledged
 * @param lost how many of them the active server lacks in the end
 * @param twoWritersMillis for how long two servers took writes at once
 * @param twoHoldersMillis for how long two hosts held the address at once
 * @param failures how many of the application's attempts failed
 * @param broken what should never be, each in one sentence
 */
record RunResult(
        Duration outage,
        long acknowledged,
        long lost,
        double twoWritersMillis,
        double twoHoldersMillis,
        long failures,
        List<String> broken) {

    RunResult {
        broken = List.copyOf(broken);
    }
}
