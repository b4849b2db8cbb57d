/**
 * The shared memory in ZooKeeper, through Curator. No other package knows either. Needs servers of ZooKeeper 3.6 or
 * newer, for their recursive watches.
 */
@NullMarked
package io.releve.coordination.zookeeper;

import org.jspecify.annotations.NullMarked;
