/**
 * One MySQL or MariaDB server as a resource of the cluster: its process, its directory, its health, and whether it has
 * caught up with its peers.
 */
@NullMarked
package io.releve.mysql.server;

import org.jspecify.annotations.NullMarked;
