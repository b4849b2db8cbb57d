package io.releve.scheduler;

import java.util.BitSet;

/**
 * A primitive that is looked for on many nodes in the same way. With N nodes and R resources there are N × R probes: as
 * actions of their own they would be most of what is decided and most of what it costs, although nothing is decided about
 * them one by one.
 *
 * @param unit what is looked for
 * @param nodes the indexes of the nodes
 */
record Probing(PrimitiveUnit unit, BitSet nodes) {}
