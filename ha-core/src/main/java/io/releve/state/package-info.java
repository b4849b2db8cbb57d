/** What is observed of a cluster: who is there, what has been done, what came of it. Immutable values. */
@NullMarked
package io.releve.state;

import org.jspecify.annotations.NullMarked;
