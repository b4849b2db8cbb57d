/** The fault lab: breaks a real cluster, row by row of a matrix, and says what came of it. */
@NullMarked
package io.releve.lab.faults;

import org.jspecify.annotations.NullMarked;
