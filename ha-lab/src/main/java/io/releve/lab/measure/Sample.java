package io.releve.lab.measure;

/**
 * One question and its answer. Times are those of {@link System#nanoTime()}; what was answered held at some moment
 * between them.
 *
 * @param sent when it was asked
 * @param received when the answer was there
 * @param yes the answer; no answer counts as no
 */
record Sample(long sent, long received, boolean yes) {}
