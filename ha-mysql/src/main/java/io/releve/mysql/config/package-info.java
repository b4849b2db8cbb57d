/**
 * What a MySQL or MariaDB server is told before it starts: the servers of a ring, their addresses and numbers, and the
 * {@code my.cnf} of each. Values only; nothing here talks to a server but {@link io.releve.mysql.config.ServerLogin}.
 */
@NullMarked
package io.releve.mysql.config;

import org.jspecify.annotations.NullMarked;
