/**
 * High availability that a Java application embeds: the door to the cluster.
 */
@NullMarked
package io.releve;

import org.jspecify.annotations.NullMarked;
