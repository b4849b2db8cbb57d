/**
 * One node: holds the lease, carries out the node's own part of each plan, keeps its resources monitored, reports what
 * came of it, and gives everything up when the lease ends.
 */
@NullMarked
package io.releve.node;

import org.jspecify.annotations.NullMarked;
