/** A cluster on trial: three hosts, each with a ZooKeeper server, a node and a database server, and a network to break. */
@NullMarked
package io.releve.lab.cluster;

import org.jspecify.annotations.NullMarked;
