package io.releve.lab.measure;

/**
 * A host got the address, or lost it.
 *
 * @param host which
 * @param nanos when that was heard of, on the scale of {@link System#nanoTime()}
 * @param there whether it has the address from here on
 */
public record AddressChange(String host, long nanos, boolean there) {}
