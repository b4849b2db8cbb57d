/**
 * The shared memory inside one JVM: for simulations under virtual time, and for applications' own tests. It keeps every
 * promise of the interface, and can be told to break connections and end sessions.
 */
@NullMarked
package io.releve.coordination.memory;

import org.jspecify.annotations.NullMarked;
