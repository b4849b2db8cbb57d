/** Tables of results in the documentation. */
@NullMarked
package io.releve.lab.page;

import org.jspecify.annotations.NullMarked;
