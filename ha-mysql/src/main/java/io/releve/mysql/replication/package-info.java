/**
 * How servers follow one another: dialects, GTID sets, the ring, and the state of a replica. Decisions are functions of
 * values; only {@link io.releve.mysql.replication.ReplicationLink} talks to a server.
 */
@NullMarked
package io.releve.mysql.replication;

import org.jspecify.annotations.NullMarked;
