/** The documents that nodes and controller leave for each other in the cluster's shared memory, and their JSON form. */
@NullMarked
package io.releve.codec;

import org.jspecify.annotations.NullMarked;
