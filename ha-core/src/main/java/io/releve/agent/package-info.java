/**
 * The contract between the cluster and the code that runs one kind of resource. An agent knows its service; it knows
 * nothing of the cluster, of placement or of ZooKeeper.
 */
@NullMarked
package io.releve.agent;

import org.jspecify.annotations.NullMarked;
