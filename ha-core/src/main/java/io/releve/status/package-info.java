/** The cluster as people and applications read it: where resources are active, who is online, what failed. */
@NullMarked
package io.releve.status;

import org.jspecify.annotations.NullMarked;
