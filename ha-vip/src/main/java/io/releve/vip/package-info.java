/**
 * Virtual IP addresses as resources of a cluster.
 */
@NullMarked
package io.releve.vip;

import org.jspecify.annotations.NullMarked;
