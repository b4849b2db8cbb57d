/**
 * Time and threads: the one loop that each node runs on, its timers, and the workers for what blocks. The only package
 * that starts threads.
 */
@NullMarked
package io.releve.runtime;

import org.jspecify.annotations.NullMarked;
