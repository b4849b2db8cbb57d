package io.releve.lab.vip;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What came of one run. Times are in milliseconds; infinite is what did not come while it was watched, empty what has no
 * meaning in this run.
 *
 * @param gone from the fault until the address was off its old host
 * @param nobody for how long no host had it
 * @param silence the longest time that the client was without an answer
 * @param turned from the fault, or the operator's word, until the client sent to the new host
 * @param turnedSinceGone the same from the loss of the address on
 * @param twoHolders for how long two hosts had it at once
 * @param pause the longest time between two of the client's questions: how exactly the client's times are known
 * @param broken what should never be, each in one sentence
 */
record AddressRun(
        OptionalDouble gone,
        OptionalDouble nobody,
        OptionalDouble silence,
        OptionalDouble turned,
        OptionalDouble turnedSinceGone,
        OptionalDouble twoHolders,
        OptionalDouble pause,
        List<String> broken) {

    AddressRun {
        broken = List.copyOf(broken);
    }
}
