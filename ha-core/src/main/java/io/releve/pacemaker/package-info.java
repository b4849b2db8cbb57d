/**
 * Reads what Pacemaker's users have: configurations as CIB XML and as text of the crm shell, and the status section of a
 * CIB, into {@link io.releve.model} and {@link io.releve.state}. What cannot be carried over is listed, never dropped in
 * silence.
 */
@NullMarked
package io.releve.pacemaker;

import org.jspecify.annotations.NullMarked;
