/**
 * Making sure that a lost node does no harm before anyone takes its place. The first level is the lease: a right that
 * ends by itself.
 */
@NullMarked
package io.releve.fencing;

import org.jspecify.annotations.NullMarked;
