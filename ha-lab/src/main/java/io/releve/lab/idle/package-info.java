/** What a node costs while nothing happens. */
@NullMarked
package io.releve.lab.idle;

import org.jspecify.annotations.NullMarked;
