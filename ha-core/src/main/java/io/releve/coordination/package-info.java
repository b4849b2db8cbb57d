/**
 * The cluster's shared memory: who takes part, who decides, and the documents that all can read. Knows nothing of what
 * the documents mean.
 */
@NullMarked
package io.releve.coordination;

import org.jspecify.annotations.NullMarked;
