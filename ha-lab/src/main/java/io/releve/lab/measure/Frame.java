package io.releve.lab.measure;

/**
 * A frame of the client's, as its network card sends or gets it.
 *
 * @param nanos when the kernel saw it, on the scale of {@link System#nanoTime()}
 * @param question whether it is a question of the client's; else it is an answer
 * @param mac the hardware address that a question goes to, or an answer comes from
 */
record Frame(long nanos, boolean question, String mac) {}
