/** Reads Pacemaker's configurations, as CIB XML or as crmsh text, into {@code model} and {@code state}. */
@NullMarked
package io.releve.pacemaker;

import org.jspecify.annotations.NullMarked;
