/**
 * MySQL and MariaDB servers as resources of a cluster.
 */
@NullMarked
package io.releve.mysql;

import org.jspecify.annotations.NullMarked;
