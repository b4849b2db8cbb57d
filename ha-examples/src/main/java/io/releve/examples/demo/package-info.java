/**
 * The demonstration: two nodes, one expense-report application, and a table of what must happen.
 */
@NullMarked
package io.releve.examples.demo;

import org.jspecify.annotations.NullMarked;
