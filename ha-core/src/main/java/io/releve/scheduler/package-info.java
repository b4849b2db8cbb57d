/**
 * Decides where each resource goes and what is to be done now: a pure function of configuration, state and time, with
 * Pacemaker's semantics.
 */
@NullMarked
package io.releve.scheduler;

import org.jspecify.annotations.NullMarked;
