/**
 * Reads a server's binary log files, so that people can see what a transaction changed. Knows neither the server nor the
 * cluster.
 */
@NullMarked
package io.releve.mysql.binlog;

import org.jspecify.annotations.NullMarked;
