/**
 * The DataSource that follows a resource's active node.
 */
@NullMarked
package io.releve.mysql.datasource;

import org.jspecify.annotations.NullMarked;
