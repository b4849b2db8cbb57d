/** Benchmarks, and the clusters that they are run on. */
@NullMarked
package io.releve.lab.bench;

import org.jspecify.annotations.NullMarked;
