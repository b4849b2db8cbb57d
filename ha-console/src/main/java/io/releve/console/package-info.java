/** The operator's tool {@code releve}. A program, not a library: nothing in here is for other code to use. */
@NullMarked
package io.releve.console;

import org.jspecify.annotations.NullMarked;
